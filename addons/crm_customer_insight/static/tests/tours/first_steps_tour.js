import { registry } from "@web/core/registry";

const STEP = ".o_insight_step[data-step=rules]";

// The app opens with the first steps; the first one is done when its record is saved.
registry.category("web_tour.tours").add("crm_customer_insight_first_steps", {
    steps: () => [
        {
            content: "The app opens with the first steps, the next one first",
            trigger: `${STEP}[data-done='0'] .btn-primary`,
            run: "click",
        },
        {
            content: "The proposed rules are there: agree to them",
            trigger: ".o_field_widget[name=window_months] input:value(12)",
        },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(.o_form_dirty)" },
        { trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button", run: "click" },
        {
            content: "It is done, and the next one comes first",
            trigger: `.o_insight_first_steps:has(${STEP}[data-done='1']) [data-step=costs] .btn-primary`,
        },
        { trigger: ".o_insight_first_steps_close", run: "click" },
        { trigger: ".o_insight_value_dashboard:not(:has(.o_insight_first_steps))" },
        {
            content: "Closed for good: the app opens with the customers",
            trigger: ".o_menu_sections [data-menu-xmlid='crm_customer_insight.menu_insight_customers']",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu [data-menu-xmlid='crm_customer_insight.menu_insight_customer_value']",
            run: "click",
        },
        { trigger: ".o_list_view" },
    ],
});

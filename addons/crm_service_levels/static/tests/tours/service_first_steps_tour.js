import { registry } from "@web/core/registry";

// SVC-L1: a new administrator is led to his first team, comes back, and closes the list for good.
registry.category("web_tour.tours").add("crm_service_levels_first_steps", {
    steps: () => [
        { content: "Nothing is done yet", trigger: ".o_insight_first_steps:contains('0 of 5 done')" },
        { trigger: ".o_insight_first_steps [data-step='team'] button.btn-primary", run: "click" },
        { content: "The teams", trigger: ".o_breadcrumb:contains('Teams')" },
        { content: "Back", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_insight_first_steps_close", run: "click" },
        { trigger: ".o_kanban_view:not(:has(.o_insight_first_steps)) .o_service_strip" },
    ],
});

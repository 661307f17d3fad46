import { registry } from "@web/core/registry";

// ROI-1: a new marketer is led to his first audience, comes back, and closes the list for good.
registry.category("web_tour.tours").add("crm_campaign_roi_first_steps", {
    steps: () => [
        { content: "Nothing is done yet", trigger: ".o_insight_first_steps:contains('0 of 4 done')" },
        { trigger: ".o_insight_first_steps [data-step='audience'] button.btn-primary", run: "click" },
        { content: "The audiences", trigger: ".o_breadcrumb:contains('Audiences')" },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_insight_first_steps_close", run: "click" },
        { trigger: ".o_kanban_view:not(:has(.o_insight_first_steps))" },
    ],
});

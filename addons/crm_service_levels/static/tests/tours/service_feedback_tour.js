import { registry } from "@web/core/registry";

// SVC-L5, SVC-F: asked how it was, the customer is not satisfied …
registry.category("web_tour.tours").add("crm_service_levels_detractor_answers", {
    steps: () => [
        {
            content: "One tap counts, even if nothing follows",
            trigger: ".o_feedback_csat label.btn:first",
            run: "click",
        },
        { trigger: ".o_feedback_state:contains('Saved')" },
        { trigger: ".o_feedback_words textarea", run: "edit Nobody called back" },
        {
            trigger: ".o_feedback_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_feedback_closed h1:contains('Thank you')" },
    ],
});

// … and is won back by the representative.
registry.category("web_tour.tours").add("crm_service_levels_detractor_won_back", {
    steps: () => [
        { trigger: ".o_data_row td:contains('Nobody called back')", run: "click" },
        { trigger: "button[name='action_contacted']", run: "click" },
        { trigger: ".o_form_view [name='note'] textarea", run: "edit Called, the part comes tomorrow" },
        { trigger: "button[name='action_won']:visible", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Won back')" },
    ],
});

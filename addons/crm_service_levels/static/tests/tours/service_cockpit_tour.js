import { registry } from "@web/core/registry";

// SVC-L1: a representative solves in one call.
registry.category("web_tour.tours").add("crm_service_levels_one_call", {
    steps: () => [
        {
            content: "The team board is open; the find box is on top",
            trigger: ".o_service_strip .o_service_find_box",
            run: "click",
        },
        {
            content: "The number as the telephone shows it",
            trigger: ".o_service_find_term",
            run: "edit 0109758351",
        },
        {
            content: "The customer is found; a new request for her",
            trigger: ".o_service_hit:contains('Zanna Tour') .o_service_hit_new",
            run: "click",
        },
        {
            content: "The customer is filled in; what is the matter?",
            trigger: ".o_service_request_form [name='name'] textarea, .o_service_request_form [name='name'] input",
            run: "edit How do I change the filter?",
        },
        { content: "The card tells who she is", trigger: "[data-card='customer']:contains('Zanna Tour')" },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "Level 1 is in use", trigger: ".o_service_level_open [data-level='1']" },
        { content: "Take it", trigger: "button[name='action_take']", run: "click" },
        { trigger: "button[name='action_solve']:not([disabled])" },
        { content: "Answer", trigger: ".o_service_to_customer:not([disabled])", run: "click" },
        { content: "It is plain who reads this", trigger: ".o_service_audience_customer:contains('The customer reads this')" },
        { content: "A canned answer", trigger: ".o-mail-Composer button[name='service-answer']", run: "click" },
        { content: "Its preview is filled in", trigger: ".o_service_answer_preview:contains('Zanna Tour')" },
        { trigger: ".o_service_answers .btn-primary", run: "click" },
        { content: "Send", trigger: ".o-mail-Composer-send:not([disabled])", run: "click" },
        { content: "The answer is in the conversation", trigger: ".o-mail-Message:contains('Zanna Tour')" },
        { content: "Five minutes", trigger: ".o_service_log_minutes", run: "edit 5" },
        { trigger: ".o_service_log button", run: "click" },
        { content: "They are on level 1", trigger: ".o_service_work_minutes:contains('5')" },
        { content: "How it ended", trigger: ".o_notebook a[name='solution']", run: "click" },
        { trigger: "[name='result_id'] input", run: "edit Explained" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Explained')", run: "click" },
        { content: "Solved", trigger: "button[name='action_solve']", run: "click" },
        { content: "The request is closed", trigger: "button[name='action_reopen']" },
    ],
});

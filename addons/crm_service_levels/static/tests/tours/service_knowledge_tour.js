import { registry } from "@web/core/registry";

// SVC-L1: answer from an article.
registry.category("web_tour.tours").add("crm_service_levels_answer_from_article", {
    steps: () => [
        {
            content: "The subject is typed; articles follow without saving",
            trigger: ".o_service_request_form [name='name'] textarea, .o_service_request_form [name='name'] input",
            run: "edit Pump makes noise",
        },
        {
            content: "The article is suggested with its words marked",
            trigger: ".o_service_article:contains('Noise from the pump') mark",
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "Its text goes into the answer",
            trigger: ".o_service_article:contains('Noise from the pump') .o_service_article_insert",
            run: "click",
        },
        { content: "The customer will read it", trigger: ".o_service_audience_customer" },
        { content: "Send", trigger: ".o-mail-Composer-send:not([disabled])", run: "click" },
        {
            content: "The answer is in the conversation",
            trigger: ".o-mail-Message:contains('Air in the pipes')",
        },
        {
            content: "It helped",
            trigger: ".o_service_article:contains('Noise from the pump') .o_service_article_helped",
            run: "click",
        },
        { content: "Counted", trigger: ".o_notification:contains('Counted')" },
    ],
});

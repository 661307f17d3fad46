import { registry } from "@web/core/registry";

const card = (code) => `.o_insight_loyalty_effect [data-figure='${code}']`;

// C360-8: the analyst reads what the program changed and opens the members behind a figure.
registry.category("web_tour.tours").add("crm_customer_insight_loyalty_effect", {
    steps: () => [
        {
            content: "Members bought again more often than comparable customers",
            trigger: `${card("repeat")}:contains('+30 points') .fa-check-circle`,
        },
        { content: "Both groups stand beside each other", trigger: `${card("repeat")} [role='group']:nth-child(2 of [role='group'])` },
        { content: "Too few members say so", trigger: `${card("gap")}:contains('1 of at least 20')` },
        { content: "Who they are", trigger: `${card("repeat")} button:contains('From 20 members')`, run: "click" },
        { trigger: ".o_breadcrumb:contains('Repeat purchase rate')" },
        { trigger: ".o_pager:contains('20'), .o_list_view .o_data_row:nth-child(20)" },
        { content: "One of them", trigger: ".o_data_row:contains('Member 7')" },
        { content: "Back to the page", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: card("revenue") },
    ],
});

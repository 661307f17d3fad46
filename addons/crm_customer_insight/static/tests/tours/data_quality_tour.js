import { registry } from "@web/core/registry";

const DIALOG = ".o_ask_now";
const question = (name) => `${DIALOG} .o_ask_now_question[data-name='${name}']`;

// C360-6: the salesperson works through what is wrong with the data of his customers.
registry.category("web_tour.tours").add("crm_customer_insight_data_issues", {
    steps: () => [
        {
            content: "The page counts what was found",
            trigger: ".o_data_quality_kind[data-kind='duplicate'] .o_data_quality_cause:contains('Probably the same')",
            run: "click",
        },
        {
            content: "Both records stand in one line",
            trigger: ".o_data_row:contains('Nordic Pumps Ltd.'):contains('same e-mail')",
        },
        {
            content: "Merge them by Odoo's own wizard",
            trigger: ".o_data_row:contains('Nordic Pumps Ltd.') button[name='action_merge']",
            run: "click",
        },
        {
            content: "It knows both",
            trigger: ".modal .o_field_widget[name='partner_ids'] .o_data_row:nth-child(2)",
        },
        { trigger: ".modal button[name='action_merge']", run: "click" },
        { trigger: ".modal:not(:has([name='partner_ids'])), body:not(:has(.modal))" },
    ],
});

// C360-6: only what fits the occasion is asked; what was said is recorded, "not now" too.
registry.category("web_tour.tours").add("crm_customer_insight_ask_now", {
    steps: () => [
        { content: "Ask now", trigger: "button[name='action_ask_now']", run: "click" },
        { content: "At most two questions", trigger: `${DIALOG}:not(:has(.o_ask_now_question:nth-of-type(3)))` },
        { content: "Tell the fleet", trigger: `${question("Fleet")} input`, run: "edit 12" },
        { content: "Not the plan now", trigger: `${question("Plan")} .o_ask_now_later`, run: "click" },
        { trigger: `${question("Plan")} .o_ask_now_later[aria-pressed='true']` },
        { content: "Save", trigger: ".modal footer .btn-primary:not(:disabled)", run: "click" },
        { trigger: ".o_notification:contains('1 facts recorded')" },
        { content: "The dialog is gone", trigger: "body:not(:has(.o_ask_now))" },
        { content: "Ask again", trigger: "button[name='action_ask_now']", run: "click" },
        { content: "Only the third fact is left", trigger: question("Size") },
        { trigger: `${DIALOG}:not(:has([data-name='Fleet'])):not(:has([data-name='Plan']))` },
        { trigger: ".modal footer .btn-secondary", run: "click" },
    ],
});

// C360-5: the accountant sees what stands open before he asks for money, and holds back.
registry.category("web_tour.tours").add("crm_customer_insight_before_dunning", {
    steps: () => [
        { content: "How the customer pays", trigger: "[name='payment_text']:contains('overdue since')" },
        { content: "A hold of sales is told", trigger: ".o_finance_notice:contains('goods arrived damaged')" },
        { content: "The contact says it, too", trigger: "[name='partner_id']" },
    ],
});

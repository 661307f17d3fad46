import { registry } from "@web/core/registry";

const DIALOG = ".modal:not(.o_inactive_modal)";
const tours = registry.category("web_tour.tours");

// C360-3: from the alert by a template and a personal opening to the outcome.
tours.add("crm_customer_insight_alert", {
    steps: () => [
        {
            content: "My alerts: the customer who is silent",
            trigger: ".o_data_row:contains('Acme Tour') td[name='reason']:contains('instead of every 20 days')",
            run: "click",
        },
        { content: "Write to the customer", trigger: "button[name='action_write']", run: "click" },
        {
            content: "A template is proposed and filled in",
            trigger: `${DIALOG} [name='subject'] input:value('Acme Tour: are you well?')`,
        },
        {
            content: "What could be mentioned",
            trigger: `${DIALOG} [name='facts']:contains('No purchase for 50 days')`,
        },
        {
            content: "Choose another template",
            trigger: `${DIALOG} [name='template_id'] input`,
            run: "click",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour check')",
            run: "click",
        },
        { trigger: `${DIALOG} [name='subject'] input:value('A free check for Acme Tour')` },
        {
            content: "The personal opening",
            trigger: `${DIALOG} [name='opening'] textarea`,
            run: "edit Your new plant made me think of you.",
        },
        { trigger: `${DIALOG} .nav-link[name='preview']`, run: "click" },
        {
            content: "It stands first",
            trigger: `${DIALOG} [name='preview']:contains('Your new plant made me think of you.')`,
        },
        { content: "Send", trigger: `${DIALOG} button:contains('Send')`, run: "click" },
        {
            content: "The alert is in progress",
            trigger: ".o_form_view [name='state'] button[data-value='in_progress'].o_arrow_button_current",
        },
        { trigger: ".o_form_view [name='opening']:contains('Your new plant')" },
        { content: "What came of it", trigger: "button[name='action_outcome']", run: "click" },
        {
            content: "The customer stays",
            trigger: `${DIALOG} .o_radio_item:contains('Customer kept') input`,
            run: "click",
        },
        { trigger: `${DIALOG} [name='note'] textarea`, run: "edit He ordered at once" },
        { trigger: `${DIALOG} button[name='action_save']`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "The alert is done",
            trigger: ".o_form_view [name='outcome']:contains('Customer kept')",
        },
    ],
});

// C360-3: doing the activity on the customer asks what came of the alert.
tours.add("crm_customer_insight_alert_activity", {
    steps: () => [
        { trigger: ".o-mail-Activity:contains('Silent in the tour')" },
        {
            content: "Mark the activity as done",
            trigger: ".o-mail-Activity:contains('Silent in the tour') .o-mail-Activity-markDone",
            run: "click",
        },
        { trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']", run: "click" },
        {
            content: "What came of it?",
            trigger: `${DIALOG} .o_radio_item:contains('False alarm') input`,
            run: "click",
        },
        { trigger: `${DIALOG} button[name='action_save']`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

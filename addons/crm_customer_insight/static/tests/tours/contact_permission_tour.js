import { registry } from "@web/core/registry";

const PAGE = ".o_notebook a[name='contact_preferences']";
const EMAIL = ".o_contact_decisions li[data-channel='E-mail']";
const ROW = "[name='contact_permission_ids'] .o_selected_row";

/** Chooses an entry of a selection field drawn as a drop-down menu. */
function choose(field, label) {
    return [
        {
            content: `Open the choice of ${field}`,
            trigger: `${ROW} [name='${field}'] input`,
            run: "click",
        },
        {
            content: `Choose ${label}`,
            trigger: `.o_select_menu_item:contains(/^${label}$/)`,
            run: "click",
        },
    ];
}

// C360-2: the salesperson records what the customer said, and the answer changes at once.
registry.category("web_tour.tours").add("crm_customer_insight_contact_permission", {
    steps: () => [
        { content: "Open the preferences", trigger: PAGE, run: "click" },
        {
            content: "Nothing is recorded: no marketing by e-mail",
            trigger: `${EMAIL} .text-bg-danger:contains('No')`,
        },
        {
            content: "The reason is told",
            trigger: `${EMAIL}:contains('No permission is recorded.')`,
        },
        {
            content: "An answer to a question is always allowed",
            trigger: ".o_contact_decisions button:contains('Service')",
            run: "click",
        },
        { trigger: `${EMAIL} .text-bg-success:contains('Yes')` },
        {
            trigger: ".o_contact_decisions button:contains('Marketing')",
            run: "click",
        },
        { trigger: `${EMAIL} .text-bg-danger` },
        {
            content: "Record a permission",
            trigger: "[name='contact_permission_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: `${ROW} [name='channel_id'] input`,
            run: "edit E-mail",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('E-mail')",
            run: "click",
        },
        ...choose("origin", "Told us"),
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "Now e-mail is allowed",
            trigger: `${EMAIL} .text-bg-success:contains('Yes')`,
        },
        {
            content: "The customer changes his mind",
            trigger: "[name='contact_permission_ids'] .o_data_row:first td[name='state']",
            run: "click",
        },
        ...choose("state", "Denied"),
        ...choose("origin", "In writing"),
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "The answer follows",
            trigger: `${EMAIL}:contains('Denied by the contact.') .text-bg-danger`,
        },
        {
            content: "Both versions are kept",
            trigger: "button[name='action_contact_permission_history']",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:nth-child(2)" },
        {
            trigger: ".o_list_view .o_data_row.text-muted:contains('Granted'):contains('Told us')",
        },
    ],
});

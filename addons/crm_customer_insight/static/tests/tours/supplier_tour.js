import { registry } from "@web/core/registry";

/** The line that is being edited shows its names in inputs. */
const ROW = ".o_selected_row";
const line = (name) => `.o_data_row:contains(${name})`;

/** Judge a criterion in the list of the form. */
const judge = (name, label) => [
    { content: `Judge ${name}`, trigger: `${line(name)} td[name='score']`, run: "click" },
    { trigger: `${ROW} [name='score'] input`, run: "click" },
    { trigger: `.o_select_menu_item:contains(${label})`, run: "click" },
    { trigger: `${ROW} [name='score'] input:value(${label})` },
];

// C360-9: the accountant judges a supplier, sees what was measured, and finishes.
registry.category("web_tour.tours").add("crm_customer_insight_supplier", {
    steps: () => [
        { content: "A new evaluation", trigger: ".o_list_button_add, .o_control_panel .o-kanban-button-new", run: "click" },
        { trigger: ".o_field_widget[name='partner_id'] input", run: "edit Tour Foundry" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Foundry')", run: "click" },
        ...judge("Quality", "5: excellent"),
        ...judge("Delivery", "2: poor"),
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "What was measured stands beside it", trigger: ".o_form_saved [name='refund_rate']:contains('25')" },
        { content: "Five times 40 and twice 25 of 65", trigger: "[name='grade']:contains('B')" },
        { content: "Finish", trigger: "button[name='action_finish']", run: "click" },
        { trigger: "button[name='action_reopen']" },
        { content: "The bills behind the figures", trigger: "button[name='action_open_bills']", run: "click" },
        { trigger: ".o_list_view .o_data_row:nth-child(2)" },
    ],
});

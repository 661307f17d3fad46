import { registry } from "@web/core/registry";

const row = (name) => `.o_data_row:has(.o_data_cell[name='title']:contains('${name}'))`;

// ROI-1: two campaigns that turned out to be one are merged from the list.
registry.category("web_tour.tours").add("crm_campaign_roi_merge", {
    steps: () => [
        { trigger: `${row("Meadow once")} .o_list_record_selector input`, run: "click" },
        { trigger: `${row("Meadow twice")} .o_list_record_selector input`, run: "click" },
        { trigger: ".o_cp_action_menus button:contains('Actions')", run: "click" },
        { trigger: ".o-dropdown--menu .o-dropdown-item:contains('Merge')", run: "click" },
        {
            content: "What stays, and what is to be minded",
            trigger: ".modal [name='campaign_ids']:contains('Meadow once'):contains('Meadow twice')",
        },
        { trigger: ".modal [name='kept_id'] input:value('Meadow once')" },
        { trigger: ".modal button[name='action_merge']", run: "click" },
        {
            content: "The one that stays is opened",
            trigger: ".o_form_view .o_field_widget[name='title'] input:value('Meadow once')",
        },
    ],
});

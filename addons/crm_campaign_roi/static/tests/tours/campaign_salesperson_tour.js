import { registry } from "@web/core/registry";

// ROI-1: a salesperson sees what his own customers answered, and wins the opportunity made of it.
registry.category("web_tour.tours").add("crm_campaign_roi_salesperson", {
    steps: () => [
        { content: "My customer answered", trigger: ".o_data_row:contains('Anna'):contains('Replied')" },
        { content: "Nobody else's", trigger: ".o_list_view:not(:has(.o_data_row:contains('Bert')))" },
        { trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_sales'], .o_menu_sections button:contains('Sales')", run: "click" },
        { trigger: ".dropdown-item[data-menu-xmlid='crm.menu_crm_opportunities']", run: "click" },
        { content: "The opportunity of the campaign", trigger: ".o_kanban_record:contains('Spring: Anna')", run: "click" },
        { trigger: ".o_form_statusbar button[name='action_set_won_rainbowman']", run: "click" },
        { content: "Won", trigger: ".ribbon:contains('Won'), .o_arrow_button_current:contains('Won')" },
    ],
});

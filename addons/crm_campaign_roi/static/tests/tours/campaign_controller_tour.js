import { registry } from "@web/core/registry";

const tab = (name) => ({ trigger: `.o_notebook_headers .nav-link[name='${name}']`, run: "click" });

// ROI-2: a controller looks at the budget, shares overhead, reads the return of 200 % and locks it.
registry.category("web_tour.tours").add("crm_campaign_roi_controller", {
    steps: () => [
        { content: "The overhead to be shared", trigger: "button[name='action_preview']", run: "click" },
        { trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('Spring'):contains('100')" },
        { content: "Post", trigger: "button[name='action_post']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Posted')" },
        { trigger: ".o_menu_sections [data-menu-xmlid='crm_campaign_roi.menu_campaign_campaigns']", run: "click" },
        { trigger: ".dropdown-item[data-menu-xmlid='crm_campaign_roi.menu_campaign_all']", run: "click" },
        { trigger: ".o_facet_remove", run: "click" },
        { trigger: ".o_kanban_record:contains('Spring')", run: "click" },
        tab("budget"),
        { content: "The whole budget is used", trigger: ".o_field_widget[name='budget_ids'] .o_data_row:contains('400')" },
        tab("money"),
        { content: "Keep the result", trigger: "button[name='action_lock_result']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "button[name='action_open_results']:visible" },
        { content: "The return page", trigger: "button[name='action_open_return']:not(.oe_stat_button)", run: "click" },
        { content: "200 %", trigger: ".o_campaign_measure[data-code='return']:contains('200')" },
        { content: "Net: 100 %", trigger: ".o_campaign_measure[data-code='net']:contains('100')" },
        { content: "The costs behind it", trigger: ".o_campaign_measure[data-code='cost']", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Overhead of the tour')" },
    ],
});

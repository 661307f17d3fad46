import { registry } from "@web/core/registry";

const FIRST = ".o_list_renderer .o_data_row:first";
/** No more than *count* rows are left. */
const left = (count) => `.o_list_renderer:not(:has(${Array(count + 1).fill(".o_data_row").join(" ~ ")}))`;

// ROI-4: a planner takes expected demand over, week by week.
registry.category("web_tour.tours").add("crm_campaign_roi_forecast", {
    steps: () => [
        { content: "What waits, by week", trigger: ".o_group_header:contains('1')" },
        { trigger: ".o_facet_value:contains('To decide')" },
        {
            content: "The first week is accepted as expected",
            trigger: `${FIRST} button[name='action_accept']`,
            run: "click",
        },
        {
            content: "It waits no more",
            trigger: left(4),
        },
        { trigger: `${FIRST} .o_list_record_selector input`, run: "click" },
        {
            content: "The second week gets another quantity",
            trigger: ".o_control_panel button[name='action_open_decision']:contains('Change')",
            run: "click",
        },
        { trigger: ".modal [name='quantity'] input", run: "edit 30" },
        { trigger: ".modal [name='reason'] textarea", run: "edit Twice the stands" },
        { trigger: ".modal button[name='action_decide']:contains('Plan')", run: "click" },
        { trigger: `body:not(:has(.modal)) ${left(3)}` },
        { trigger: `${FIRST} .o_list_record_selector input`, run: "click" },
        {
            content: "The third one is refused",
            trigger: ".o_control_panel button[name='action_open_decision']:contains('Refuse')",
            run: "click",
        },
        { trigger: ".modal [name='reason'] textarea", run: "edit The hall is closed" },
        { trigger: ".modal button[name='action_decide']:contains('Refuse')", run: "click" },
        { trigger: `body:not(:has(.modal)) ${left(2)}` },
        { trigger: ".o_list_renderer thead .o_list_record_selector input", run: "click" },
        {
            content: "The rest is accepted at once",
            trigger: ".o_control_panel button[name='action_accept']",
            run: "click",
        },
        { content: "Nothing waits", trigger: ".o_nocontent_help:contains('Nothing waits')" },
        {
            content: "The sales forecast with the campaign",
            trigger: "button[data-menu-xmlid='crm_campaign_roi.menu_campaign_forecast']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='crm_campaign_roi.menu_campaign_sales_forecast']",
            run: "click",
        },
        { trigger: ".o_graph_renderer canvas" },
        {
            content: "What is known of the kind",
            trigger: "button[data-menu-xmlid='crm_campaign_roi.menu_campaign_forecast']",
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu-xmlid='crm_campaign_roi.menu_campaign_prior']",
            run: "click",
        },
        { trigger: ".o_data_row:contains('Tour fair') td[name='kind_id']", run: "click" },
        { trigger: "button[name='action_correct']", run: "click" },
        { trigger: ".modal [name='response'] input", run: "edit 5" },
        { trigger: ".modal [name='conversion'] input", run: "edit 40" },
        { trigger: ".modal [name='quantity'] input", run: "edit 2" },
        { trigger: ".modal [name='reason'] textarea", run: "edit A smaller hall" },
        { trigger: ".modal button[name='action_correct']", run: "click" },
        {
            content: "It says where it comes from",
            trigger: ".o_form_view [name='explanation']:contains('By hand, worth 1000 persons')",
        },
    ],
});

import { registry } from "@web/core/registry";

// An analyst looks at the life-time values, who is probably gone, and why a customer is worth what he is.
registry.category("web_tour.tours").add("crm_customer_insight_lifetime", {
    steps: () => [
        {
            content: "The page shows the totals, the map, the hold-out and the parameters",
            trigger: ".o_insight_lifetime:has(.o_insight_alive):has(.o_insight_group):has([data-fit]) [data-figure=value]",
        },
        { content: "A cell of the map opens its customers", trigger: ".o_insight_alive_cell.btn", run: "click" },
        { trigger: ".o_list_view .o_data_row:first .o_data_cell:first", run: "click" },
        { content: "Why he is worth that", trigger: ".o_form_view .o_field_widget[name=explanation]:contains('He bought on')" },
        { trigger: ".o_form_view button[name=action_open_customer]", run: "click" },
        { content: "The 360 view has the figure too", trigger: ".o_customer_360, .o_insight_360, [class*=customer_360]" },
    ],
});

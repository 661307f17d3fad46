import { registry } from "@web/core/registry";

// From the list of customers to the 360 view, through the time line to a document and back.
registry.category("web_tour.tours").add("customer_360", {
    steps: () => [
        {
            content: "Open the customer from the list",
            trigger: ".o_data_row:contains(Nordwind Tour) td[name=partner_id]",
            run: "click",
        },
        {
            content: "His name and value are there",
            trigger: ".o_c360_identity h2:contains(Nordwind Tour)",
        },
        { trigger: ".o_c360_tier:contains(B)" },
        {
            content: "Filter the time line by orders",
            trigger: ".o_c360_chip[data-kind=order]",
            run: "click",
        },
        {
            content: "Only orders are left",
            trigger: ".o_c360_timeline:not(:has(.o_c360_event[data-kind=lead]))",
        },
        {
            content: "Open the order",
            trigger: ".o_c360_event[data-kind=order]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=order_line]" },
        {
            content: "Back to the customer",
            trigger: ".breadcrumb-item:contains(Nordwind Tour) a, .o_back_button",
            run: "click",
        },
        {
            content: "The filter is still set",
            trigger: ".o_c360_chip[data-kind=order][aria-pressed=true]",
        },
        {
            content: "And off again",
            trigger: ".o_c360_timeline button:contains(Show all)",
            run: "click",
        },
        { trigger: ".o_c360_event[data-kind=lead]" },
    ],
});

import { registry } from "@web/core/registry";

// The analyst looks at the segments, who belongs to two of them, and at one definition.
registry.category("web_tour.tours").add("crm_customer_insight_segments", {
    steps: () => [
        {
            content: "Choose the segments by attributes",
            trigger: "button[data-kind=attribute]",
            run: "click",
        },
        {
            content: "Two customers belong to it",
            trigger: ".o_segment_card:contains(Tour everyone) .o_segment_size:contains(3)",
        },
        {
            content: "Who is in both?",
            trigger: ".o_segment_overlap button:contains(1)",
            run: "click",
        },
        {
            content: "The one customer of both is listed",
            trigger: ".o_data_row:contains(Acme)",
        },
        {
            content: "Back to the page",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "See how it is defined",
            trigger: ".o_segment_card:contains(Tour best) .o_segment_define",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_customer_conditions" },
    ],
});

import { registry } from "@web/core/registry";

// An analyst finds who is about to leave: from the page to the cell that comes first, to the reasons.
registry.category("web_tour.tours").add("crm_customer_insight_churn", {
    steps: () => [
        {
            content: "A large customer is most likely to go",
            trigger: ".o_insight_churn [data-cell='A-0.75']:contains('1')",
            run: "click",
        },
        {
            content: "The cell opens him",
            trigger: ".o_data_row:contains('Tour Works') .o_data_cell",
            run: "click",
        },
        {
            content: "Why he may go stands there in words",
            trigger: ".o_form_view .o_field_widget[name=why]:contains('Silent for 80 days')",
        },
        {
            content: "A call is planned at once",
            trigger: ".o_form_view button[name=action_plan_call]",
            run: "click",
        },
        { trigger: ".o_notification:contains('A call is planned for today.')" },
    ],
});

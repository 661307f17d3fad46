import { registry } from "@web/core/registry";

/** A salesperson adds what is suggested to a quotation, and looks at one line's suggestions (ROI-5). */
registry.category("web_tour.tours").add("crm_insight_suggestion_quotation", {
    steps: () => [
        { trigger: ".o_product_suggestion:contains(Filter B):contains(73 % of 11 orders)" },
        { trigger: ".o_product_suggestion:contains(Filter B) .o_product_suggestion_add", run: "click" },
        { trigger: ".o_product_suggestions [role=status]:contains(Filter B was added)" },
        { trigger: ".o_field_widget[name=order_line] .o_data_row:contains(Filter B)" },
        { trigger: ".o_field_widget[name=order_line] .o_data_row:contains(Pump A) button[name=action_suggestions]", run: "click" },
        { trigger: ".modal .o_product_suggestions:contains(the order holds it already)" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

/** A customer reads his suggestions, declines one and asks for a quotation of another (ROI-5). */
registry.category("web_tour.tours").add("crm_insight_suggestion_portal", {
    steps: () => [
        { trigger: ".o_portal_index_card a[title='Suggestions for you']", run: "click", expectUnloadPage: true },
        { trigger: ".o_portal_suggestion:contains(Filter B):contains(Often bought together with Pump A)" },
        { trigger: ".o_portal_suggestion:contains(Hose C) .o_suggestion_dismiss", run: "click", expectUnloadPage: true },
        { trigger: ".alert:contains(not suggest it again)" },
        { trigger: "body:not(:has(.o_portal_suggestion:contains(Hose C)))" },
        { trigger: ".o_portal_suggestion:contains(Filter B) .o_suggestion_interested", run: "click", expectUnloadPage: true },
        { trigger: ".alert:contains(nothing is ordered yet)" },
        { trigger: ".o_suggestion_allow", run: "click", expectUnloadPage: true },
        { trigger: ".o_suggestion_withdraw" },
    ],
});

/** An analyst reads what is bought together and opens the orders behind it (ROI-5). */
registry.category("web_tour.tours").add("crm_insight_bought_together", {
    steps: () => [
        { trigger: ".o_insight_list_about:contains(Confirmed orders since)" },
        { trigger: ".o_data_row:contains(Pump A):contains(Filter B) button[name=action_open_baskets]", run: "click" },
        { trigger: ".o_control_panel:contains(Pump A → Filter B)" },
        { trigger: ".o_data_row:contains(Bert Ltd)" },
    ],
});

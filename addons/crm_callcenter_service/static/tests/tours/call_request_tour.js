import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The call is about a request that is open already (SVC-L6, CC-2). */
tours.add("crm_call_request_link", {
    steps: () => [
        {
            trigger: ".o_call_open li:contains('Pump leaks') .o_call_link_request",
            run: "click",
        },
        { trigger: ".o_call_open li:contains('Pump leaks') .badge:contains('This call')" },
        { trigger: ".o_call_card:not(:has([data-action=request], [data-action=complaint]))" },
        { trigger: ".o_call_actions [data-action=its_request]", run: "click" },
        { trigger: ".o_breadcrumb:contains('Pump leaks')" },
    ],
});

/** One click to a request; what was written just before is in it. */
tours.add("crm_call_request_new", {
    steps: () => [
        { trigger: ".o_call_actions [data-action=complaint]" },
        { trigger: "#o_call_note", run: "edit It drips" },
        { trigger: ".o_call_actions [data-action=request]", run: "click" },
        { trigger: ".o_breadcrumb:contains('Call of Anna')" },
        { trigger: ".o_call_actions [data-action=its_request]" },
    ],
});

/** One click to a complaint. */
tours.add("crm_call_request_complaint", {
    steps: () => [
        { trigger: ".o_call_actions [data-action=complaint]", run: "click" },
        { trigger: ".o_breadcrumb:contains('Call of Anna')" },
    ],
});

/** After the call: a result whose next step is a request opens it. */
tours.add("crm_call_request_follows", {
    steps: () => [
        { trigger: ".o_call_bar[data-state=wrap_up]" },
        { trigger: "#o_call_disposition", run: "selectByLabel To be followed up" },
        { trigger: ".o_call_done", run: "click" },
        { trigger: ".o_breadcrumb:contains('Call of Anna')" },
        { trigger: ".o_call_bar[data-state=ready]" },
    ],
});

/** Who has no rights in service is offered nothing, and told what he cannot do. */
tours.add("crm_call_request_refused", {
    steps: () => [
        { trigger: ".o_call_card:not(:has([data-action=request], [data-action=complaint]))" },
        { trigger: "#o_call_disposition", run: "selectByLabel To be followed up" },
        { trigger: ".o_call_done", run: "click" },
        { trigger: ".o_notification:contains('is not open to you')" },
        { trigger: ".o_call_bar[data-state=ready]" },
    ],
});

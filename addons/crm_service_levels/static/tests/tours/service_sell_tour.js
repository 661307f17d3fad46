import { registry } from "@web/core/registry";

const line = (name) => `.modal .o_data_row:contains('${name}')`;
const choose = (name) => ({
    content: `Choose ${name}`,
    trigger: `${line(name)} [name='chosen'] input`,
    run: "click",
});

// SVC-L4: a representative without rights in Sales sells a part; the customer says yes on the phone.
registry.category("web_tour.tours").add("crm_service_levels_sell", {
    steps: () => [
        { content: "The price and the stock", trigger: ".o_service_price_term", run: "edit SEAL-1" },
        { trigger: ".o_service_price_term", run: "press Enter" },
        { trigger: ".o_service_price:contains('Seal') .o_service_price_excluded:contains('50')" },
        { content: "Free in warranty", trigger: ".o_service_suggestion[data-kind='part']:contains('Seal') .badge:contains('Free')" },
        { content: "Sell", trigger: ".o_service_sell", run: "click" },
        choose("Seal"),
        choose("Filter"),
        { trigger: `${line("Seal")}:contains('In warranty until')` },
        { content: "Make the quotation", trigger: ".modal button[name='action_quotation']", run: "click" },
        { content: "It is in the card", trigger: ".o_service_order[data-state='draft'] [data-step='sent'][data-state='now']" },
        { content: "Level 4 is in use", trigger: ".o_service_level_open [data-level='4']" },
        { content: "The customer says yes", trigger: ".o_service_order_phone", run: "click" },
        { trigger: ".modal [name='partner_id'] input" },
        { trigger: ".modal button[name='action_confirm']", run: "click" },
        { content: "Confirmed", trigger: ".o_service_order[data-state='sale']:contains('Confirmed on the phone by')" },
    ],
});

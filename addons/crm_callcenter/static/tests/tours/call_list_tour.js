import { registry } from "@web/core/registry";

/** An agent works a preview list: skips one, puts one off, dials one (CC-6). */
registry.category("web_tour.tours").add("crm_call_list_work", {
    steps: () => [
        { trigger: ".o_call_list_card h2:contains('Anna')" },
        { trigger: ".o_call_list_script:contains('Good morning')" },
        { trigger: ".o_call_list_card .o_skip", run: "click" },
        { trigger: "#o_skip_reason", run: "edit Moved abroad" },
        { trigger: ".o_skip_now:enabled", run: "click" },
        { trigger: ".o_call_list_card h2:contains('Berta')" },
        { trigger: ".o_call_list_card .o_later", run: "click" },
        { trigger: ".o_later_now:enabled", run: "click" },
        { trigger: ".o_call_list_card h2:contains('Carl')" },
        { trigger: "#o_call_note", run: "edit Wants two pumps" },
        { trigger: ".o_call_list_card .o_dial", run: "click" },
        { trigger: ".o_call_list_status:contains('rings')" },
        { trigger: ".o_answered", run: "click" },
        { trigger: ".o_call_list_nobody:contains('Nobody is to be called now')" },
    ],
});

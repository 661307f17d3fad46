import { registry } from "@web/core/registry";

const menu = (name, entry) => [
    { content: `Menu ${name}`, trigger: `.o_menu_sections button:contains('${name}')`, run: "click" },
    { content: entry, trigger: `.o-dropdown--menu .dropdown-item:contains(/^${entry}$/)`, run: "click" },
];

// SVC-L1, SVC-L2: what is late is assigned from the board; the level mix and the backlog are read.
registry.category("web_tour.tours").add("crm_service_levels_supervisor", {
    steps: () => [
        { content: "One is late", trigger: ".o_service_count_danger[data-count='sla_late']:contains('1')" },
        { content: "Six are nobody's", trigger: "[data-count='unassigned']:contains('6')" },
        {
            content: "Cards tell when they are due",
            trigger: ".o_kanban_record:contains('Question 1') .o_sla_entry:contains('due')",
        },
        { content: "Show what is late", trigger: "[data-count='sla_late']", run: "click" },
        { content: "Nothing else is left", trigger: ".o_kanban_renderer:not(:contains('Question'))" },
        { content: "Open it", trigger: ".o_kanban_record:contains('Late pump')", run: "click" },
        { content: "Give it to a representative", trigger: ".o_service_request_form [name='user_id'] input", run: "edit rita" },
        { trigger: ".o-autocomplete--dropdown-item:contains('rita')", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        ...menu("Analysis", "Level mix"),
        { content: "Two of six climbed", trigger: "[data-figure='climb']:contains('33 %'):contains('6 requests')" },
        { content: "The way there", trigger: ".o_service_mix_move[data-move='1-2']:contains('2')" },
        { content: "Who used level 2?", trigger: ".o_service_mix_level[data-level='2']:contains('2 requests')", run: "click" },
        { content: "These two", trigger: ".o_list_view .o_data_row:contains('Late pump')" },
        { trigger: ".o_pager_limit:contains('2')" },
        ...menu("Analysis", "Backlog"),
        { content: "Open requests by age", trigger: ".o_graph_renderer canvas" },
        { content: "As a list", trigger: ".o_switch_view.o_list", run: "click" },
        { content: "All six", trigger: ".o_list_view .o_data_row:contains('Late pump')" },
        { trigger: ".o_pager_limit:contains('6')" },
        { content: "A row leads to its request", trigger: ".o_data_row:contains('Late pump') td[name='request_id']", run: "click" },
        { trigger: ".o_service_request_form:contains('Late pump')" },
    ],
});

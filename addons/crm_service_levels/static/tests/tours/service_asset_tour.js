import { registry } from "@web/core/registry";

// SVC-L3: a sold machine fails; the request shows at once what is promised, and it is exchanged.
registry.category("web_tour.tours").add("crm_service_levels_asset_fails", {
    steps: () => [
        {
            content: "The serial number is found among the assets",
            trigger: ".o_data_row td:contains('TOUR-0815')",
            run: "click",
        },
        { content: "Warranty and history on one line", trigger: ".o_service_axis [data-cover]" },
        { content: "It fails", trigger: "button[name='action_new_request']", run: "click" },
        {
            trigger: ".o_service_request_form [name='name'] textarea, .o_service_request_form [name='name'] input",
            run: "edit The pump has stopped",
        },
        { content: "The order it is about", trigger: ".o_notebook a[name='references']", run: "click" },
        { trigger: "[name='sale_order_id'] input", run: "edit TOURSO" },
        { trigger: ".o-autocomplete--dropdown-item:contains('TOURSO1')", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "Level 3 is in use", trigger: ".o_service_level_open [data-level='3']" },
        {
            content: "It is in warranty",
            trigger: ".o_service_asset_warranty:contains('In warranty')",
        },
        { content: "A recall is open", trigger: ".o_service_asset_card .alert-danger:contains('Seals')" },
        {
            content: "What solved it elsewhere",
            trigger: ".o_service_similar:contains('Seal exchanged')",
        },
        { content: "To the asset", trigger: ".o_service_asset_card button:contains('Open asset')", run: "click" },
        { content: "Exchange it", trigger: "button[name='action_swap']", run: "click" },
        { trigger: ".modal [name='serial'] input", run: "edit TOUR-0816" },
        { trigger: ".modal [name='reason'] input", run: "edit Stopped in warranty" },
        { trigger: ".modal button[name='action_apply']", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "The new one stands in its place", trigger: "[name='serial']:contains('TOUR-0816'), [name='serial'] input" },
    ],
});

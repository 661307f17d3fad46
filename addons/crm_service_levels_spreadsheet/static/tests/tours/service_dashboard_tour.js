import { registry } from "@web/core/registry";

// SVC-L1 … SVC-L6: a team leader opens the spreadsheet; a script error would fail the tour.
registry.category("web_tour.tours").add("crm_service_levels_spreadsheet", {
    steps: () => [
        { content: "The dashboard is chosen", trigger: ".o_spreadsheet_dashboard_action .o_search_panel :contains('Service levels')" },
        { content: "Its sheet is drawn", trigger: ".o_spreadsheet_dashboard_action canvas" },
        { content: "Its charts, too", trigger: ".o-figure[data-id='service-levels'] canvas, .o-figure canvas" },
    ],
});

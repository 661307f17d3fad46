import { registry } from "@web/core/registry";

// ROI-2: a controller or manager opens the spreadsheet; a script error would fail the tour.
registry.category("web_tour.tours").add("crm_campaign_roi_spreadsheet", {
    steps: () => [
        { content: "The dashboard is chosen", trigger: ".o_spreadsheet_dashboard_action .o_search_panel :contains('Campaigns')" },
        { content: "Its sheet is drawn", trigger: ".o_spreadsheet_dashboard_action canvas" },
        { content: "Its charts, too", trigger: ".o-figure[data-id='campaign-funnel'] canvas, .o-figure canvas" },
    ],
});

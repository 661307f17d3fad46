import { registry } from "@web/core/registry";

const tab = (name) => ({ trigger: `.o_notebook_headers .nav-link[name='${name}']`, run: "click" });
const saved = { trigger: ".o_form_view:not(:has(.o_form_button_save:visible))" };

// ROI-1: a marketer makes a campaign of a template, chooses whom it is for, looks who would get
// what, and applies for it.
registry.category("web_tour.tours").add("crm_campaign_roi_marketer", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Spring template')", run: "click" },
        { content: "From the template", trigger: "button[name='action_copy_template']", run: "click" },
        { content: "A draft of mine", trigger: ".o_arrow_button_current:contains('Draft')" },
        { trigger: ".o_field_widget[name='title'] input", run: "edit Spring tour" },
        tab("targets"),
        { trigger: ".o_field_widget[name='audience_ids'] input", run: "edit Tour people" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour people')", run: "click" },
        { trigger: ".o_field_widget[name='audience_ids'] .o_tag:contains('Tour people')" },
        { content: "Choose", trigger: "button[name='action_fill_targets']", run: "click" },
        { content: "Three persons", trigger: "button[name='action_open_targets']:contains('3')" },
        tab("waves"),
        { trigger: ".o_field_widget[name='wave_ids'] .o_data_row:contains('Letter of the tour')" },
        { content: "Who would get it", trigger: "button[name='action_simulate_waves']", run: "click" },
        { trigger: ".o_breadcrumb:contains('Simulation')" },
        { trigger: ".o_pivot th:contains('Planned')" },
        { trigger: ".o_back_button, .breadcrumb-item:contains('Spring tour') a", run: "click" },
        { content: "Apply", trigger: "button[name='action_apply']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Submitted')" },
        { content: "Who decides", trigger: ".alert-info:contains('Waits for')" },
        saved,
    ],
});

// ROI-1: what was approved starts, its ready wave with it.
registry.category("web_tour.tours").add("crm_campaign_roi_marketer_start", {
    steps: () => [
        { trigger: ".o_arrow_button_current:contains('Approved')" },
        tab("waves"),
        { trigger: ".o_field_widget[name='wave_ids'] .o_data_row:contains('Letter of the tour') .o_data_cell[name='name']", run: "click" },
        { content: "The wave", trigger: ".modal button[name='action_ready']", run: "click" },
        { trigger: ".modal .o_arrow_button_current:contains('Ready')" },
        { trigger: ".modal .o_form_button_cancel", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "Start", trigger: "button[name='action_start']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Running')" },
    ],
});

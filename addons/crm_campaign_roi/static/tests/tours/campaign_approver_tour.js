import { registry } from "@web/core/registry";

const row = (title) => `.o_data_row:contains('${title}') .o_data_cell[name='campaign_id']`;

// ROI-1: whoever is asked sees what waits for him, refuses one with a reason and approves another.
registry.category("web_tour.tours").add("crm_campaign_roi_approver", {
    steps: () => [
        { content: "Both wait", trigger: row("Modest spring") },
        { trigger: row("Expensive spring"), run: "click" },
        { content: "What it costs", trigger: ".o_field_widget[name='amount']:contains('9,000')" },
        { content: "Refuse", trigger: ".o_form_statusbar button:contains('Refuse')", run: "click" },
        { trigger: ".modal .o_field_widget[name='reason'] textarea, .modal .o_field_widget[name='reason'] input", run: "edit Half of it is enough." },
        { trigger: ".modal button[name='action_refuse']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Refused')" },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: `.o_list_view:not(:has(${row("Expensive spring")}))` },
        { trigger: row("Modest spring"), run: "click" },
        { content: "Approve", trigger: "button[name='action_approve']", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Approved')" },
    ],
});

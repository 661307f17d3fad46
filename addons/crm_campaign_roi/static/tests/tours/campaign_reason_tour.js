import { registry } from "@web/core/registry";

// ROI-2: whoever replaces the campaign of an order by hand says why; without it nothing is saved.
registry.category("web_tour.tours").add("crm_campaign_roi_reason", {
    steps: () => [
        { trigger: ".nav-link[name='other_information']", run: "click" },
        {
            content: "Nothing is asked yet; scrolling later would close the list of campaigns",
            trigger: ".tab-pane.active:not(:has([name='campaign_reason'])) [name='campaign_id'] input",
            async run() {
                this.anchor.scrollIntoView({ block: "center" });
                await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200)));
            },
        },
        { trigger: "[name='campaign_id'] input", run: "edit Summer" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Summer')", run: "click" },
        { content: "Now it asks", trigger: ".o_required_modifier[name='campaign_reason'] input" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "Not without a reason", trigger: ".o_field_invalid[name='campaign_reason']" },
        {
            trigger: "[name='campaign_reason'] input",
            run: "edit The customer named the summer fair",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "Saved, and asked no more", trigger: ".o_form_saved:not(:has([name='campaign_reason']))" },
    ],
});

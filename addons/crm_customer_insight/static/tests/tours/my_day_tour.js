import { registry } from "@web/core/registry";

// A salesperson works through his day: a call is done with its outcome, a proposal is put off, and
// the visit is closed with updated facts.
registry.category("web_tour.tours").add("crm_customer_insight_my_day", {
    steps: () => [
        {
            content: "The late call comes first",
            trigger: "section[data-section=overdue] .o_my_day_line:first:contains(Nordwind)",
        },
        {
            content: "It is done",
            trigger: "section[data-section=overdue] .o_my_day_done",
            run: "click",
        },
        { trigger: ".o_my_day_note input", run: "edit They want ten pumps" },
        { trigger: ".o_my_day_note button[type=submit]", run: "click" },
        {
            content: "Nothing is late any more",
            trigger: ".o_my_day:not(:has(section[data-section=overdue]))",
        },
        {
            content: "The quotation can wait",
            trigger: ".o_my_day_line[data-kind=quotation] .o_my_day_snooze",
            run: "click",
        },
        { trigger: ".o-dropdown--menu .dropdown-item:contains(In a week)", run: "click" },
        { trigger: ".o_my_day:not(:has(.o_my_day_line[data-kind=quotation]))" },
        {
            content: "Only visits",
            trigger: ".o_my_day_kind[data-kind=visit]",
            run: "click",
        },
        { trigger: ".o_my_day_kind[data-kind=visit][aria-pressed=true]" },
        {
            content: "Record the visit",
            trigger: ".o_my_day_line[data-kind=visit] .o_my_day_do",
            run: "click",
        },
        { trigger: "button[name=action_record]", run: "click" },
        {
            content: "The fact that is due is asked",
            trigger: ".o_field_widget[name=fact_ids] .o_data_row:contains(Fleet) td[name=answer]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=fact_ids] .o_selected_row td[name=answer] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Changed)", run: "click" },
        {
            content: "Its new value",
            trigger: ".o_field_widget[name=fact_ids] .o_selected_row td[name=new_value] input",
            run: "edit 7",
        },
        {
            content: "What was seen",
            trigger: ".o_field_widget[name=findings] textarea",
            run: "edit Three more pumps were delivered by a competitor",
        },
        { trigger: "button[name=action_close].btn-primary", run: "click" },
        {
            content: "The visit is closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
    ],
});

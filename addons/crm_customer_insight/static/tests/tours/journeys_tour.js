import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ADDON = "crm_customer_insight";
const ROW = ".o_data_row.o_selected_row";

/** Shows the last buttons of a form, which are behind "More" where there are many. */
function lastButtons() {
    return {
        content: "Show all buttons",
        trigger: ".o_form_view:has([name=company_type]) .oe_stat_button",
        run: () => document.querySelector(".o-form-buttonbox .o_button_more")?.click(),
    };
}

/** Opens an entry of our app's menu. */
function menu(section, entry) {
    return [
        {
            content: `Open the menu ${section}`,
            trigger: `.o_menu_sections [data-menu-xmlid='${ADDON}.${section}']`,
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid='${ADDON}.${entry}']`,
            run: "click",
        },
    ];
}

/** Clicks a figure that counts customers, and compares the list behind it. */
function countedList(content, figure, number) {
    let expected = 0;
    return [
        {
            content,
            trigger: figure,
            async run({ click }) {
                expected = Number(this.anchor.querySelector(number)?.textContent ?? this.anchor.textContent);
                await click();
            },
        },
        {
            content: "Exactly those customers are listed",
            trigger: ".o_list_view .o_data_row",
            run() {
                const rows = document.querySelectorAll(".o_list_view .o_data_row").length;
                if (!expected || rows !== expected) {
                    throw new Error(`${rows} customers are listed, ${expected} were counted`);
                }
            },
        },
        {
            content: "Back to the dashboard",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        { trigger: ".o_insight_page" },
    ];
}

/** Chooses an entry of a selection field drawn as a drop-down menu. */
function choose(field, label) {
    return [
        { trigger: `${ROW} [name='${field}'] input`, run: "click" },
        { trigger: `.o_select_menu_item:contains(/^${label}$/)`, run: "click" },
    ];
}

// My customers, one of them, what is to be done with him, what happened, and back.
tours.add(`${ADDON}_morning`, {
    steps: () => [
        {
            content: "The list shows my customers",
            trigger: ".o_searchview_facet:contains(My customers)",
        },
        {
            trigger: ".o_data_row:contains(Nordwind Tour) td[name=partner_id]",
            run: "click",
        },
        { trigger: ".o_c360_identity h2:contains(Nordwind Tour)" },
        {
            content: "He has not heard of us for long: plan a call with one click",
            trigger: ".o_c360_proposal[data-code=silence] button:contains(Plan a call)",
            run: "click",
        },
        {
            content: "It is planned, and no longer proposed",
            trigger: ".o_notification:contains(A call is planned for today.)",
        },
        { trigger: ".o_c360_actions:not(:has([data-code=silence]))" },
        {
            content: "The overdue invoices can wait",
            trigger: ".o_c360_proposal[data-code=overdue] button:contains(Not now)",
            run: "click",
        },
        { trigger: ".o_c360_actions:not(:has([data-code=overdue]))" },
        {
            content: "Only the calls of the time line",
            trigger: ".o_c360_chip[data-kind=call]",
            run: "click",
        },
        {
            trigger:
                ".o_c360_timeline:has(.o_c360_event[data-kind=call]):not(:has(.o_c360_event[data-kind=invoice]))",
        },
        {
            content: "Back to my customers",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Ostwind Tour)" },
    ],
});

// A manager makes a customer a key account, with a team and a goal.
tours.add(`${ADDON}_key_account`, {
    steps: () => [
        { trigger: ".o_c360_identity h2:contains(Nordwind Tour)" },
        { trigger: ".o_customer_360 button:contains(Open contact)", run: "click" },
        lastButtons(),
        {
            content: "Designate the customer",
            trigger: "button[name=action_open_key_account]:contains(Make key account)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=partner_id] input:value(Nordwind Tour)" },
        {
            trigger: ".o_field_widget[name=reason] input",
            run: "edit Largest customer of the tour",
        },
        {
            content: "Somebody who looks after his technical questions",
            trigger: "[name=member_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: `${ROW} [name=user_id] input`, run: "edit tour_analyst" },
        { trigger: ".o-autocomplete--dropdown-item:contains(tour_analyst)", run: "click" },
        ...choose("role", "Technical"),
        { content: "A goal", trigger: ".o_notebook a[name=goals]", run: "click" },
        {
            trigger: "[name=goal_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: `${ROW} [name=name] input`, run: "edit Second plant" },
        { trigger: `${ROW} [name=target] input`, run: "edit 6000" },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "The goal is measured: it has a state",
            trigger: "[name=goal_ids] .o_data_row [name=state] .badge",
        },
        {
            content: "Back to the contact",
            trigger: ".o_breadcrumb .breadcrumb-item:last a, .o_back_button",
            run: "click",
        },
        lastButtons(),
        { trigger: "button[name=action_open_key_account]:contains(Key account)" },
        {
            content: "Back to the 360 view",
            trigger: ".o_breadcrumb .breadcrumb-item:last a, .o_back_button",
            run: "click",
        },
        {
            content: "The team is shown there",
            trigger: ".o_c360_identity li:contains(tour_analyst):contains(Technical)",
        },
    ],
});

// An analyst goes from figures to the customers behind them.
tours.add(`${ADDON}_analysis`, {
    steps: () => [
        ...countedList(
            "The top of the pyramid",
            ".o_insight_pyramid_row[data-level=top]",
            ".o_insight_pyramid_band"
        ),
        ...countedList(
            "Customers by recency and frequency",
            ".o_insight_rfm_cell[data-cell]",
            ":scope > span"
        ),
        {
            content: "Who consumes profit",
            trigger: ".o_insight_losers:contains(1)",
            run: "click",
        },
        {
            trigger:
                ".o_list_view .o_data_row:contains(Suedwind Tour) td[name=profit]:contains(-)",
        },
        { trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2):not(:empty) td[name=profit]))" },
        ...menu("menu_insight_analysis", "menu_insight_profit_consumers"),
        { trigger: ".o_data_row:contains(Suedwind Tour)" },
    ],
});

// An administrator says what counts, what a contact costs, and has it computed.
tours.add(`${ADDON}_set_up`, {
    steps: () => [
        { content: "Rules of our own", trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=window_months] input", run: "edit 6" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "Compute the figures by them",
            trigger: "button[name=action_recompute]",
            run: "click",
        },
        { trigger: ".o_notification:contains(figures changed)" },
        ...menu("menu_insight_configuration", "menu_configuration_channel"),
        { trigger: ".o_data_row:contains(Phone)" },
        { content: "A channel of our own", trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Trade fair" },
        { trigger: ".o_field_widget[name=code] input", run: "edit fair" },
        {
            content: "What a contact there costs",
            trigger: "[name=rate_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: `${ROW} [name=cost] input`, run: "edit 25" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "[name=rate_ids] .o_data_row:contains(25)" },
        ...menu("menu_insight_configuration", "menu_insight_touchpoint_fill"),
        { content: "Fill the ledger", trigger: "button[name=action_fill_now]", run: "click" },
        { trigger: ".o_notification:contains(rows were written)" },
        {
            content: "Each source says how far it was read",
            trigger: ".o_data_row:contains(Invoices and credit notes) td[name=watermark]:not(:empty)",
        },
    ],
});

// Somebody calls: who is it?
tours.add(`${ADDON}_find_caller`, {
    steps: () => [
        ...menu("menu_insight_contact", "menu_find_caller"),
        {
            content: "The number as the telephone shows it",
            trigger: ".o_find_caller input",
            run: "edit 0049 (40) 82260.31",
        },
        {
            content: "She is found, although her number is written otherwise",
            trigger: ".o_find_caller_candidate:contains(Nele Tour)",
            run: "click",
        },
        { trigger: ".o_c360_identity h2:contains(Nele Tour)" },
        { trigger: ".o_c360_identity a:contains(Nordwind Tour)" },
    ],
});

const DIALOG = ".modal:not(.o_inactive_modal)";

// Who contributes most and is most likely to go: from the matrix to the reasons, to the call, to
// the segment he belongs to.
tours.add(`${ADDON}_leaving`, {
    steps: () => [
        {
            content: "A customer of tier A is very likely to go",
            trigger: ".o_insight_churn [data-cell='A-0.75']:contains(1)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Leaving Tour) td[name=partner_id]", run: "click" },
        {
            content: "Why, in words",
            trigger:
                ".o_form_view .o_field_widget[name=why]:contains(Silent for 100 days; usually buys every 40 days.)",
        },
        {
            content: "Plan a call",
            trigger: ".o_form_view button[name=action_plan_call]",
            run: "click",
        },
        { trigger: ".o_notification:contains(A call is planned for today.)" },
        ...menu("menu_insight_customers", "menu_segments"),
        {
            content: "He is the one of the best who is silent",
            trigger:
                ".o_segment_card:contains(Best customers silent for 90 days) .o_segment_size:contains(1)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Leaving Tour)" },
    ],
});

// The salesperson's day has the alert; a template with a personal opening is sent, and he stays.
tours.add(`${ADDON}_keeping`, {
    steps: () => [
        {
            content: "The alert stands on my day, once, with its reason",
            trigger: ".o_my_day_line[data-kind=alert]:contains(Leaving Tour):contains(100 days)",
        },
        {
            trigger: ".o_my_day_line[data-kind=alert]:contains(Leaving Tour) .o_my_day_do",
            run: "click",
        },
        { content: "Write to him", trigger: "button[name=action_write]", run: "click" },
        {
            content: "A letter is proposed",
            trigger: `${DIALOG} [name=subject] input:value(Leaving Tour: is there anything you need?)`,
        },
        {
            content: "The personal opening",
            trigger: `${DIALOG} [name=opening] textarea`,
            run: "edit I was thinking of the seals of your pumps.",
        },
        { content: "Send", trigger: `${DIALOG} button:contains(Send)`, run: "click" },
        {
            trigger:
                ".o_form_view [name=state] button[data-value=in_progress].o_arrow_button_current",
        },
        { content: "What came of it", trigger: "button[name=action_outcome]", run: "click" },
        {
            trigger: `${DIALOG} .o_radio_item:contains(Customer kept) input`,
            run: "click",
        },
        { trigger: `${DIALOG} button[name=action_save]`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view [name=outcome]:contains(Customer kept)" },
        {
            content: "Back to the day",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "It is off the list",
            trigger: ".o_my_day:not(:has(.o_my_day_line[data-kind=alert]))",
        },
    ],
});

// The manager sees how often the rule was right, and the alerts behind the figure.
tours.add(`${ADDON}_judging`, {
    steps: () => [
        {
            content: "One alert of tier A, judged, the customer kept",
            trigger:
                ".o_data_row:contains(Silent for longer than usual):has(td[name=kept]:contains(1)) button[name=action_open_alerts]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Leaving Tour)" },
    ],
});

import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const PAGE = {
    id: 7,
    title: "Spring",
    phase: "Running",
    kind: "Letter",
    currency_id: 1,
    basis: "Invoiced",
    window_start: "2026-03-01",
    window_end: "2026-05-31",
    today: "2026-04-01",
    funnel: [
        { code: "lead", label: "Leads", count: 4, amount: null, days: null, model: "crm.lead", domain: [["id", ">", 0]] },
        { code: "sold", label: "Invoiced", count: 1, amount: 140, days: 5, model: "crm.campaign.deal", domain: [] },
    ],
    measures: [
        { code: "return", kind: "percent", label: "Campaign return", help: "", value: 2, word: "" },
        { code: "payback", kind: "date", label: "Paid back on", help: "", value: null, word: "Not reached yet" },
        { code: "payback_days", kind: "days", label: "Payback time", help: "", value: 19, word: "" },
    ],
    caused: { control: false, text: "The return of this campaign is attributed, not caused." },
    goals: [
        { code: "leads", kind: "number", label: "Leads", target: 8, actual: 4, word: "", share: 0.5, bar: 0.5, model: "crm.lead", domain: [["id", "<", 9]] },
    ],
    costs: [{ id: 3, name: "Print", amount: 50, share: 1 }],
    deals: [],
    weeks: [{ week: 1, revenue: 140, profit: 100, deals: 1, total: 100, paid_back: 2 }],
    locked: [],
    cost_domain: [["campaign_id", "=", 7]],
    deal_domain: [["campaign_id", "=", 7]],
    lead_domain: [],
};

async function openPage(page = PAGE) {
    onRpc("utm.campaign", "get_return_page", () => page);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_campaign_return",
        params: { campaign_id: 7 },
    });
}

test("both figures and words are shown (ROI-2)", async () => {
    await openPage();
    expect("[data-code='return'] .o_campaign_value").toHaveText("200.0 %");
    expect("[data-code='payback'] .o_campaign_value").toHaveText("Not reached yet");
    expect("[data-code='payback_days'] .o_campaign_value").toHaveText("19 days");
    expect(queryAllTexts(".o_campaign_step[data-code='sold']")[0]).toMatch(/25 %/);
    expect(queryAllTexts(".o_campaign_step[data-code='sold']")[0]).toMatch(/5.0 days/);
    expect(".o_campaign_return").toHaveText(/No sales in the window yet/);
});

test("target figures stand beside the result and open what they count (ROI-1)", async () => {
    await openPage();
    expect("[data-goal='leads'] .o_campaign_goal_share").toHaveText("50 %");
    expect("[data-goal='leads'] .o_campaign_goal_words").toHaveText("4 of 8");
    const opened = [];
    getService("action").doAction = (action) => opened.push([action.res_model, action.domain]);
    await contains("[data-goal='leads']").click();
    expect(opened).toEqual([["crm.lead", [["id", "<", 9]]]]);
});

test("a figure opens the records behind it (ROI-2)", async () => {
    await openPage();
    const opened = [];
    getService("action").doAction = (action) => opened.push([action.res_model, action.domain]);
    await contains(".o_campaign_step[data-code='lead']").click();
    await contains("[data-code='return']").click();
    expect(opened).toEqual([
        ["crm.lead", [["id", ">", 0]]],
        ["crm.campaign.deal", [["campaign_id", "=", 7]]],
    ]);
});

test("what is not caused is warned of, and both pages behind it open (ROI-2)", async () => {
    await openPage();
    expect(".o_campaign_caused.alert-warning").toHaveText(/attributed, not caused/);
    onRpc("utm.campaign", "action_open_uplift", ({ args }) => ({ tag: "uplift", ids: args[0] }));
    onRpc("utm.campaign", "action_open_attribution", ({ args }) => ({ tag: "models", ids: args[0] }));
    const opened = [];
    getService("action").doAction = (action) => opened.push(action);
    await contains(".o_campaign_uplift_button").click();
    await contains(".o_campaign_attribution_button").click();
    expect(opened).toEqual([
        { tag: "uplift", ids: [7] },
        { tag: "models", ids: [7] },
    ]);
});

test("what was caused stands in words beside the return (ROI-2)", async () => {
    await openPage({ ...PAGE, caused: { control: true, text: "The campaign caused $480 of profit." } });
    expect(".o_campaign_caused.alert-warning").toHaveCount(0);
    expect(".o_campaign_caused.alert-info").toHaveText(/caused \$480/);
});

test("without data there are words, no zeros (ROI-2)", async () => {
    await openPage({ ...PAGE, funnel: [], measures: [], costs: [], weeks: [] });
    expect(".o_campaign_return").toHaveText(/Not enough data/);
    expect(".o_campaign_return").toHaveText(/Nothing was spent yet/);
    expect(".o_campaign_step").toHaveCount(0);
});

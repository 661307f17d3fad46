import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { CampaignUplift } from "@crm_campaign_roi/uplift/campaign_uplift";

defineMailModels();

const FIGURE = { total: 2000, low: 500, high: 3500, lift: 0.25, p_value: 0.012, significant: true };
const UPLIFT = {
    window: ["2026-03-01", "2026-05-31"],
    running: false,
    currency_id: 1,
    fewest: 10,
    mixed: 0,
    unknown: 0,
    control: true,
    arms: [
        { arm: "treated", persons: 100, buyers: 20, revenue: 10000, profit: 4000 },
        { arm: "control", persons: 50, buyers: 8, revenue: 4000, profit: 1600 },
    ],
    figures: { profit: FIGURE },
    caused: { value: 200, low: 50, high: 350, cost: 1000, word: "" },
    estimates: [],
};

async function showUplift(uplift = UPLIFT, kind = false) {
    onRpc("utm.campaign", "get_campaign_uplift", () => uplift);
    const record = { resId: 7, data: { kind_id: kind } };
    await mountWithCleanup(CampaignUplift, { props: { record, readonly: true } });
}

test("what was caused, with its interval and the test behind it (ROI-2)", async () => {
    await showUplift();
    expect(".alert-warning").toHaveCount(0);
    const card = queryAllTexts("[data-figure='profit']")[0];
    expect(card).toMatch(/2,000/);
    expect(card).toMatch(/between.*500.*and.*3,500/s);
    expect(card).toMatch(/\+25(\.0)? ?% against the comparison/);
    expect(card).toMatch(/Not chance alone \(p 0\.012\)/);
    expect(".o_campaign_uplift_card:last").toHaveText(/200 %/);
});

test("without a control group a warning says so, and no figure is shown (ROI-2)", async () => {
    await showUplift({ ...UPLIFT, control: false, figures: {}, arms: [UPLIFT.arms[0]] });
    expect(".alert-warning").toHaveText(/attributed, not caused/);
    expect(".o_campaign_uplift_card").toHaveCount(0);
});

test("too few customers are no zero (ROI-2)", async () => {
    await showUplift({ ...UPLIFT, figures: {} });
    expect(".o_campaign_uplift").toHaveText(/Not enough data: each group needs 10 customers/);
});

test("before the window opens there is nothing to compare (ROI-2)", async () => {
    await showUplift({ window: false, currency_id: 1 });
    expect(".o_campaign_uplift").toHaveText(/nothing to compare yet/);
});

test("a number opens the people behind it (ROI-2)", async () => {
    onRpc("utm.campaign", "action_open_uplift_targets", ({ args }) => {
        expect.step(`targets ${args[0]} ${args[1]}`);
        return { type: "ir.actions.act_window", res_model: "crm.campaign.target", views: [[false, "list"]] };
    });
    await showUplift();
    getService("action").doAction = (action) => expect.step(action.name);
    await contains("tbody tr:last-child td:nth-child(2) button").click();
    expect.verifySteps(["targets 7 control", "Control group"]);
});

test("campaigns of the kind are read when asked for (ROI-2)", async () => {
    onRpc("utm.campaign", "get_kind_uplift", ({ args }) => {
        expect.step(`kind of ${args[0]}`);
        const estimates = [{ name: "Like customers", figures: { revenue: FIGURE } }, { name: "All", figures: {} }];
        return { kind: "Exhibition", campaigns: 3, currency_id: 1, estimates };
    });
    await showUplift({ ...UPLIFT, figures: {} }, { id: 2, display_name: "Exhibition" });
    expect("[data-figure='revenue']").toHaveCount(0);
    await contains("button:contains(Estimate all campaigns)").click();
    expect.verifySteps(["kind of 7"]);
    expect(".o_campaign_uplift").toHaveText(/Exhibition: 3 campaigns/);
    expect("[data-figure='revenue']").toHaveCount(1);
});

import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const SETTINGS = {
    company: "Veltra",
    date_from: "2026-03-01",
    date_to: "2026-05-31",
    basis: "Invoiced",
    level: "Campaign",
    lookback_days: 90,
};
const COMPARISON = {
    currency_id: 1,
    settings: SETTINGS,
    columns: [
        { id: 4, label: "Linear", locked: true, deals: 4, revenue: 400, profit: 100 },
        { id: 5, label: "Markov", locked: false, deals: 4, revenue: 400, profit: 100 },
    ],
    rows: [
        {
            ref: 9,
            name: "Spring",
            origin: "known",
            cells: {
                4: { key_id: 41, deals: 1, revenue: 100, profit: 25 },
                5: { key_id: 51, deals: 3, revenue: 300, profit: false },
            },
        },
        { ref: -1, name: "Other contacts", origin: "other", cells: { 4: { key_id: 42, deals: 3, revenue: 300, profit: 75 } } },
    ],
};

async function openComparison(comparison = COMPARISON) {
    onRpc("crm.attribution.run", "get_comparison", () => comparison);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_attribution_comparison",
        params: { run_id: 4 },
    });
}

const row = (number) => queryAllTexts(`tbody tr:nth-child(${number}) > *`);

test("each model has a column, with its part of the whole (ROI-2)", async () => {
    await openComparison();
    expect(queryAllTexts("thead th button")).toEqual(["Linear", "Markov"]);
    expect("thead .fa-lock").toHaveCount(1);
    expect(row(1)[1]).toMatch(/100[\s\S]*25 ?%/);
    expect(row(1)[2]).toMatch(/300[\s\S]*75 ?%/);
    expect(row(2)[2]).toBe("–");
});

test("other figures at a click; what is not known is said so (ROI-2)", async () => {
    await openComparison();
    await contains(".btn-group button:contains(Profit)").click();
    expect(row(1)[2]).toMatch(/Not known/);
    await contains(".btn-group button:contains(Deals)").click();
    expect(row(1)[1]).toMatch(/1\.0/);
});

test("a figure opens its credits (ROI-2)", async () => {
    await openComparison();
    const opened = [];
    getService("action").doAction = (action) => opened.push([action.res_model, action.domain, action.name]);
    await contains("tbody tr:first-child td:last-child .o_attribution_cell").click();
    expect(opened).toEqual([["crm.attribution.credit", [["key_id", "=", 51]], "Spring: Markov"]]);
});

test("columns say when they were computed, older ones are marked (ROI-2)", async () => {
    const [linear, markov] = COMPARISON.columns;
    await openComparison({
        ...COMPARISON,
        columns: [
            { ...linear, computed_on: "2026-06-01 08:00:00", stale: true },
            { ...markov, computed_on: "2026-06-03 08:00:00", stale: false },
        ],
    });
    expect(queryAllTexts(".o_attribution_computed")[0]).toMatch(/computed .*0?6\/0?1\/2026/);
    expect("thead .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_attribution_stale").toHaveCount(1);
});

test("without a result the way to it is told (ROI-2)", async () => {
    await openComparison({ columns: [], rows: [] });
    expect(".o_attribution_comparison").toHaveText(/No result to compare yet/);
    expect("table").toHaveCount(0);
});

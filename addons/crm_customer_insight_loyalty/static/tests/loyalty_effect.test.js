import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const KNOWN = { count: 24, before: 0.4, after: 0.6, other_before: 0.4, other_after: 0.3, effect: 0.3 };
const UNKNOWN = { count: 3, before: null, after: null, other_before: null, other_after: null, effect: null };

/** The page with figures; all are unknown unless given. */
async function open(figures = {}) {
    onRpc("crm.loyalty.effect", "get_loyalty_effect", () => ({
        date: "2026-03-31",
        members: 24,
        least: 20,
        currency_id: 1,
        figures: ["repeat", "gap", "revenue"].map((code) => ({
            code,
            domain: [["id", "=", code.length]],
            ...UNKNOWN,
            ...figures[code],
        })),
    }));
    onRpc("crm.insight.run", "get_run", () => ({ state: false, may_ask: false }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_loyalty_effect" });
}

test("a figure shows both groups before and after, and opens its members", async () => {
    await open({ repeat: KNOWN });
    expect("[data-figure='repeat'] .fs-3").toHaveText(/\+30 points/);
    expect(queryAllTexts("[data-figure='repeat'] .o_insight_loyalty_value")).toEqual(["40%", "60%", "40%", "30%"]);
    expect(queryAll("[data-figure='repeat'] .o_insight_loyalty_bar").map((bar) => parseFloat(bar.style.width).toFixed(0))).toEqual([
        "67",
        "100",
        "67",
        "50",
    ]);
    patchWithCleanup(getService("action"), { doAction: (action) => expect.step(JSON.stringify(action.domain)) });
    await contains("[data-figure='repeat'] button").click();
    expect.verifySteps(['[["id","=",6]]']);
});

test("fewer days between purchases are better", async () => {
    await open({ gap: { count: 20, before: 40, after: 30, other_before: 40, other_after: 42, effect: -12 } });
    expect("[data-figure='gap'] .fa-check-circle").toHaveCount(1);
    expect("[data-figure='gap'] .fs-3").toHaveText(/-12\.0/);
});

test("too few members are not enough data, and no bar stands for it", async () => {
    await open();
    expect("[data-figure='revenue']").toHaveText(/Not enough data: 3 of at least 20 members/);
    expect(".o_insight_loyalty_bar").toHaveCount(0);
});

test("nothing bought on either side draws empty bars", async () => {
    await open({ revenue: { count: 20, before: 0, after: 0, other_before: 0, other_after: 0, effect: 0 } });
    expect(queryAll(".o_insight_loyalty_bar").map((bar) => bar.style.width)).toEqual(["0%", "0%", "0%", "0%"]);
    expect("[data-figure='revenue'] .fa-minus-circle").toHaveCount(1);
});

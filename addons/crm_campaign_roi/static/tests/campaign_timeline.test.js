import { describe, expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { shares } from "@crm_campaign_roi/budget_bar/budget_bar";
import { grouped, months, place } from "@crm_campaign_roi/timeline/timeline_layout";

describe.current.tags("desktop");
defineMailModels();

const CAMPAIGNS = [
    {
        id: 1,
        title: "Spring",
        phase: "running",
        start: "2026-03-01",
        end: "2026-04-30",
        group: [7, "Mailing"],
    },
    { id: 2, title: "Fair", phase: "draft", start: "2026-09-01", end: "2026-09-03", group: false },
];

test("a bar covers its days, the last one included", () => {
    // 2 of 10 days from the third on: 20 % of the span, 20 % from the left
    const bar = place({ start: "2026-01-03", end: "2026-01-04" }, "2026-01-01", "2026-01-10");
    expect(bar).toEqual({ left: 20, width: 20, before: false, after: false });
});

test("a bar that begins before and ends after the span is cut", () => {
    const bar = place({ start: "2025-12-01", end: "2026-02-01" }, "2026-01-01", "2026-01-10");
    expect(bar).toEqual({ left: 0, width: 100, before: true, after: true });
});

test("months are as wide as they are long", () => {
    const found = months(2026, "en-US");
    expect(found.map((month) => month.name).slice(0, 3)).toEqual(["Jan", "Feb", "Mar"]);
    expect(found[0].width).toBeCloseTo((31 / 365) * 100);
    expect(found[1].width).toBeCloseTo((28 / 365) * 100);
});

test("groups are in order of their names, those without one last", () => {
    const names = grouped([CAMPAIGNS[1], CAMPAIGNS[0]], "None").map((group) => group.name);
    expect(names).toEqual(["Mailing", "None"]);
});

test("the bar of a budget shows where the budget ends when it is passed", () => {
    expect(shares(100, 30, 20)).toEqual({ actual: 20, committed: 30, plan: 100, over: false });
    // 150 + 50 were spent of 100: the budget ends at half of the bar
    expect(shares(100, 50, 150)).toEqual({ actual: 75, committed: 25, plan: 50, over: true });
    expect(shares(0, 0, 0)).toEqual({ actual: 0, committed: 0, plan: 0, over: false });
});

test("bars are reached by keyboard and open the campaign", async () => {
    mockDate("2026-06-15 09:00:00");
    onRpc("utm.campaign", "get_timeline", ({ args }) => {
        expect.step(args.join(" "));
        return CAMPAIGNS;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_campaign_roi.timeline",
    });
    expect.verifySteps(["2026-01-01 2026-12-31 kind_id"]);
    expect(queryAllTexts(".o_campaign_bar")).toEqual(["Spring", "Fair"]);
    expect(".o_campaign_bar.o_phase_running").toHaveCount(1);
    queryOne(".o_campaign_bar:first").focus();
    await press("ArrowDown");
    await animationFrame();
    expect(".o_campaign_bar:last").toBeFocused();
    mockService("action", {
        doAction: (action) => expect.step(`${action.res_model} ${action.res_id}`),
    });
    await contains(".o_campaign_timeline select").select("user_id");
    expect.verifySteps(["2026-01-01 2026-12-31 user_id"]);
    await click("button[aria-label='Next year']");
    await animationFrame();
    expect.verifySteps(["2027-01-01 2027-12-31 user_id"]);
});

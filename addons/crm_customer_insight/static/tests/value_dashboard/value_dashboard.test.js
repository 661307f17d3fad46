import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { DataNotes } from "@crm_customer_insight/value_dashboard/data_notes";
import { count, money, share } from "@crm_customer_insight/value_dashboard/figures";
import { PyramidChart } from "@crm_customer_insight/value_dashboard/pyramid_chart";
import { RfmMap } from "@crm_customer_insight/value_dashboard/rfm_map";
import { TierMigration } from "@crm_customer_insight/value_dashboard/tier_migration";

defineMailModels();

const LEVELS = [
    { level: "top", label: "Top", count: 1, revenue: 600, profit: 90, revenue_share: 0.6, profit_share: 0.9 },
    { level: "small", label: "Small", count: 3, revenue: 400, profit: 10, revenue_share: 0.4, profit_share: 0.1 },
    { level: "inactive", label: "Inactive", count: 2, revenue: 0, profit: 0, revenue_share: 0, profit_share: 0 },
];
const CELLS = [
    { r: 5, f: 5, count: 4, revenue: 1000, profit: 300, m: 4.25 },
    { r: 5, f: 1, count: 1, revenue: 250, profit: -20, m: 2 },
    { r: 1, f: 2, count: 2, revenue: 0, profit: 0, m: 1 },
];
const MOVES = [
    { before: "A", now: "A", count: 3 },
    { before: "B", now: "A", count: 2 },
    { before: "C", now: "D", count: 1 },
    { before: false, now: "B", count: 5 },
];

function mount(Component, props) {
    const onOpen = (domain, name) => expect.step([JSON.stringify(domain), String(name)]);
    return mountWithCleanup(Component, { props: { onOpen, ...props } });
}

test("an unknown figure is said to be unknown, and zero is zero", async () => {
    await makeMockEnv();
    for (const unknown of [null, undefined, false]) {
        expect([money(unknown), share(unknown), count(unknown)].map(String)).toEqual([
            "No data",
            "No data",
            "No data",
        ]);
    }
    expect(count(0)).toBe("0");
    expect(share(0)).toBe("0%");
    expect(count(1234)).toBe("1,234");
});

test("the pyramid widens from level to level, and each opens its customers", async () => {
    await mount(PyramidChart, { currencyId: false, levels: LEVELS });
    expect(queryAllTexts(".o_insight_pyramid_band")).toEqual(["1", "3", "2"]);
    // 34 % at the top, 100 % at the bottom, and in equal steps between
    expect(
        [...document.querySelectorAll(".o_insight_pyramid_band")].map((band) => band.style.width)
    ).toEqual(["34%", "67%", "100%"]);
    expect("[data-level=top] .text-muted").toHaveText(/600 \(60%\).*90 \(90%\)/);
    expect("[data-level=inactive] .text-muted").toHaveText("No business in the period");
    await contains("[data-level=small]").click();
    expect.verifySteps([['[["pyramid_level","=","small"]]', "Small"]]);
});

test("the map's shades follow the chosen measure", async () => {
    await mount(RfmMap, { currencyId: false, cells: CELLS });
    expect(".o_insight_rfm button").toHaveCount(3);
    expect("[data-cell='55']").toHaveText("4");
    // of the largest cell's 4 customers: 4 are five fifths, 1 is more than one, 2 more than two
    expect("[data-cell='55']").toHaveClass("o_insight_shade_5");
    expect("[data-cell='51']").toHaveClass("o_insight_shade_2");
    expect("[data-cell='12']").toHaveClass("o_insight_shade_3");
    await contains("[data-measure=profit]").click();
    expect("[data-measure=profit]").toHaveAttribute("aria-pressed", "true");
    expect("[data-cell='51']").toHaveText(/-20/);
    // a loss is drawn as the palest shade, not as no cell
    expect("[data-cell='51']").toHaveClass("o_insight_shade_1");
    await contains("[data-measure=m]").click();
    expect("[data-cell='55']").toHaveText("4.3");
    await contains("[data-cell='51']").click();
    expect.verifySteps([
        ['[["r_score","=",5],["f_score","=",1]]', "Recency 5, frequency 1"],
    ]);
});

test("moves between tiers say up or down with an arrow too", async () => {
    await mount(TierMigration, { moves: MOVES });
    expect(".o_insight_migration button").toHaveCount(4);
    expect("[data-move='A-A']").toHaveClass("o_insight_move_same");
    expect("[data-move='A-A'] .fa").toHaveCount(0);
    expect("[data-move='B-A'].o_insight_move_up .fa-arrow-up").toHaveCount(1);
    expect("[data-move='C-D'].o_insight_move_down .fa-arrow-down").toHaveCount(1);
    await contains("[data-move='None-B']").click();
    expect.verifySteps([
        ['[["previous_tier","=",false],["tier","=","B"]]', "Tier None → B"],
    ]);
});

const SUMMARY = {
    customers: 2,
    buyers: 2,
    revenue: 1000,
    profit: 250,
    margin_rate: 0.25,
    date: "2026-03-31",
    currency_id: false,
    known_share: 0,
    estimated_share: 0.9,
    missing_share: 0.1,
    consolidated: false,
    only_own: false,
};

async function mountDashboard(summary, notes) {
    onRpc("crm.value.dashboard", "get_value_dashboard", () => ({
        domain: [],
        model: "crm.customer.snapshot",
        summary: { ...SUMMARY, ...summary },
        pyramid: LEVELS,
        curve: null,
        rfm: CELLS,
        migration: MOVES,
        stages: [],
        notes,
    }));
    onRpc("crm.first.steps", "get_first_steps", () => []);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_value_dashboard" });
}

test("profit and margin stand beside where their cost comes from, and the notes", async () => {
    await mountDashboard({}, ["Meat: 27 % assumed.", "No returns."]);
    const totals = queryAllTexts(".o_insight_total").map((text) => text.replace(/\s+/g, " "));
    expect(totals.slice(3)).toEqual([
        "Margin 25%",
        "Cost known for 0%",
        "Cost estimated for 90%",
        "Cost missing for 10%",
    ]);
    expect(".o_insight_notes[open] p").toHaveCount(2);
    expect(".o_insight_notes p:first").toHaveText("Meat: 27 % assumed.");
});

test("nothing is said of missing cost and notes where there are none", async () => {
    await mountDashboard({ missing_share: 0 }, []);
    expect(".o_insight_total").toHaveCount(6);
    expect(".o_insight_notes").toHaveCount(0);
});

test("notes are folded away and back", async () => {
    await mountWithCleanup(DataNotes, { props: { notes: ["Cost is assumed."] } });
    expect(".o_insight_notes").toHaveAttribute("open");
    await contains(".o_insight_notes summary").click();
    expect(".o_insight_notes").not.toHaveAttribute("open");
});

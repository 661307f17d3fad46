import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { AliveMap } from "@crm_customer_insight/lifetime/alive_map";
import { FitTable } from "@crm_customer_insight/lifetime/fit_table";
import { HoldoutChart } from "@crm_customer_insight/lifetime/holdout_chart";
import { scale } from "@crm_customer_insight/lifetime/scale";
import { TrackingChart } from "@crm_customer_insight/lifetime/tracking_chart";
import { ValueDistribution } from "@crm_customer_insight/lifetime/value_distribution";

defineMailModels();

const BINS = [
    { x: 0, customers: 10, actual: 0.5, expected: 0.4, naive: 0 },
    { x: 7, customers: 2, actual: 6, expected: 5, naive: 12 },
];
const MAP = {
    frequencies: [
        { low: 0, high: 1, label: "0" },
        { low: 13, high: null, label: "13 and more" },
    ],
    silences: [
        { low: 0, high: 4, label: "0–4 weeks" },
        { low: 104, high: null, label: "104 weeks and more" },
    ],
    cells: [
        { frequency: 1, silence: 1, count: 5, p_alive: 1, value: 100 },
        { frequency: 2, silence: 2, count: 1, p_alive: 0.04, value: 2 },
    ],
};
const FIT = {
    id: 3, label: "All customers", state: "good", customers: 10, repeaters: 4, problem_text: "", words: {},
    r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, p: null, q: null, gamma: null, log_likelihood: -9582.43,
    error: null, naive_error: null, total_error: null, naive_total_error: null, holdout_weeks: null, correlation: 0.5,
};

function mount(Component, props) {
    const onOpen = (domain, name) => expect.step([JSON.stringify(domain), String(name)]);
    return mountWithCleanup(Component, { props: { onOpen, ...props } });
}

test("marks of an axis are round and end above the largest value", () => {
    expect(scale(12)).toEqual([0, 5, 10, 15]);
    expect(scale(0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(scale(0)).toEqual([0, 1]);
    expect(scale(NaN)).toEqual([0, 1]);
});

test("bars of the hold-out are as high as their values, and open their customers", async () => {
    await mount(HoldoutChart, { bins: BINS, weeks: 39 });
    const height = (bin, name) =>
        Number(queryFirst(`[data-bin='${bin}'] rect.o_insight_series_${name}`).getAttribute("height"));
    expect(height(0, "naive")).toBe(0);
    expect(height(7, "naive")).toBe(2 * height(7, "actual"));
    await click("[data-bin='7']");
    expect.verifySteps([['[["frequency",">=",7]]', "7 and more repeat purchases"]]);
});

test("the line of purchases ends with the totals in words", async () => {
    const tracking = {
        cut: "2025-02-01",
        points: [
            { date: "2025-01-01", actual: 0, expected: 0 },
            { date: "2025-02-01", actual: 10, expected: 8 },
            { date: "2025-03-01", actual: 1500, expected: 1400.4 },
        ],
    };
    await mount(TrackingChart, { tracking });
    expect(".o_insight_line").toHaveCount(2);
    expect(queryAllTexts("p")[0]).toMatch(/1,500 repeat purchases; expected were 1,400/);
});

test("cells of the map tell probability and number, and open their customers", async () => {
    await mount(AliveMap, { map: MAP, currencyId: false });
    expect(queryAllTexts(".o_insight_alive_cell strong")).toEqual(["4%", "100%"]);
    await click("[data-cell='13-104']");
    expect.verifySteps([
        [
            '[["p_alive","!=",false],["frequency",">=",13],["silence_weeks",">=",104]]',
            "13 and more repeat purchases, silent for 104 weeks and more",
        ],
    ]);
});

test("ranges of the value come from the top, empty ones are left out", async () => {
    const ranges = [
        { low: null, high: 0, count: 1, value: -5 },
        { low: 0, high: 10, count: 0, value: 0 },
        { low: 10, high: null, count: 4, value: 90 },
    ];
    await mount(ValueDistribution, { ranges, currencyId: false });
    expect(queryAllTexts(".o_insight_distribution_label")).toEqual(["10 and more", "Below 0"]);
    await click(".o_insight_distribution button:last-child");
    expect.verifySteps([['[["expected_value","<",0]]', "Below 0"]]);
});

test("parameters that are unknown say so, and frequent buyers who spend more are a warning", async () => {
    await mountWithCleanup(FitTable, { props: { fits: [FIT], onOpen: (id) => expect.step(id) } });
    expect(queryAllTexts("tbody td.text-end").slice(2, 7)).toEqual(["0.243", "4.414", "0.793", "2.426", "No data"]);
    expect(".o_insight_error").toHaveText(/No hold-out/);
    expect(".o_insight_warning").toHaveText(/correlation 0.50/);
    await click("[data-fit='3']");
    expect.verifySteps([3]);
});

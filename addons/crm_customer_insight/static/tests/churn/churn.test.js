import { expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { CohortRates } from "@crm_customer_insight/churn/cohort_rates";
import { ChurnRates } from "@crm_customer_insight/churn/churn_rates";
import { RiskMatrix } from "@crm_customer_insight/churn/risk_matrix";
import { SurvivalCurves } from "@crm_customer_insight/churn/survival_curves";

defineMailModels();

function mount(Component, props) {
    const onOpen = (domain, name) => expect.step([JSON.stringify(domain), String(name)]);
    return mountWithCleanup(Component, { props: { onOpen, ...props } });
}

const MONTHS = [
    {
        month: "2026-01-01", label: "Jan 2026", base: 10, lost: 5, rate: 0.5, gone_base: 0, back: 0, back_rate: null, wave: true,
        tiers: { A: { base: 4, lost: 1, rate: 0.25, gone_base: 0, back: 0, back_rate: null } },
    },
    {
        month: "2026-02-01", label: "Feb 2026", base: 5, lost: 0, rate: 0, gone_base: 5, back: 1, back_rate: 0.2, wave: false,
        tiers: { A: { base: 3, lost: 0, rate: 0, gone_base: 1, back: 1, back_rate: 1 } },
    },
];

test("a bar tells its rate, opens who was lost, and a wave is marked", async () => {
    await mount(ChurnRates, { months: MONTHS, limit: 0.4, tiers: ["A"] });
    expect(queryAllAttributes(".o_insight_rate", "title")).toEqual([
        "Jan 2026: 50% (5 of 10) – wave",
        "Feb 2026: 0% (0 of 5)",
    ]);
    expect(".o_insight_rate[data-wave='1'] .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_insight_rate_limit").toHaveCount(1);
    await contains("[data-month='2026-01-01']").click();
    expect.verifySteps([
        [
            JSON.stringify([
                ["month", "=", "2026-01-01"],
                ["previous_state", "in", ["active", "at_risk", "won_back"]],
                ["state", "in", ["lost"]],
            ]),
            "Lost in Jan 2026",
        ],
    ]);
});

test("win-back of a tier; an unknown rate is no zero", async () => {
    await mount(ChurnRates, { months: MONTHS, limit: null, tiers: ["A"] });
    await contains("[data-measure='back_rate']").click();
    await contains("[data-tier='A']").click();
    expect(queryAllAttributes(".o_insight_rate", "title")).toEqual([
        "Jan 2026: No data (0 of 0)",
        "Feb 2026: 100% (1 of 1)",
    ]);
    expect(".o_insight_rate_bar").toHaveCount(1);
    await contains("[data-month='2026-02-01']").click();
    expect.verifySteps([
        [
            JSON.stringify([
                ["month", "=", "2026-02-01"],
                ["previous_state", "in", ["lost"]],
                ["state", "in", ["active", "at_risk", "won_back"]],
                ["previous_tier", "=", "A"],
            ]),
            "Came back in Feb 2026",
        ],
    ]);
});

test("the cell with most at stake is the darkest and opens its customers", async () => {
    const cells = [
        { low: 0.75, high: null, tier: "A", count: 2, stake: 900, value: 1000 },
        { low: 0, high: 0.25, tier: "B", count: 7, stake: 90, value: 1000 },
    ];
    await mount(RiskMatrix, { cells, tiers: ["A", "B"], currencyId: false });
    expect("[data-cell='A-0.75']").toHaveClass("o_insight_shade_5");
    expect("[data-cell='B-0']").toHaveClass("o_insight_shade_1");
    await contains("[data-cell='B-0']").click();
    expect.verifySteps([
        [
            JSON.stringify([
                ["state", "!=", "lost"],
                ["risk", ">=", 0],
                ["risk", "<", 0.25],
                ["tier", "=", "B"],
            ]),
            "Tier B, risk below 25 %",
        ],
    ]);
});

test("survival goes down in steps, and says nothing beyond the last month watched", async () => {
    const points = [
        { months: 3, at_risk: 10, lost: 2, share: 0.8, low: 0.4, high: 0.9 },
        { months: 8, at_risk: 8, lost: 0, share: 0.8, low: 0.4, high: 0.9 },
    ];
    const early = [{ months: 4, at_risk: 5, lost: 0, share: 1, low: 1, high: 1 }];
    const curves = [
        { label: "All customers", domain: [], customers: 15, median: null, points },
        { label: "Q1 2026", domain: [["first_date", ">=", "2026-01-01"]], customers: 5, median: null, points: early },
    ];
    await mount(SurvivalCurves, { curves });
    expect(queryAllTexts("tbody td")).toEqual(["15", "80%", "80%", "5", "100%", "–"]);
    expect(queryAllAttributes("path.o_insight_curve_0", "d")).toEqual(["M0 0H180V40H480V40"]);
    await contains(".o_insight_survival_share:first").click();
    expect.verifySteps([
        [
            JSON.stringify([
                ["survival_lost", "=", true],
                ["survival_months", "<=", 3],
            ]),
            "All customers: lost within 3 months",
        ],
    ]);
});

test("a wave of a cohort is framed", async () => {
    const cohorts = {
        months: [{ month: "2026-01-01", label: "Jan 2026" }],
        rows: [
            { label: "Q1 2025", domain: [["first_date", ">=", "2025-01-01"]], cells: [{ base: 4, lost: 2, rate: 0.5, wave: true }] },
            { label: "Q2 2025", domain: [], cells: [{ base: 0, lost: 0, rate: null, wave: false }] },
        ],
    };
    await mount(CohortRates, { cohorts });
    expect(".o_insight_cohort_wave").toHaveText("50%");
    expect(".o_insight_cohort_cell").toHaveCount(1);
});

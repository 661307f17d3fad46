import { RateChart } from "@crm_customer_insight/retention/rate_chart";
import { expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";

defineMailModels();

test("each month is a point that opens the rows it counts; months without data have none", async () => {
    const months = [
        { key: "2026-01-01", rate: 1, kept: 4, total: 4 },
        { key: "2026-02-01", rate: null, kept: 0, total: 0 },
        { key: "2026-03-01", rate: 0.5, kept: 2, total: 4 },
    ];
    await mountWithCleanup(RateChart, {
        props: { months, label: "Retention", onOpen: (point) => expect.step(point.key) },
    });
    expect(".o_insight_rate_point").toHaveCount(2);
    expect(queryOne(".o_insight_rate_point:last").getAttribute("aria-label")).toMatch(/50.*% \(2 ÷ 4\)/);
    await contains(".o_insight_rate_point:last").click();
    expect.verifySteps(["2026-03-01"]);
});

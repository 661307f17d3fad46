import { InsightRun } from "@crm_customer_insight/insight_run/insight_run";
import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, models, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

class Run extends models.Model {
    _name = "crm.insight.run";
}

defineMailModels();
defineModels([Run]);

const DONE = { state: "done", percent: 100, date: "2026-03-01", last_done: "2026-03-01 02:00:00", may_ask: true };

test("a run is asked for, followed and its end told", async () => {
    const answers = [DONE, { ...DONE, state: "running", percent: 40, message: false }, DONE];
    onRpc("crm.insight.run", "get_run", () => answers.shift());
    onRpc("crm.insight.run", "ask_run", () => ({ ...DONE, state: "waiting", percent: 0 }));
    await mountWithCleanup(InsightRun, { props: { code: "churn", onDone: () => expect.step("done") } });
    await contains(".o_insight_ask").click();
    expect(".o_insight_run").toHaveText("Waiting for its turn…");
    await advanceTime(2000);
    await animationFrame();
    expect(".o_insight_run").toHaveText("Computing… 40 %");
    expect(".progress").toHaveAttribute("aria-valuenow", "40");
    await advanceTime(2000);
    await animationFrame();
    expect.verifySteps(["done"]);
    expect(".o_insight_ask").toHaveCount(1);
});

test("who may not ask sees no button; what is missing is said", async () => {
    onRpc("crm.insight.run", "get_run", () => ({ state: "empty", problem: "Ten customers at least.", may_ask: false }));
    await mountWithCleanup(InsightRun, { props: { code: "churn" } });
    expect(".o_insight_ask").toHaveCount(0);
    expect(".o_insight_run").toHaveText("Not computed yet.\nNot enough data: Ten customers at least.");
});

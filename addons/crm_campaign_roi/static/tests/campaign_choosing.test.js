import { PAUSE } from "@crm_campaign_roi/choosing/campaign_choosing";
import { describe, expect, test } from "@odoo/hoot";
import { queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Campaign extends models.Model {
    _name = "utm.campaign";
    title = fields.Char();
    choosing_state = fields.Char();
    _records = [{ id: 7, title: "Spring", choosing_state: "running" }];
}
defineModels([Campaign]);

/** Mount the widget; the job answers one step after the other, then the last one again. */
async function mountChoosing(...steps) {
    let place = 0;
    onRpc("utm.campaign", "get_choosing", () => steps[Math.min(place++, steps.length - 1)]);
    onRpc("utm.campaign", "web_read", () => expect.step("read"));
    await mountView({
        type: "form",
        resModel: "utm.campaign",
        resId: 7,
        arch: `<form><field name="choosing_state" invisible="1"/><field name="title"/><widget name="crm_campaign_choosing"/></form>`,
    });
    await animationFrame();
    expect.verifySteps(["read"]);
}

async function wait() {
    await advanceTime(PAUSE);
    await animationFrame();
}

const running = (placed) => ({ state: "running", placed, total: 200000, problem: false });

test("how far the job is, until it is done and the form is read anew", async () => {
    await mountChoosing({ state: "waiting", placed: 0, total: 0 }, running(50000), running(200000), false);
    expect(".o_campaign_choosing").toHaveText(/The audiences are asked/);
    await wait();
    expect(".o_campaign_choosing").toHaveText(/Choosing targets… 50,000 of 200,000/);
    expect(queryFirst("[role=progressbar]").getAttribute("aria-valuenow")).toBe("25");
    expect(queryFirst(".progress-bar").style.width).toBe("25%");
    await wait();
    expect(".o_campaign_choosing").toHaveText(/All 200,000 are there/);
    expect.verifySteps([]);
    await wait();
    expect(".o_campaign_choosing").toHaveCount(0);
    expect.verifySteps(["read"]);
    await wait();
    expect.verifySteps([]);
});

test("a failure says why, and nothing is asked any more", async () => {
    await mountChoosing({ state: "failed", placed: 0, total: 0, problem: "The disk is full" });
    expect(".o_campaign_choosing.alert-danger").toHaveText(/The disk is full/);
    expect("[role=progressbar]").toHaveCount(0);
    await wait();
    expect.verifySteps([]);
});

import { expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    getService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

class Month extends models.Model {
    _name = "crm.data.quality.month";
}
class Run extends models.Model {
    _name = "crm.insight.run";
}

defineMailModels();
defineModels([Month, Run]);

const month = (day, share) => ({ month: day, complete_share: share });
const DATA = {
    tiers: [
        {
            tier: "A", label: "A", customer_count: 4, complete_count: 3, complete_share: 0.75,
            months: [month("2026-01-01", 0.5), month("2026-02-01", 0.75)],
        },
        {
            tier: "B", label: "B", customer_count: 2, complete_count: 0, complete_share: 0,
            months: [month("2026-02-01", 0)],
        },
    ],
    kinds: [
        {
            kind: "duplicate", label: "Duplicate", count: 5,
            causes: [{ code: "duplicate", label: "Probably the same", count: 5 }],
        },
        { kind: "missing", label: "Missing", count: 0, causes: [] },
    ],
    ignored: 1,
    only_own: false,
};

async function open() {
    onRpc("crm.data.quality.month", "get_data_quality", () => DATA);
    onRpc("crm.insight.run", "get_run", () => ({ state: false, may_ask: false }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction("crm_data_quality");
    await animationFrame();
}

test("shares, their change and their line", async () => {
    await open();
    const [first, second] = [".o_data_quality_tier:eq(0)", ".o_data_quality_tier:eq(1)"];
    expect(first).toHaveText(/75 ?%/);
    expect(first).toHaveText(/25 points better/);
    expect(second).toHaveText(/First month/);
    // from 0.5 (half of 32 high) at the left to 0.75 at the right
    expect(`${first} polyline`).toHaveAttribute("points", "0.0,16.0 120.0,8.0");
    expect(`${second} svg`).toHaveCount(0);
});

test("each figure opens its records", async () => {
    await open();
    patchWithCleanup(getService("action"), { doAction: (action) => expect.step(action.domain) });
    await contains(".o_data_quality_cause").click();
    expect.verifySteps([[["code", "=", "duplicate"], ["state", "=", "open"]]]);
    await contains(".o_data_quality_tier:eq(0)").click();
    expect.verifySteps([[["kind", "=", "missing"], ["tier", "=", "A"], ["state", "=", "open"]]]);
});

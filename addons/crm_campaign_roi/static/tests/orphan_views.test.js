import "@crm_campaign_roi/orphans/orphan_views";
import { describe, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Orphan extends models.Model {
    _name = "crm.campaign.orphan";
    name = fields.Char();
    _records = [{ id: 1, name: "S0001" }];
}
defineModels([Orphan]);

const LIST = `<list js_class="crm_campaign_orphan_list"><field name="name"/></list>`;
const NOW = { at: "2026-03-02 12:00:00", today: true, later: 0 };

/** The list, when it was searched *before*; a search finds one more and answers *after*. */
async function mountOrphans(before, after = NOW, arch = LIST, type = "list") {
    mockDate("2026-03-02 12:00:00", 0);
    onRpc("crm.campaign.orphan", "get_searched", () => before);
    onRpc("crm.campaign.orphan", "action_search", () => {
        expect.step("searched");
        return after;
    });
    onRpc("crm.campaign.orphan", "web_search_read", () => expect.step("read"));
    await mountView({ type, resModel: "crm.campaign.orphan", arch });
    await animationFrame();
}

test("it says when it was searched, and searches again", async () => {
    await mountOrphans({ ...NOW, at: "2026-03-02 11:00:00" });
    expect(".o_orphan_searched span").toHaveText(/^Searched .*11:00/);
    expect.verifySteps(["read"]);
    await click(".o_orphan_searched button");
    await animationFrame();
    expect.verifySteps(["searched", "read"]);
    expect(".o_orphan_searched span").toHaveText(/^Searched .*12:00/);
});

test("the list of another day is searched anew", async () => {
    await mountOrphans({ at: "2026-03-01 03:00:00", today: false, later: 0 });
    expect.verifySteps(["read", "searched", "read"]);
    expect(".o_orphan_searched span").toHaveText(/^Searched .*12:00/);
});

test("what is too much for now is searched in the background", async () => {
    await mountOrphans({ at: "", today: false, later: 0 }, { at: "", today: false, later: 300000 });
    expect.verifySteps(["read", "searched", "read"]);
    expect(".o_orphan_searched span").toHaveText(
        "Not searched yet. 300000 documents are searched in the background: look again in a few minutes."
    );
});

test("cards say the same", async () => {
    const cards = `<kanban js_class="crm_campaign_orphan_kanban"><templates><t t-name="card"><field name="name"/></t></templates></kanban>`;
    await mountOrphans(NOW, NOW, cards, "kanban");
    expect.verifySteps(["read"]);
    expect(".o_orphan_searched span").toHaveText(/^Searched .*12:00/);
});

import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { answerBus } from "@crm_service_levels/knowledge/knowledge_insert";

class ServiceRequest extends models.Model {
    _name = "crm.service.request";

    name = fields.Char();
    product_id = fields.Many2one({ relation: "res.partner" });
    type_id = fields.Many2one({ relation: "res.partner" });
    partner_id = fields.Many2one({ relation: "res.partner" });
    article_ids = fields.Many2many({ relation: "crm.service.article" });

    _records = [{ id: 1, name: "Pump" }];
}

class ServiceArticle extends models.Model {
    _name = "crm.service.article";

    name = fields.Char();
}
defineMailModels();
defineModels([ServiceRequest, ServiceArticle]);

const HIT = {
    id: 5,
    name: "Noise from the pump",
    title: [["Noise from the ", false], ["pump", true]],
    snippet: [["<b>Air</b> in the pipes", false]],
    public: false,
    yes: 2,
    no: 0,
    lang: "en_US",
    url: false,
};
const PUBLIC = { ...HIT, id: 6, name: "Leak", title: [["Leak", false]], public: true, url: "/help/leak-6" };
const ARCH = `<form class="o_service_request_form"><field name="name"/><widget name="service_knowledge_card"/></form>`;

async function mountCard(hits = [HIT, PUBLIC]) {
    onRpc("crm.service.request", "suggest_articles", ({ args }) => {
        expect.step(`suggest ${args[0]}`);
        return hits;
    });
    onRpc("crm.service.request", "use_article", ({ args }) => {
        expect.step(args.join(" "));
        return true;
    });
    onRpc("crm.service.request", "article_text", ({ args }) => ({
        name: "Leak",
        text: "Seal it.",
        url: args[1] === 6 && "https://help.example/help/leak-6",
    }));
    await mountView({ type: "form", resModel: "crm.service.request", resId: 1, arch: ARCH });
    await animationFrame();
}

test("articles follow the subject while it is typed (SVC-L1)", async () => {
    await mountCard();
    expect.verifySteps(["suggest Pump"]);
    await contains("[name='name'] input").edit("Pump noise", { confirm: false });
    await runAllTimers();
    await animationFrame();
    expect.verifySteps(["suggest Pump noise"]);
    expect(queryAllTexts(".o_service_article mark")).toEqual(["pump"]);
    // text of articles is text, whatever is in it
    expect(".o_service_article_snippet:first").toHaveText("<b>Air</b> in the pipes");
    expect(".o_service_article_snippet b").toHaveCount(0);
});

test("what is used is counted with its place (SVC-L1)", async () => {
    await mountCard();
    expect.verifySteps(["suggest Pump"]);
    await contains("[data-article='6'] .o_service_article_link").click();
    await contains("[data-article='5'] .o_service_article_helped").click();
    expect.verifySteps(["1 6 linked 2", "1 5 helped 1"]);
    expect("[data-article='6'] .text-success").toHaveText("Linked");
    expect("[data-article='5'] .o_service_article_helped").not.toBeEnabled();
});

test("text and link go into the answer of this request (SVC-L1)", async () => {
    const listener = ({ detail }) => expect.step(`${detail.requestId}: ${detail.text}`);
    answerBus.addEventListener("insert", listener);
    await mountCard();
    await contains("[data-article='5'] .o_service_article_insert").click();
    await contains("[data-article='6'] .o_service_article_insert_link").click();
    answerBus.removeEventListener("insert", listener);
    expect("[data-article='5'] .o_service_article_insert_link").toHaveCount(0);
    expect.verifySteps([
        "suggest Pump",
        "1: Seal it.",
        "1 5 inserted 1",
        "1: Leak: https://help.example/help/leak-6",
        "1 6 link_sent 2",
    ]);
});

test("a search that finds nothing says so (SVC-L1)", async () => {
    onRpc("crm.service.request", "search_articles", ({ args }) => {
        expect.step(`search ${args[0]}`);
        return [];
    });
    await mountCard([]);
    expect(".o_form_view").toHaveText(/No article fits the subject/);
    await contains(".o_service_knowledge_term").edit("teleporter", { confirm: false });
    await contains("button[title='Search']").click();
    await animationFrame();
    expect(".o_form_view").toHaveText(/list of articles to write/);
    expect.verifySteps(["suggest Pump", "search teleporter"]);
});

import { AskNow } from "@crm_customer_insight/ask_now/ask_now";
import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";

class Occasion extends models.Model {
    _name = "crm.fact.occasion";
}

defineMailModels();
defineModels([Occasion]);

const question = (id, name, values) => ({
    attribute_id: id, name, help: "", type: "char", options: [], value: "", date: "", required: false, ...values,
});
const DATA = {
    partner: { id: 7, name: "Acme" },
    occasions: [
        { id: 1, name: "Visit" },
        { id: 2, name: "Fair" },
    ],
    occasion_id: 1,
    questions: [
        question(11, "Fleet", { type: "number", required: true }),
        question(12, "Plan", { type: "date", value: "2026-05-31", date: "2025-05-31" }),
        question(13, "Size", { type: "selection", options: [{ code: "big", name: "Big" }] }),
    ],
    more: 2,
};

async function open() {
    onRpc("crm.fact.occasion", "get_questions", ({ args }) => {
        expect.step(`questions ${args[1]}`);
        return DATA;
    });
    await openDialog();
}

async function openDialog() {
    await mountWithCleanup(MainComponentsContainer);
    getService("dialog").add(AskNow, { partnerId: 7, onSaved: () => expect.step("saved") });
    await animationFrame();
}

test("answers, refusals and confirmations are sent together", async () => {
    onRpc("crm.fact.occasion", "save_answers", ({ args }) => {
        expect(args).toEqual([
            7,
            1,
            [
                { attribute_id: 11, answer: "declined", value: "" },
                { attribute_id: 12, answer: "same", value: "" },
                { attribute_id: 13, answer: "value", value: "big" },
            ],
        ]);
        return 2;
    });
    await open();
    expect(".o_ask_now_question").toHaveCount(3);
    expect(".modal-footer .btn-primary").toHaveProperty("disabled", true);
    await contains("[data-name='Fleet'] input").edit("4");
    await contains("[data-name='Fleet'] .o_ask_now_declined").click();
    expect("[data-name='Fleet'] input").toHaveProperty("value", "");
    await contains("[data-name='Plan'] .o_ask_now_same").click();
    await contains("[data-name='Size'] select").select("big");
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps(["questions false", "saved"]);
    expect(".o_ask_now").toHaveCount(0);
});

test("a second press takes an answer back; another occasion asks anew", async () => {
    await open();
    await contains("[data-name='Fleet'] .o_ask_now_later").click();
    expect(".modal-footer .btn-primary").toHaveProperty("disabled", false);
    await contains("[data-name='Fleet'] .o_ask_now_later").click();
    expect(".modal-footer .btn-primary").toHaveProperty("disabled", true);
    await contains("#o_ask_now_occasion").select("2");
    expect.verifySteps(["questions false", "questions 2"]);
});

test("without occasions and questions it says so", async () => {
    onRpc("crm.fact.occasion", "get_questions", () => ({ ...DATA, questions: [], more: 0 }));
    await openDialog();
    expect(".o_ask_now_nothing").toHaveCount(1);
});

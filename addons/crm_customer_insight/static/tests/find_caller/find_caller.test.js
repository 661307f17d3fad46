import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    getService,
    makeMockEnv,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { registry } from "@web/core/registry";
import { FindCaller } from "@crm_customer_insight/find_caller/find_caller";

class ContactNumber extends models.Model {
    _name = "crm.contact.number";
}
defineMailModels();
defineModels([ContactNumber]);

const ANN = {
    number_id: 1,
    partner_id: 7,
    lead_id: null,
    name: "Ann",
    number: "01 00 00 00 37",
    city: "Paris",
    is_company: false,
    reason_labels: ["Key account"],
};
const LEE = { ...ANN, number_id: 2, partner_id: null, lead_id: 9, name: "Lee", reason_labels: [] };

function answer(values) {
    onRpc("crm.contact.number", "find_caller", ({ args }) => {
        expect.step(args[0]);
        return { e164: "+33100000037", extension: null, problem: null, candidates: [], ...values };
    });
}

async function openDialog(props = {}) {
    mockService("action", {
        doAction(action, options) {
            expect.step(
                options ? `${action} ${options.props.resId}` : `${action.res_model} ${action.res_id}`
            );
        },
    });
    await mountWithCleanup(MainComponentsContainer);
    getService("dialog").add(FindCaller, props);
    await animationFrame();
}

test("candidates appear in the order of the server and open what they are", async () => {
    answer({ candidates: [ANN, LEE] });
    await openDialog();
    await contains(".o_find_caller input").edit("0100000037", { confirm: false });
    await runAllTimers();
    await animationFrame();
    expect.verifySteps(["0100000037"]);
    expect(queryAllTexts(".o_find_caller_candidate .fw-bold")).toEqual(["Ann", "Lee"]);
    expect(queryAllTexts(".o_find_caller_candidate .badge")).toEqual(["Key account"]);
    expect(".o_find_caller_read").toHaveText("+33100000037");
    await contains(".o_find_caller_candidate:last").click();
    expect.verifySteps(["crm.lead 9"]);
    expect(".o_find_caller").toHaveCount(0);
});

test("enter opens the only candidate", async () => {
    answer({ candidates: [ANN] });
    await openDialog();
    await contains(".o_find_caller input").edit("0100000037", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["0100000037", "crm_customer_insight.crm_customer_360_action 7"]);
});

test("a number given to the dialog is looked up at once", async () => {
    answer({ candidates: [ANN] });
    await openDialog({ number: "+33 1 00 00 00 37" });
    await animationFrame();
    expect.verifySteps(["+33 1 00 00 00 37"]);
    expect(".o_find_caller_candidate").toHaveCount(1);
});

test("it says why nobody was found", async () => {
    answer({ e164: null, problem: "too_short", problem_label: "Digits are missing" });
    await openDialog({ number: "010000" });
    await animationFrame();
    expect.verifySteps(["010000"]);
    expect(".o_find_caller_nobody").toHaveText("This is not a number: Digits are missing.");
});

test("a hidden caller is called so", async () => {
    answer({ e164: null, problem: "anonymous", problem_label: "No number" });
    await openDialog({ number: "anonymous" });
    await animationFrame();
    expect.verifySteps(["anonymous"]);
    expect(".o_find_caller_nobody").toHaveText("The caller hides the number.");
});

test("the command palette offers the dialog, and candidates for a number", async () => {
    answer({ candidates: [ANN] });
    onRpc("has_group", () => true);
    const env = await makeMockEnv();
    const provider = registry
        .category("command_provider")
        .get("crm_customer_insight.find_caller");
    expect((await provider.provide(env, {})).map((one) => one.name.toString())).toEqual([
        "Find caller",
    ]);
    const commands = await provider.provide(env, { searchValue: "0100000037" });
    expect(commands.map((one) => one.name.toString())).toEqual([
        "Find caller 0100000037",
        "Ann · 01 00 00 00 37",
    ]);
    expect.verifySteps(["0100000037"]);
});

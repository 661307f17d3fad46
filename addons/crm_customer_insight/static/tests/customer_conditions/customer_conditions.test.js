import { expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, select } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { editorOf, isComplete, newLeaf, withOperator } from "@crm_customer_insight/customer_conditions/conditions";

const NUMBER = ["=", "!=", ">", ">=", "<", "<=", "between"];
const ORDERS = {
    code: "order_count",
    label: "Number of orders",
    group: "Purchases",
    type: "number",
    operators: NUMBER,
    options: [],
    params: [{ name: "days", label: "In the last days", type: "days", default: null, options: [] }],
};
const TIER = {
    code: "tier",
    label: "Tier",
    group: "Value",
    type: "selection",
    operators: ["in", "not_in", "set", "not_set"],
    options: [["A", "Tier A"], ["B", "Tier B"]],
    params: [],
};

class Selection extends models.Model {
    _name = "selection";
    level = fields.Char({ default: "customer" });
    conditions = fields.Json();
    _records = [{ id: 1, level: "customer", conditions: { operator: "and", conditions: [] } }];
}

defineMailModels();
defineModels([Selection]);

const mount = () =>
    mountView({
        type: "form",
        resModel: "selection",
        resId: 1,
        arch: `<form><field name="level"/><field name="conditions" widget="customer_conditions"/></form>`,
    });

test("the value is kept as long as the editor stays the same", () => {
    const leaf = { ...newLeaf(ORDERS), value: 3 };
    expect(withOperator(ORDERS, leaf, ">").value).toBe(3);
    expect(withOperator(ORDERS, leaf, "between").value).toEqual([null, null]);
    expect(editorOf(TIER, "not_set")).toBe("none");
});

test("a condition is complete when every comparison has its value", () => {
    const facts = { order_count: ORDERS, tier: TIER };
    expect(isComplete(newLeaf(ORDERS), facts)).toBe(false);
    expect(isComplete({ ...newLeaf(ORDERS), value: 0 }, facts)).toBe(true);
    expect(isComplete({ ...newLeaf(TIER), value: [] }, facts)).toBe(false);
    expect(isComplete({ ...newLeaf(TIER), operator: "set" }, facts)).toBe(true);
    expect(isComplete({ fact: "gone", operator: "=", value: 1 }, facts)).toBe(false);
    expect(isComplete({ operator: "or", conditions: [] }, facts)).toBe(true);
});

test("conditions are put together, counted live and saved", async () => {
    onRpc("crm.customer.fact", "get_facts", () => [ORDERS, TIER]);
    onRpc("crm.customer.fact", "count_customers", ({ args }) => {
        expect.step(`count ${args[0].conditions.length}`);
        return args[0].conditions.length ? 12 : 100;
    });
    onRpc("web_save", ({ args }) => {
        expect.step(JSON.stringify(args[1].conditions.conditions[0]));
    });
    await mount();
    await advanceTime(500);
    await animationFrame();
    expect(".o_customer_conditions_count strong").toHaveText("100");

    await click(".o_condition_add");
    await animationFrame();
    expect(".o_customer_conditions_count").toHaveText("Fill in every condition to see who fits.");
    expect(queryAllTexts(".o_condition_operator option").length).toBe(NUMBER.length);

    await click(".o_condition_operator");
    await select(">=");
    await animationFrame();
    await click("input.o_condition_value");
    await edit("3", { confirm: "blur" });
    await animationFrame();
    await click("input.o_condition_param");
    await edit("90", { confirm: "blur" });
    await advanceTime(500);
    await animationFrame();
    expect(".o_customer_conditions_count strong").toHaveText("12");

    await contains(".o_form_button_save").click();
    const leaf = { fact: "order_count", operator: ">=", value: 3, params: { days: 90 } };
    expect.verifySteps(["count 0", "count 1", JSON.stringify(leaf)]);
});

test("a fact that is gone is named and can be removed", async () => {
    Selection._records[0].conditions = { fact: "gone", operator: "=", value: 1 };
    onRpc("crm.customer.fact", "get_facts", () => [ORDERS]);
    onRpc("crm.customer.fact", "count_customers", () => 5);
    await mount();
    await advanceTime(500);
    expect(".o_condition_line .alert").toHaveText(/gone/);
    await click(".o_condition_remove");
    await animationFrame();
    expect(".o_condition_line").toHaveCount(0);
    await advanceTime(500);
    await animationFrame();
    await advanceTime(500);
    await animationFrame();
    expect(".o_customer_conditions_count strong").toHaveText("5");
});

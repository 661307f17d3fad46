import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const AXIS = {
    from: "2026-01-01",
    until: "2026-01-11",
    today: "2026-01-06",
    state: "active",
    label: "In warranty",
    rows: [
        {
            code: "parts",
            label: "Parts",
            until: "2026-01-11",
            state: "active",
            why: "Pumps: 24 months",
            spans: [{ from: "2026-01-01", until: "2026-01-11", why: "Pumps: 24 months" }],
        },
        {
            code: "labor",
            label: "Labor",
            until: "2026-01-03",
            state: "expired",
            why: "Pumps: 12 months",
            spans: [{ from: "2026-01-01", until: "2026-01-03", why: "Pumps: 12 months" }],
        },
        { code: "travel", label: "Travel", until: "", state: "excluded", why: "Not covered", spans: [] },
    ],
    events: [
        { kind: "request", model: "crm.service.request", id: 7, date: "2026-01-02", label: "R7 No pressure" },
    ],
};
const TREE = [
    { id: 1, name: "Machine", state: "In use", warranty: "active", depth: 0, current: true },
    { id: 2, name: "Motor", state: "In repair", warranty: "expired", depth: 1, current: false },
];
const CARD = {
    id: 1,
    name: "Pump (S1)",
    state: "In use",
    facts: [["Serial number", "S1"]],
    warranty: AXIS.rows,
    warranty_state: "active",
    warranty_label: "In warranty",
    contract: null,
    recalls: [{ id: 3, name: "Seal leaks", severity: "2" }],
    requests: [],
    request_count: 0,
    similar: [{ id: 9, name: "R9 Leaks", solution: "New seal", cause: "Seal", same_type: true, date: "2026-01-01" }],
    product_id: 5,
};

class Asset extends models.Model {
    _name = "crm.customer.asset";
    name = fields.Char();
    service_axis = fields.Json();
    part_tree = fields.Json();
    _records = [
        { id: 1, name: "Pump (S1)", service_axis: AXIS, part_tree: TREE },
        { id: 2, name: "New", service_axis: false, part_tree: false },
    ];
}
class Request extends models.Model {
    _name = "crm.service.request";
    name = fields.Char();
    asset_id = fields.Many2one({ relation: "crm.customer.asset" });
    type_id = fields.Many2one({ relation: "crm.customer.asset" });
    cause_id = fields.Many2one({ relation: "crm.customer.asset" });
    _records = [
        { id: 7, name: "No pressure", asset_id: 1 },
        { id: 8, name: "Question", asset_id: false },
    ];
}
defineMailModels();
defineModels([Asset, Request]);

function catchActions() {
    mockService("action", {
        doAction: (action) => expect.step(`${action.res_model},${action.res_id}`),
    });
}

test("warranty bars lie where their days are, and events open", async () => {
    catchActions();
    await mountView({
        type: "form",
        resModel: "crm.customer.asset",
        resId: 1,
        arch: `<form><field name="service_axis" widget="service_axis" nolabel="1"/></form>`,
    });
    const bars = [...document.querySelectorAll(".o_service_axis_bar")];
    // ten days in all: parts cover all of them, labor the first two
    expect(bars.map((bar) => [bar.style.left, bar.style.width])).toEqual([
        ["0%", "100%"],
        ["0%", "20%"],
    ]);
    expect(bars[0]).toHaveClass("bg-success");
    expect(bars[1]).toHaveClass("bg-danger");
    expect("[data-cover=travel] .o_service_axis_bar").toHaveCount(0);
    expect("[data-cover=travel] .o_service_axis_note").toHaveText("Not covered");
    expect(document.querySelector(".o_service_axis_event").style.left).toBe("10%");
    await contains(".o_service_axis_event").click();
    expect.verifySteps(["crm.service.request,7"]);
});

test("a new asset has no axis and no tree yet", async () => {
    await mountView({
        type: "form",
        resModel: "crm.customer.asset",
        resId: 2,
        arch: `<form><field name="service_axis" widget="service_axis"/><field name="part_tree" widget="asset_tree"/></form>`,
    });
    expect(".o_service_axis").toHaveCount(0);
    expect(".o_asset_tree li").toHaveCount(1);
    expect(".o_asset_tree li").toHaveText(/No parts yet/);
});

test("the tree indents parts and opens them", async () => {
    catchActions();
    await mountView({
        type: "form",
        resModel: "crm.customer.asset",
        resId: 1,
        arch: `<form><field name="part_tree" widget="asset_tree"/></form>`,
    });
    expect(queryAllTexts(".o_asset_tree li > :first-child")).toEqual(["Machine", "Motor"]);
    expect([...document.querySelectorAll(".o_asset_tree li")].map((li) => li.style.paddingLeft)).toEqual([
        "0rem",
        "1.5rem",
    ]);
    await contains(".o_asset_tree button").click();
    expect.verifySteps(["crm.customer.asset,2"]);
});

test("the card beside a request shows warranty, recall and what solved it before", async () => {
    catchActions();
    onRpc("crm.customer.asset", "get_service_card", ({ args }) => {
        expect.step(JSON.stringify(args));
        return CARD;
    });
    await mountView({
        type: "form",
        resModel: "crm.service.request",
        resId: 7,
        arch: `<form><field name="name"/><field name="asset_id"/><widget name="service_asset_card"/></form>`,
    });
    expect.verifySteps(["[1,7,false,false]"]);
    expect(".o_service_asset_warranty").toHaveText("In warranty");
    expect(".o_service_asset_card .alert-danger").toHaveText(/Seal leaks/);
    expect(".o_service_similar").toHaveText(/New seal/);
    await contains(".o_service_similar button").click();
    expect.verifySteps(["crm.service.request,9"]);
    await contains(".o_field_widget[name=name] input").edit("Other words");
    expect.verifySteps([]);
});

test("without an asset there is no card and no question", async () => {
    onRpc("crm.customer.asset", "get_service_card", () => expect.step("asked"));
    await mountView({
        type: "form",
        resModel: "crm.service.request",
        resId: 8,
        arch: `<form><field name="asset_id"/><widget name="service_asset_card"/></form>`,
    });
    expect(".o_service_asset_card").toHaveCount(0);
    expect.verifySteps([]);
});

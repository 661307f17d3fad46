import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
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
import { WebClient } from "@web/webclient/webclient";

class Day extends models.Model {
    _name = "crm.my.day";
}

defineMailModels();
defineModels([Day]);

const LINE = {
    kind: "activity",
    icon: "fa-tasks",
    tier: "A",
    title: "Call",
    reason: "Ten pumps",
    urgency: "high",
    partner_id: 7,
    name: "Acme",
    phone: "+49 40 1",
    due: "2026-03-09",
    action_label: "Open",
    can_finish: true,
};
const LINES = [
    { ...LINE, key: "activity:1", group: "overdue", expected_value: 500 },
    { ...LINE, key: "action:quotation:7", group: "today", kind: "quotation", expected_value: false },
    { ...LINE, key: "visit:3", group: "today", kind: "visit", can_finish: false, expected_value: 0 },
];

function day(items, more = {}) {
    const groups = ["overdue", "today", "week"].map((code) => ({
        code,
        label: code,
        count: items.filter(({ group }) => group === code).length,
    }));
    return {
        user: { id: 2, name: "Sam", own: true },
        today: "2026-03-10",
        currency_id: false,
        groups,
        kinds: [{ code: "activity", label: "Activities", icon: "fa-tasks", count: 1 }],
        items,
        total: items.length,
        colleagues: [],
        ...more,
    };
}

async function mountDay() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_my_day" });
}

test("lines stand under their headings; an unknown value is no zero", async () => {
    onRpc("crm.my.day", "get_my_day", () => day(LINES));
    await mountDay();
    expect(queryAllTexts("section h2")).toEqual(["overdue 1", "today 2"]);
    expect(queryAllTexts(".o_my_day_value")).toEqual(["500", "0"]);
    expect(".o_my_day_line[data-key='visit:3'] .o_my_day_done").toHaveCount(0);
    expect("a[href='tel:+49 40 1']").toHaveCount(3);
});

test("keys go down and up, and do what a line says", async () => {
    onRpc("crm.my.day", "get_my_day", () => day(LINES));
    onRpc("crm.my.day", "do_item", ({ args }) => {
        expect.step(args.join());
        return false;
    });
    await mountDay();
    await press("j");
    await press("j");
    await animationFrame();
    expect(".o_my_day_selected").toHaveAttribute("data-key", "action:quotation:7");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["action,7,quotation"]);
    await press("k");
    await press("k");
    await animationFrame();
    expect(".o_my_day_selected").toHaveAttribute("data-key", "activity:1");
});

test("done asks what came of it", async () => {
    let items = LINES;
    onRpc("crm.my.day", "get_my_day", () => day(items));
    onRpc("crm.my.day", "done_item", ({ args }) => {
        expect.step(args.join());
        items = LINES.slice(1);
        return true;
    });
    await mountDay();
    await contains("[data-key='activity:1'] .o_my_day_done").click();
    await contains(".o_my_day_note input").edit("They want ten", { confirm: false });
    await contains(".o_my_day_note button").click();
    await animationFrame();
    expect.verifySteps(["activity,1,,They want ten"]);
    expect(".o_my_day_line").toHaveCount(2);
});

test("filters ask for a kind, and the same again for everything", async () => {
    onRpc("crm.my.day", "get_my_day", ({ kwargs }) => {
        expect.step(String(kwargs.kind));
        return day(LINES);
    });
    await mountDay();
    await contains(".o_my_day_kind").click();
    await contains(".o_my_day_kind").click();
    expect.verifySteps(["false", "activity", "false"]);
});

test("more lines follow the first page; a manager chooses whose day it is", async () => {
    onRpc("crm.my.day", "get_my_day", ({ kwargs }) => {
        expect.step(`${kwargs.user_id} ${kwargs.offset}`);
        return day(kwargs.offset ? LINES.slice(2) : LINES.slice(0, 2), {
            total: 3,
            colleagues: [
                { id: 2, name: "Sam" },
                { id: 5, name: "Tom" },
            ],
        });
    });
    await mountDay();
    await contains(".o_my_day_more").click();
    expect(".o_my_day_line").toHaveCount(3);
    expect(".o_my_day_more").toHaveCount(0);
    await contains(".o_my_day_colleague").select("5");
    expect.verifySteps(["false 0", "false 2", "5 0"]);
});

test("an empty day says so", async () => {
    onRpc("crm.my.day", "get_my_day", () => day([]));
    await mountDay();
    expect(".o_nocontent_help").toHaveText(/All done for today/);
});

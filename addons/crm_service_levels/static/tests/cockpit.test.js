import { expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { user } from "@web/core/user";
import { BoardStrip } from "@crm_service_levels/board/board";
import { FindDialog, customerFrom } from "@crm_service_levels/find_box/find_dialog";
import { ServicePresence } from "@crm_service_levels/presence/presence";
import { durationWords } from "@crm_service_levels/time_words";
import { readMinutes } from "@crm_service_levels/work_card/work_card";

const UNUSED = {
    used: false,
    open: false,
    times: 0,
    since: false,
    until: false,
    seconds: null,
    reason: null,
    who: "",
    minutes: null,
    cost: null,
    currency_id: 1,
};
const STEPS = [
    { ...UNUSED, level: "1", code: "L1", name: "Representative", used: true, open: true, times: 1, since: "2026-03-02 09:00:00", seconds: 7200, minutes: 12, who: "Rita" },
    { ...UNUSED, level: "2", code: "L2", name: "Team", used: true, times: 2, since: "2026-03-02 10:00:00", until: "2026-03-02 11:00:00", seconds: 3600, reason: "Needs the workshop", who: "Rob" },
    { ...UNUSED, level: "3", code: "L3", name: "Assets" },
];

class ServiceRequest extends models.Model {
    _name = "crm.service.request";

    name = fields.Char();
    level_steps = fields.Json();

    _records = [{ id: 1, name: "Pump", level_steps: STEPS }];
}

class Finder extends models.Model {
    _name = "crm.service.finder";
}
defineMailModels();
defineModels([ServiceRequest, Finder]);

const ARCH = `<form class="o_service_request_form"><sheet>
    <field name="level_steps" widget="service_level_stepper"/>
    <widget name="service_presence"/>
    <field name="name"/>
    <div name="rail">
        <div class="o_service_card" name="work" string="Time and cost"><widget name="service_work_card"/></div>
        <div class="o_service_card" name="other"><h3>Tasks</h3><span class="inside">inside</span></div>
    </div>
</sheet></form>`;

/** @param {Function} [told] is given what is told to colleagues */
async function mountRequest(told = () => {}, arch = ARCH) {
    onRpc("has_group", () => true);
    onRpc("crm.service.request", "notify_presence", ({ args }) => {
        if (args[1] !== "leave") {
            told(args[1]);
        }
        return true;
    });
    await mountView({ type: "form", resModel: "crm.service.request", resId: 1, arch });
}

test("the stepper shows which levels are in use and explains them (SVC-L1)", async () => {
    await mountRequest();
    expect(".o_service_level_open").toHaveCount(1);
    expect(".o_service_level_used").toHaveCount(1);
    expect("[data-level='3']").toHaveAttribute("aria-label", "L3 Assets: not used");
    await contains("[data-level='2']").click();
    expect(".o_service_level_popover").toHaveText(/Needs the workshop/);
    expect(".o_service_level_popover").toHaveText(/Rob/);
    expect(".o_service_level_popover").toHaveText(/1 hr/);
    // no work noted is not "0 minutes"
    expect(".o_service_level_popover").toHaveText(/none noted/);
});

test("cards fold away, which is remembered per user, and take their title from a heading", async () => {
    await mountRequest();
    expect(queryAllTexts(".o_service_card_head")).toEqual(["Time and cost", "Tasks"]);
    expect(".inside").toHaveCount(1);
    await contains("[data-card='other'] .o_service_card_head").click();
    expect(".inside").toHaveCount(0);
    expect("[data-card='other'] .o_service_card_head").toHaveAttribute("aria-expanded", "false");
    expect(browser.localStorage.getItem(`crm_service_levels.card.${user.userId}.other`)).toBe(
        "closed"
    );
});

test("minutes are read as people write them", () => {
    const cases = [
        ["5", 5],
        ["5 min", 5],
        ["1:30", 90],
        ["1h30", 90],
        ["1,5 h", 90],
        ["2 hours", 120],
        ["", null],
        ["0", null],
        ["soon", null],
    ];
    for (const [text, minutes] of cases) {
        expect(readMinutes(text)).toBe(minutes);
    }
});

test("durations show their two largest units", () => {
    expect(durationWords(0)).toBe("0 min");
    expect(durationWords(300)).toBe("5 min");
    expect(durationWords(7200)).toBe("2 hr");
    expect(durationWords(93600)).toBe("1 day, 2 hr");
});

test("minutes are noted in one line, wrong ones are not sent", async () => {
    onRpc("crm.service.request", "log_minutes", ({ kwargs }) => {
        expect.step(`${kwargs.minutes} ${kwargs.name}`);
        return [];
    });
    await mountRequest();
    await contains(".o_service_log_minutes").edit("soon", { confirm: false });
    await contains(".o_service_log button").click();
    expect(".o_service_log_minutes").toHaveClass("is-invalid");
    await contains(".o_service_log_minutes").edit("1:05", { confirm: false });
    await contains(".o_service_log_name").edit("Explained", { confirm: false });
    await contains(".o_service_log button").click();
    expect.verifySteps(["65 Explained"]);
});

async function hear(payload) {
    presence.onPresence({ request_id: 1, user_id: 99, name: "Rob", ...payload });
    await animationFrame();
}

let presence;

test("colleagues on the same request are named, and forgotten when they are silent", async () => {
    patchWithCleanup(ServicePresence.prototype, {
        setup() {
            super.setup();
            presence = this;
        },
    });
    const told = [];
    await mountRequest((doing) => told.push(doing));
    expect(told).toEqual(["hello"]);
    expect(".o_service_presence").toHaveCount(0);
    await hear({ doing: "hello" });
    expect(".o_service_presence").toHaveText("Rob also has this request open.");
    expect(told).toEqual(["hello", "open"]);
    await hear({ doing: "writing" });
    expect(".o_service_presence_writing").toHaveText("Rob is writing in this request right now.");
    await hear({ doing: "open", user_id: user.userId });
    await hear({ doing: "open", request_id: 2, user_id: 98 });
    expect(presence.others.length).toBe(1);
    await advanceTime(60000);
    await animationFrame();
    expect(".o_service_presence").toHaveCount(0);
});

test("writing is told at most every ten seconds", async () => {
    const told = [];
    await mountRequest((doing) => told.push(doing));
    await contains("[name='name'] input").edit("Pump does not start", { confirm: false });
    expect(told).toEqual(["hello", "writing"]);
});

const HIT = {
    model: "res.partner",
    res_id: 7,
    title: "Anna Berg",
    note: "Hamburg",
    badge: "A",
    rank: 0,
    open: true,
    new: { default_partner_id: 7 },
};
const REQUEST = { ...HIT, model: "crm.service.request", res_id: 3, title: "R3 Pump", new: null };

async function openFind(groups, props = {}) {
    mockService("action", {
        doAction(action, options) {
            const what = options ? `360 ${options.props.resId}` : action.res_model;
            expect.step(`${what} ${action.res_id || ""} ${JSON.stringify(action.context || {})}`);
        },
    });
    onRpc("crm.service.finder", "find", ({ args }) => ({
        term: args[0],
        can_create: true,
        groups: groups.map((hits, index) => ({ code: `g${index}`, label: "G", icon: "", hits })),
    }));
    await mountWithCleanup(MainComponentsContainer);
    getService("dialog").add(FindDialog, props);
    await animationFrame();
}

test("the find box is driven by the keyboard: open, and new request with one key", async () => {
    await openFind([[HIT], [REQUEST]]);
    await contains(".o_service_find_term").edit("berg", { confirm: false });
    await runAllTimers();
    await animationFrame();
    expect(".o_service_hit").toHaveCount(2);
    expect(".o_service_hit_active").toHaveText(/Anna Berg/);
    await press("ArrowDown");
    await animationFrame();
    expect(".o_service_hit_active").toHaveText(/R3 Pump/);
    await press("ArrowUp");
    await animationFrame();
    await press(["shift", "Enter"]);
    await animationFrame();
    expect.verifySteps(['crm.service.request  {"default_partner_id":7}']);
});

test("an unknown customer is created after a look at those who may be he", async () => {
    onRpc("crm.service.finder", "find_duplicates", () => [
        { id: 7, name: "Anna Berg", note: "Hamburg", reason: "name" },
    ]);
    onRpc("crm.service.finder", "create_customer", ({ args }) => {
        expect.step(args[0].name);
        return 55;
    });
    await openFind([], { term: "Anna Bergh" });
    await animationFrame();
    await click(".o_service_find_create");
    await runAllTimers();
    await animationFrame();
    expect("#o_service_new_name").toHaveValue("Anna Bergh");
    expect(".o_service_doubles").toHaveText(/Anna Berg/);
    expect(".o_service_doubles").toHaveText(/similar name/);
    await click(".o_service_create_customer");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["Anna Bergh", 'crm.service.request  {"default_partner_id":55}']);
});

test("what is typed goes where it belongs", () => {
    expect(customerFrom("anna@x.example").email).toBe("anna@x.example");
    expect(customerFrom("+49 40 123456").phone).toBe("+49 40 123456");
    expect(customerFrom("Anna").name).toBe("Anna");
});

test("a count on the strip filters, and counts are read at most once a second", async () => {
    onRpc("crm.service.request", "get_board_counts", () => {
        expect.step("count");
        return [{ code: "late", label: "Late", icon: "fa-fire", tone: "danger", help: "", domain: [["id", ">", 0]], count: 3 }];
    });
    const searchModel = {
        query: [],
        searchItems: {},
        nextId: 5,
        createNewFilters: ([filter]) => expect.step(filter.description),
        toggleSearchItem: (id) => expect.step(`toggle ${id}`),
    };
    let strip;
    patchWithCleanup(BoardStrip.prototype, {
        setup() {
            super.setup();
            strip = this;
        },
    });
    await mountWithCleanup(BoardStrip, { props: { domain: [], searchModel } });
    expect.verifySteps(["count"]);
    expect(".o_service_count[data-count='late']").toHaveText("3 Late");
    await contains(".o_service_count[data-count='late']").click();
    expect.verifySteps(["Late"]);
    for (let event = 0; event < 20; event++) {
        strip.onEvent();
    }
    await runAllTimers();
    expect.verifySteps(["count"]);
});

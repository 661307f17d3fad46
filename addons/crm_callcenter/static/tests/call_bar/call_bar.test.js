import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { MainComponentsContainer } from "@web/core/main_components_container";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { session } from "@web/session";
import {
    clock,
    commandStatus,
    HOTKEY_LABELS,
    HOTKEYS,
    shortcut,
} from "@crm_callcenter/call_bar/call_bar_labels";
import { callBarCommands } from "@crm_callcenter/call_bar/call_bar_palette";

const { DateTime } = luxon;

defineMailModels();

const ago = (seconds) => serializeDateTime(DateTime.now().minus({ seconds }));
const CALL = {
    id: 7,
    number: "+14155550123",
    direction: "inbound",
    queue: "Support",
    running: true,
    result: "",
    held: false,
    muted: false,
    consulting: false,
    room: "",
    listeners: [],
};
const POPUP = {
    id: 7,
    number: "+14155550123",
    anonymous: false,
    queue: "Support",
    script: "",
    partner: { id: 3, name: "Azure Interior", company: "", tier: "A", lang: false, language: "" },
    employee: false,
    candidates: [],
    open: [],
    last_calls: [],
    topics: [{ id: 1, display_name: "Seals" }],
    callback: false,
    may: { contact: true, lead: true, order: false },
    note: "",
    topic_id: false,
    disposition_id: false,
};

/** The whole state as the server tells it. */
function bar(state, more = {}) {
    return {
        id: 1,
        name: "Ada",
        extension: "1001",
        state,
        rest: "ready",
        reason: "",
        since: ago(65),
        until: false,
        now: ago(0),
        reachable: state !== "unreachable",
        call: ["ringing", "on_call", "wrap_up"].includes(state) ? CALL : false,
        commands: [],
        reasons: ["Lunch"],
        dispositions: [
            { id: 1, name: "Solved", next_step: "none", needs_note: false },
            { id: 2, name: "Call back", next_step: "callback", needs_note: false },
        ],
        callbacks: true,
        ...more,
    };
}

/** Mount the bar of an agent in a state; `popup` is what the look-up answers, or throws. */
async function mount(state, { more, popup = () => POPUP } = {}) {
    patchWithCleanup(session, { call_agent: true });
    onRpc("crm.call.agent", "get_bar", () => bar(state, more));
    onRpc("crm.call", "get_popup", () => popup());
    onRpc("crm.call.agent", "bar_command", ({ args }) => {
        expect.step(args[0]);
        return { id: `c${args[0]}`, action: args[0], state: "waiting", text: "" };
    });
    onRpc("crm.call.agent", "set_bar_state", ({ args }) => {
        expect.step(args[0]);
        return bar(args[0]);
    });
    await mountWithCleanup(MainComponentsContainer);
    await animationFrame();
}

test("times are clocks and never negative", () => {
    expect([clock(-3), clock(65), clock(3603)].join()).toBe("0:00,1:05,1:00:03");
    expect(shortcut("hold")).toBe("Alt+Shift+O");
});

test("nothing is a success before the exchange confirmed it", async () => {
    await mount("ready"); // with its translations
    const said = (state, text = "", seconds = 1) =>
        commandStatus({ action: "hold", state, text }, seconds);
    expect(said("waiting").level).toBe("info");
    expect(said("done").level).toBe("success");
    expect(said("failed", "busy").text).toBe("Hold: Busy");
    expect(said("sent", "", 21).level).toBe("danger");
    const dialed = { action: "originate", state: "done", text: "" };
    expect(commandStatus(dialed, 1).text).toBe("Your telephone was picked up.");
    expect(commandStatus({ ...dialed, call_id: 7 }, 1).text).toBe("Third person: done");
});

test("what was said of a command may be over while the bar is drawn", async () => {
    const commands = [{ id: "c", action: "hold", state: "done", text: "", at: ago(0) }];
    await mount("on_call", { more: { commands } });
    expect(".o_call_status").toHaveText("Hold: done");
    const model = getService("call_bar");
    let asked = 0;
    // worth a word for two readings, and no more
    patchWithCleanup(model, { since: (at) => (at === commands[0].at ? 4.7 + asked++ / 5 : 0) });
    await advanceTime(1000);
    await animationFrame();
    expect(".o_call_bar").toHaveCount(1);
    expect(asked).toBeGreaterThan(0);
});

test("a telephone that is not reached: what to do is said", async () => {
    await mount("unreachable");
    expect(".o_call_hint").toHaveText(/1001 is not registered/);
    expect(".o_call_timer").toHaveText("1:05");
});

test("who calls, and only what the agent may make", async () => {
    await mount("ringing");
    expect(".o_call_name").toHaveText("Azure Interior");
    expect(".o_call_tier").toHaveText("Tier A");
    expect(queryAllTexts(".o_call_actions button")).toEqual(["Customer", "Opportunity"]);
    expect(queryOne(".o_call_answer").title).toBe("Answer, where the telephone can (Alt+Shift+A)");
});

test("the name is there before the look-up is answered", async () => {
    const answer = new Deferred();
    await mount("ringing", {
        more: { call: { ...CALL, name: "Azure Interior" } },
        popup: () => answer,
    });
    expect(".o_call_name").toHaveText("Azure Interior");
    expect(".o_call_card").toHaveText(/\+14155550123 · Support · Looking up/);
    answer.resolve(POPUP);
    await animationFrame();
    expect(".o_call_tier").toHaveText("Tier A");
});

test("a look-up that fails says so and can be tried again", async () => {
    let isDown = true;
    await mount("ringing", {
        popup() {
            if (isDown) {
                throw new Error("down");
            }
            return POPUP;
        },
    });
    expect(".o_call_lookup_failed").toHaveText(/\+14155550123.*could not be looked up/s);
    isDown = false;
    await contains(".o_call_retry").click();
    await animationFrame();
    expect(".o_call_name").toHaveText("Azure Interior");
});

test("whom he called is looked up when the exchange tells it, and the note stays", async () => {
    const own = { ...CALL, number: "1001", direction: "outbound" };
    onRpc("crm.call", "save_draft", () => true);
    let popup = { ...POPUP, number: "1001", partner: false };
    await mount("on_call", { more: { call: own }, popup: () => popup });
    expect(".o_call_name").toHaveText("Unknown caller");
    await contains("#o_call_note").edit("Offer", { confirm: false });
    popup = POPUP;
    await getService("call_bar").update(bar("on_call"));
    await animationFrame();
    expect(".o_call_name").toHaveText("Azure Interior");
    expect("#o_call_note").toHaveValue("Offer");
});

test("keys hold, mute, transfer and hang up", async () => {
    await mount("on_call");
    for (const key of ["o", "m", "h"]) {
        await press(`alt+shift+${key}`);
        await animationFrame();
    }
    expect.verifySteps(["hold", "mute", "hangup"]);
    onRpc("crm.call.agent", "get_colleagues", () => []);
    await press("alt+shift+t");
    await animationFrame();
    expect(".o_call_transfer").toHaveCount(1);
});

test("what is written is kept in the tab at once, and on the server in a moment", async () => {
    onRpc("crm.call", "save_draft", ({ args }) => {
        expect.step(args[1].note);
        return true;
    });
    await mount("on_call");
    await contains("#o_call_note").edit("Ten seals", { confirm: false });
    expect(JSON.parse(browser.sessionStorage.getItem("crm_call_draft.7")).note).toBe("Ten seals");
    await advanceTime(1500);
    expect.verifySteps(["Ten seals"]);
    expect(browser.sessionStorage.getItem("crm_call_draft.7")).toBe(null);
});

test("what was typed in the last moment before a reload is there again", async () => {
    browser.sessionStorage.setItem("crm_call_draft.7", JSON.stringify({ note: "Pump" }));
    await mount("on_call");
    expect("#o_call_note").toHaveValue("Pump");
    await getService("call_bar").update(bar("on_call"));
    expect("#o_call_note").toHaveValue("Pump");
});

test("a call-back is promised during the call: when, by whom, what about", async () => {
    onRpc("crm.call", "get_callback_queues", () => [
        { id: 4, name: "Support" },
        { id: 5, name: "Sales" },
    ]);
    onRpc("crm.call", "ask_callback", ({ args }) => {
        expect.step(args.slice(2).join());
        return { at: "2030-03-09T10:00:00", mine: args[2], who: "Sales", queue_id: 5, note: "" };
    });
    await mount("on_call");
    await press("alt+shift+b");
    await animationFrame();
    expect(queryOne(".o_promise_at").value).not.toBe("");
    await contains("#o_promise_queue").click();
    await contains(".o_promise_queue").select("5");
    await contains(".o_promise_note").edit("The seal", { confirm: false });
    await contains(".o_promise_save").click();
    expect.verifySteps(["false,5,The seal"]);
    expect(".o_call_promise").toHaveCount(0);
    expect(".o_call_promised").toHaveText(/by Sales/);
});

test("another tab's words appear; what is being written here stays", async () => {
    onRpc("crm.call", "save_draft", ({ args }) => {
        const { tab, ...values } = args[1];
        expect.step(JSON.stringify(values));
        return Boolean(tab);
    });
    await mount("on_call");
    const model = getService("call_bar");
    model.takeOver({ id: 7, tab: "other", note: "From the other", topic_id: 1 });
    await animationFrame();
    expect("#o_call_note").toHaveValue("From the other");
    expect("#o_call_topic").toHaveValue("1");
    await contains("#o_call_note").edit("My own", { confirm: false });
    model.takeOver({ id: 7, tab: "other", note: "Later" });
    model.takeOver({ id: 8, tab: "other", note: "Of another call" });
    model.takeOver({ id: 7, tab: model.tab, topic_id: false });
    await animationFrame();
    expect("#o_call_note").toHaveValue("My own");
    expect("#o_call_topic").toHaveValue("1");
    await advanceTime(1500);
    // the topic is the other tab's: it is not sent from here
    expect.verifySteps(['{"note":"My own"}']);
});

test("while a colleague is asked no button hangs up: that would connect them", async () => {
    await mount("on_call", { more: { call: { ...CALL, consulting: true } } });
    expect(".o_call_hangup").toHaveCount(0);
    await contains(".o_call_complete").click();
    expect.verifySteps(["hangup"]);
});

test("keys work while the note is written, and do nothing without a call", async () => {
    await mount("on_call");
    await contains("#o_call_note").focus();
    await press("alt+shift+o");
    await animationFrame();
    expect.verifySteps(["hold"]);
    await getService("call_bar").update(bar("ready"));
    for (const key of ["o", "m", "t", "h", "n", "a", "b"]) {
        await press(`alt+shift+${key}`);
    }
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_call_panels .card").toHaveCount(0);
});

test("no command of the palette returns anything but the reasons of a pause", async () => {
    await mount("ready"); // with its translations
    const model = {
        bar: bar("on_call"),
        popup: POPUP,
        command: async () => ({ id: "c" }),
        toggleHold: async () => ({ id: "c" }),
        toggleMute: async () => ({ id: "c" }),
        openPromise: () => "open",
        setState: async () => ({ state: "ready" }),
        done: async () => ({ next_step: "none" }),
    };
    const env = { services: { dialog: { add: () => () => {} } } };
    const found = {};
    for (const [name, action] of callBarCommands(env, model)) {
        found[name] = Boolean(await action());
    }
    expect(Object.keys(found).filter((name) => found[name])).toEqual(["Pause"]);
});

test("every key is in the help", async () => {
    await mount("ready");
    expect(Object.keys(HOTKEY_LABELS).sort()).toEqual(Object.keys(HOTKEYS).sort());
    await contains(".o_call_state").click();
    await contains(".o_call_shortcuts").click();
    expect(".o_call_help tr").toHaveCount(Object.keys(HOTKEYS).length);
    expect(queryAllTexts(".o_call_help kbd")).toInclude("Alt+Shift+N");
});

test("a result that calls for a call-back proposes a time, unless one was promised", async () => {
    onRpc("crm.call", "save_draft", () => true);
    await mount("wrap_up", { more: { until: ago(-20) } });
    await contains("#o_call_disposition").select("2");
    expect(queryOne("#o_call_back_at").value).not.toBe("");
    const promised = { at: "2030-03-09T10:00:00", mine: true, who: "", queue_id: false, note: "" };
    getService("call_bar").takeOver({ id: 7, tab: "", callback: promised });
    await animationFrame();
    expect("#o_call_back_at").toHaveCount(0);
});

test("what follows a result and is not open to the agent is told", async () => {
    onRpc("crm.call", "save_draft", () => true);
    onRpc("crm.call", "save_after_call", () => ({ next_step: "request" }));
    const dispositions = [{ id: 4, name: "To be followed up", next_step: "request" }];
    await mount("wrap_up", { more: { until: ago(-20), dispositions } });
    await contains("#o_call_disposition").select("4");
    await contains(".o_call_done").click();
    expect(".o_notification").toHaveText(/What follows “To be followed up” is not open to you/);
});

test("colleagues who are away are shown so; who is not reached gets no call", async () => {
    const row = { name: "Ben", since: false, skills: ["Pumps"], fits: true };
    onRpc("crm.call.agent", "get_colleagues", () => [
        { ...row, id: 2, extension: "1002", state: "ready" },
        { ...row, id: 3, extension: "1003", state: "offline" },
        { ...row, id: 4, extension: "1004", state: "unreachable" },
    ]);
    await mount("on_call");
    await contains(".o_call_transfer_button").click();
    expect("[data-agent='1002']").not.toHaveText(/hardly/);
    expect("[data-agent='1003']").toHaveText(/Offline · 1003 · will hardly pick up/);
    expect("[data-agent='1003'] .o_blind").toBeEnabled();
    expect("[data-agent='1004'] .o_blind").not.toBeEnabled();
});

test("done: the draft is sent, and the next call may come", async () => {
    onRpc("crm.call", "save_after_call", ({ args }) => {
        expect.step(args[1].topic_id);
        return { next_step: "none" };
    });
    onRpc("crm.call", "save_draft", () => true);
    await mount("wrap_up", { more: { until: ago(-20) } });
    await contains("#o_call_topic").select("1");
    await press("alt+shift+n");
    await animationFrame();
    expect.verifySteps([1]);
});

const offer = (more = {}) => ({
    id: 21,
    channel: "fax",
    label: "Fax",
    subject: "Fax from +493012345 (2 pages)",
    customer: "Azure Interior",
    state: "offered",
    since: ago(90),
    until: ago(-42),
    late: true,
    ...more,
});
const inWork = () => offer({ state: "in_work", until: false });
const inboxOf = (...inbox) => bar("ready", { inbox });

/** What the server answers to steps in the inbox. */
function answerSteps(answers) {
    onRpc("crm.call.agent", "inbox_step", ({ args }) => {
        expect.step(args.join(" "));
        return answers[args[1]];
    });
}

test("an offer is announced, accepted and opens; then its notification is gone", async () => {
    mockService("action", { doAction: ({ res_model }) => expect.step(res_model) });
    const action = { type: "ir.actions.act_window", res_model: "crm.call.fax", res_id: 3 };
    answerSteps({ accept: { bar: inboxOf(inWork()), action } });
    await mount("ready", { more: { inbox: [offer()] } });
    expect(".o_notification").toHaveText(/Fax from \+493012345/);
    await getService("call_bar").update(inboxOf(offer()));
    await animationFrame();
    expect(".o_notification").toHaveCount(1);
    await contains(".o_notification_buttons button:first-child").click();
    await animationFrame();
    expect.verifySteps(["21 accept", "crm.call.fax"]);
    expect(".o_notification").toHaveCount(0);
});

test("the inbox shows what is left of an offer, and how long the customer has waited", async () => {
    answerSteps({
        decline: { bar: inboxOf(inWork()), action: false },
        done: { bar: inboxOf(), action: false },
    });
    await mount("ready", { more: { inbox: [offer()] } });
    await contains(".o_call_inbox").click();
    expect(".o_call_inbox_row").toHaveText(/Fax.*Late.*0:4[12].*\+493012345.*Azure Interior/s);
    await contains(".o_call_inbox_decline").click();
    await animationFrame();
    expect(".o_call_inbox_row").toHaveText(/1:3[01]/);
    expect(queryAllTexts(".o_call_inbox_row button")).toEqual(["Open", "Done"]);
    await contains(".o_call_inbox_done").click();
    await animationFrame();
    expect.verifySteps(["21 decline", "21 done"]);
    expect(".o_call_inbox").toHaveCount(0);
});

test("who was too slow is told so, and sees what is left", async () => {
    expect.errors(1);
    onRpc("crm.call.agent", "inbox_step", () => {
        throw new Error("This is not with you any more.");
    });
    await mount("ready", { more: { inbox: [offer()] } });
    onRpc("crm.call.agent", "get_bar", () => inboxOf());
    await contains(".o_notification_buttons button:first-child").click();
    await animationFrame();
    await animationFrame();
    expect(".o_call_inbox").toHaveCount(0);
    expect.verifyErrors([/not with you any more/]);
});

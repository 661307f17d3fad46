import { CampaignFlow, flowTree } from "@crm_campaign_roi/flow/campaign_flow";
import { describe, expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    hideTab,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { CampaignOverlap } from "@crm_campaign_roi/overlap/campaign_overlap";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

class Campaign extends models.Model {
    _name = "utm.campaign";
    title = fields.Char();
    _records = [{ id: 7, title: "Spring" }];
}
class Audience extends models.Model {
    _name = "crm.campaign.audience";
    name = fields.Char();
}
defineModels([Campaign, Audience]);

const wave = (id, name, values = {}) => ({
    id,
    name,
    method: "mail",
    method_label: "E-mail",
    state: "draft",
    state_label: "Draft",
    after_id: false,
    group_id: false,
    wait_days: 0,
    date: "",
    counts: {},
    ...values,
});
const group = (id, name, waveId, count) => ({ id, name, wave_id: waveId, count, days: 0 });
const FLOW = {
    waves: [
        wave(1, "Invitation", { state: "running", state_label: "Running", counts: { sent: 6, left_out: 2, new: 1, planned: 3 } }),
        wave(2, "Reminder", { after_id: 1, group_id: 11, wait_days: 7 }),
        wave(3, "Thanks", { after_id: 1 }),
    ],
    groups: [group(11, "No reply", 1, 3), group(12, "Bought", 1, 0)],
    figures: {
        currency_id: 1,
        targets: 10,
        control: 1,
        reached: 6,
        planned: 4,
        sent: 6,
        left_out: 2,
        failed: 0,
        responded: 3,
        target_responses: null,
        cost: 150,
        budget: 100,
        return: null,
        return_word: "No sales in the window yet",
        deals: 0,
    },
    goals: [],
    steps: [
        { model: "crm.campaign.approval", id: 2, name: "A second hall", state: "waiting", date: "", who: "Rita" },
        { model: "crm.campaign.wave", id: 2, name: "Reminder", state: "draft", date: "" },
        { model: "crm.campaign.response.group", id: 12, name: "Bought", state: "untouched", date: "", count: 4 },
    ],
};

async function mountFlow(data = FLOW, marketer = true) {
    patchWithCleanup(user, { hasGroup: async () => marketer });
    onRpc("utm.campaign", "get_flow", () => data);
    await mountView({
        type: "form",
        resModel: "utm.campaign",
        resId: 7,
        arch: `<form><field name="title"/><widget name="crm_campaign_flow"/></form>`,
    });
    await animationFrame();
}

test("groups hang on waves and waves on groups, each once", () => {
    const [root, ...others] = flowTree(FLOW);
    expect(others).toHaveLength(0);
    expect(root.children.map((child) => child.key)).toEqual(["group-11", "group-12", "wave-3"]);
    expect(root.children[0].children.map((child) => child.key)).toEqual(["wave-2"]);
});

test("waves that lead to each other are drawn once, and so is what leads nowhere", () => {
    const circle = [wave(1, "A", { after_id: 2 }), wave(2, "B", { after_id: 1 }), wave(3, "C", { after_id: 99 })];
    const roots = flowTree({ waves: circle, groups: [group(5, "All", false, 2)] });
    expect(roots.map((root) => root.key)).toEqual(["wave-3", "group-5", "wave-1"]);
    expect(roots[2].children.map((child) => child.key)).toEqual(["wave-2"]);
});

test("a wave names the audience that it goes to", async () => {
    await mountFlow({ ...FLOW, waves: [wave(1, "Invitation", { audience: "Garden, Pond" }), wave(2, "Reminder")], groups: [] });
    expect(".o_flow_wave[data-wave='1'] .o_flow_audience").toHaveText("Garden, Pond");
    expect(".o_flow_wave[data-wave='2'] .o_flow_audience").toHaveCount(0);
});

test("live counts of waves and groups", async () => {
    await mountFlow();
    expect(queryAllTexts(".o_flow_wave[data-wave='1'] .o_flow_counts button")).toEqual([
        "4\nplanned",
        "6\nsent",
        "2\nleft out",
    ]);
    expect(queryAllTexts(".o_flow_group .o_flow_count")).toEqual(["3", "0"]);
    expect(queryFirst(".o_flow_group").textContent).toInclude("50 % of those reached");
    expect(".o_flow_wave").toHaveCount(3);
});

test("what a simulation says of a draft is not what has happened (D14)", async () => {
    const draft = wave(1, "Invitation", { counts: { planned: 5, left_out: 2 } });
    await mountFlow({ ...FLOW, waves: [draft], groups: [] });
    expect(queryAllTexts(".o_flow_wave .o_flow_counts button")).toEqual(["5\nwould get it", "2\nwould be left out"]);
});

test("the cards say words where there is no figure, and warn beyond the budget", async () => {
    await mountFlow();
    expect("[data-card='return'] .o_flow_word").toHaveText("No sales in the window yet");
    expect("[data-card='cost'] .progress-bar.bg-danger").toHaveCount(1);
    expect("[data-card='targets']").toHaveText("Targets\n10\n1 in the control group");
    expect(queryAllTexts(".o_flow_steps button")).toEqual([
        "A second hall waits for Rita",
        "Reminder not started",
        "Bought 4 persons, nothing made of them yet",
    ]);
});

test("counts, groups and cards open the people behind them", async () => {
    const opened = [];
    mockService("action", { doAction: (action) => opened.push(action) });
    onRpc("crm.campaign.response.group", "action_open_members", ({ args }) => ({ members: args[0] }));
    onRpc("utm.campaign", "action_open_responses", ({ args }) => ({ responses: args[0] }));
    await mountFlow();
    await click(".o_flow_wave[data-wave='1'] [data-count='sent']");
    await animationFrame();
    await click(".o_flow_group[data-group='11'] .o_flow_title");
    await animationFrame();
    await click("[data-card='responded']");
    await animationFrame();
    expect(opened[0].domain).toEqual([
        ["wave_id", "=", 1],
        ["state", "in", ["sent"]],
    ]);
    expect(opened[1]).toEqual({ members: [11] });
    expect(opened[2]).toEqual({ responses: [7] });
});

test("target figures stand beside what came of them, with a bar, and open it (ROI-1)", async () => {
    const opened = [];
    mockService("action", { doAction: (action) => opened.push(action) });
    const goal = (code, kind, target, actual, values = {}) => ({
        code,
        kind,
        label: code,
        target,
        actual,
        word: "",
        share: actual / target,
        bar: Math.min(actual / target, 1),
        model: "crm.lead",
        domain: [["id", ">", 0]],
        ...values,
    });
    const goals = [
        goal("leads", "number", 400, 100),
        goal("won", "number", 1000, 999),
        goal("revenue", "money", 200, 250),
        goal("return", "percent", 200, null, { share: null, bar: 0, word: "No sales yet" }),
    ];
    await mountFlow({ ...FLOW, goals });
    expect(queryAllTexts(".o_campaign_goal_words")).toEqual([
        "100 of 400",
        "999 of 1,000",
        "$ 250.00 of $ 200.00",
        "No sales yet (aimed at: 200 %)",
    ]);
    expect(queryAllTexts(".o_campaign_goal_share")).toEqual(["25 %", "99 %", "125 %", ""]);
    const bars = [...document.querySelectorAll(".o_campaign_goal_track > span")];
    expect(bars.map((bar) => bar.style.width)).toEqual(["25%", "99.9%", "100%", "0%"]);
    expect(".o_campaign_goal .fa-check").toHaveCount(1);
    await click("[data-goal='leads']");
    await animationFrame();
    expect(opened[0].domain).toEqual([["id", ">", 0]]);
    expect(opened[0].context).toEqual({ active_test: false });
});

test("without target figures there is no place for them", async () => {
    await mountFlow();
    expect(".o_campaign_goals").toHaveCount(0);
});

test("everything is reached by keyboard", async () => {
    const opened = [];
    mockService("action", { doAction: (action) => opened.push(action) });
    await mountFlow();
    queryFirst(".o_flow_wave[data-wave='2'] .o_flow_title").focus();
    await press("Enter");
    await animationFrame();
    expect(opened[0].res_id).toBe(2);
    for (const element of document.querySelectorAll(".o_campaign_flow [data-card], .o_flow_title, .o_flow_counts .btn")) {
        expect(element.tagName).toBe("BUTTON");
    }
});

/** Mount the flow of *data()*, and count how often it is asked. */
async function mountCounted(data) {
    let calls = 0;
    patchWithCleanup(user, { hasGroup: async () => true });
    onRpc("utm.campaign", "get_flow", () => data(++calls));
    await mountView({
        type: "form",
        resModel: "utm.campaign",
        resId: 7,
        arch: `<form><field name="title"/><widget name="crm_campaign_flow" invisible="title == 'Closed'"/></form>`,
    });
    await animationFrame();
    return () => calls;
}

const counted = (sent, state = "running") => ({
    ...FLOW,
    waves: [wave(1, "Invitation", { state, counts: { sent } })],
    groups: [],
});

test("while a wave runs the counts are read again by themselves", async () => {
    const calls = await mountCounted((call) => counted(call, call < 3 ? "running" : "done"));
    expect("[data-count='sent']").toHaveText("1\nsent");
    expect(".o_flow_live").toHaveCount(1);
    // real time goes on beside the one that is advanced: leave it room
    await advanceTime(5_000);
    expect(calls()).toBe(1);
    await advanceTime(5_100);
    await animationFrame();
    expect(calls()).toBe(2);
    expect("[data-count='sent']").toHaveText("2\nsent");
    await advanceTime(10_100);
    await animationFrame();
    expect("[data-count='sent']").toHaveText("3\nsent");
    // the third answer says that it is done
    expect(".o_flow_live").toHaveCount(0);
    await advanceTime(60_000);
    expect(calls()).toBe(3);
});

test("without a running wave nothing is read again", async () => {
    const calls = await mountCounted(() => counted(5, "paused"));
    await advanceTime(60_000);
    expect(calls()).toBe(1);
});

test("calls never pile up: the next one waits for the answer", async () => {
    const slow = new Deferred();
    const calls = await mountCounted((call) => (call === 2 ? slow : counted(call)));
    await advanceTime(10_100);
    expect(calls()).toBe(2);
    await advanceTime(60_000);
    document.dispatchEvent(new Event("visibilitychange"));
    await advanceTime(60_000);
    expect(calls()).toBe(2);
    slow.resolve(counted(2));
    await animationFrame();
    await advanceTime(10_100);
    expect(calls()).toBe(3);
});

test("a page that is hidden asks nothing, and at once when it is seen again", async () => {
    const calls = await mountCounted(counted);
    await hideTab();
    await advanceTime(60_000);
    expect(calls()).toBe(1);
    document.dispatchEvent(new Event("visibilitychange"));
    await advanceTime(10);
    await animationFrame();
    expect(calls()).toBe(2);
    expect("[data-count='sent']").toHaveText("2\nsent");
});

test("when it is closed nothing is asked any more", async () => {
    const calls = await mountCounted(counted);
    await contains("[name='title'] input").edit("Closed");
    expect(".o_campaign_flow").toHaveCount(0);
    await advanceTime(60_000);
    expect(calls()).toBe(1);
});

test("without a connection what is shown stays, and is asked about again", async () => {
    let lost = false;
    patchWithCleanup(CampaignFlow.prototype, {
        async read() {
            if (lost) {
                throw new ConnectionLostError("/web");
            }
            return super.read(...arguments);
        },
    });
    await mountCounted(counted);
    lost = true;
    await advanceTime(10_100);
    await animationFrame();
    expect(".o_campaign_flow .alert").toHaveCount(0);
    expect("[data-count='sent']").toHaveText("1\nsent");
    lost = false;
    await advanceTime(10_100);
    await animationFrame();
    expect("[data-count='sent']").toHaveText("2\nsent");
});

test("controllers look and change nothing; without waves it says what to do", async () => {
    await mountFlow({ ...FLOW, waves: [], groups: [], steps: [] }, false);
    expect(".o_flow_read, .o_flow_turn").toHaveCount(0);
    expect(".o_campaign_flow").toHaveText(/No wave yet/);
    expect(CampaignFlow.template).toBe("crm_campaign_roi.CampaignFlow");
});

test("the matrix of audiences opens who is in both", async () => {
    const opened = [];
    onRpc("crm.campaign.audience", "search_read", () => [
        { id: 1, name: "Garden" },
        { id: 2, name: "Pond" },
    ]);
    onRpc("crm.campaign.audience", "get_overlap", ({ args }) => ({
        audiences: args[0].map((id) => ({ id, name: id === 1 ? "Garden" : "Pond", contacts: 4 * id, leads: 0 })),
        cells: args[0].length > 1 ? [
            { a: 1, b: 2, contacts: 2, leads: 1 },
            { a: 2, b: 1, contacts: 2, leads: 1 },
        ] : [],
    }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_campaign_overlap" });
    await animationFrame();
    patchWithCleanup(CampaignOverlap.prototype, {
        open(a, b, model) {
            this.action = { doAction: (action) => opened.push(action) };
            return super.open(a, b, model);
        },
    });
    expect("td[data-cell='1-2']").toHaveText(/2\s*1 leads/);
    expect("td[data-cell='2-2']").toHaveText("8");
    await click("td[data-cell='1-2'] button");
    await animationFrame();
    expect(opened[0].domain).toEqual([
        ["campaign_audience_ids", "in", [1]],
        ["campaign_audience_ids", "in", [2]],
    ]);
    await click("th[scope='row'] button");
    await animationFrame();
    expect("td[data-cell]").toHaveCount(1);
});

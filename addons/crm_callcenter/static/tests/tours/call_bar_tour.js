import { registry } from "@web/core/registry";

const { DateTime } = luxon;
const CALLER = { Uniqueid: "t-1", Linkedid: "t-1", Channel: "PJSIP/trunk-01" };
const ADA = { Uniqueid: "t-2", Linkedid: "t-1", Channel: "PJSIP/1001-02" };
const TO_ADA = { DestUniqueid: "t-2", DestLinkedid: "t-1", DestChannel: "PJSIP/1001-02" };
const NUMBER = { CallerIDNum: "+14155550123", Context: "from-trunk", Exten: "8000" };
const QUEUE = { Queue: "support", Interface: "PJSIP/1001" };
/** What the exchange says, by step. */
const STREAM = {
    ring: [
        { Event: "Newchannel", ChannelState: "4", ...CALLER, ...NUMBER },
        { Event: "Newstate", ChannelState: "6", ...CALLER, ...NUMBER },
        { Event: "QueueCallerJoin", Position: "1", Count: "1", ...QUEUE, ...CALLER },
        { Event: "Newchannel", ChannelState: "0", ...ADA },
        { Event: "AgentCalled", ...QUEUE, ...CALLER, ...TO_ADA },
        { Event: "DialBegin", DialString: "1001", ...CALLER, ...TO_ADA },
    ],
    answer: [
        { Event: "Newstate", ChannelState: "6", ...ADA },
        { Event: "DialEnd", DialStatus: "ANSWER", ...CALLER, ...TO_ADA },
        { Event: "QueueCallerLeave", ...QUEUE, ...CALLER },
        { Event: "AgentConnect", HoldTime: "1", RingTime: "1", ...QUEUE, ...CALLER, ...TO_ADA },
        { Event: "BridgeEnter", BridgeUniqueid: "b", ...ADA },
        { Event: "BridgeEnter", BridgeUniqueid: "b", ...CALLER },
    ],
    hold: [{ Event: "Hold", ...ADA }],
    resume: [{ Event: "Unhold", ...ADA }],
    leave: [
        { Event: "BridgeLeave", BridgeUniqueid: "b", ...ADA },
        { Event: "Hangup", Cause: "16", ...ADA },
    ],
};

const services = () => odoo.__WOWL_DEBUG__.root.env.services;
const exchange = (method, ...args) =>
    services().orm.call("crm.call.exchange", method, ["hamburg", ...args]);

/** The exchange speaks; the bus of a test run delivers nothing, so the bar asks. */
async function hear(part) {
    const at = DateTime.now().toSeconds();
    const stamp = (message, place) => ({ Timestamp: String(at + place / 1000), ...message });
    const rows = STREAM[part].map((message, place) => ({ at, message: stamp(message, place) }));
    await exchange("listener_events", rows);
    await services().call_bar.load();
}

/** The listener fetches what was asked for, and says what came of it. */
async function confirm(state, text = "") {
    const commands = await exchange("listener_commands");
    const rows = commands.map(({ id }) => ({ id, state, text }));
    await exchange("listener_results", rows);
    await services().call_bar.load();
}

/** An agent's call: ring, pop-up, answer, hold, transfer, after-call work, ready (CC-1, CC-2). */
registry.category("web_tour.tours").add("crm_call_bar", {
    steps: () => [
        { trigger: ".o_call_bar[data-state=offline]" },
        { trigger: ".o_call_get_ready", run: "click" },
        { trigger: ".o_call_bar[data-state=ready]", run: () => hear("ring") },
        { trigger: ".o_call_bar[data-state=ringing]" },
        { trigger: ".o_call_name:contains('Jane')" },
        { trigger: ".o_call_script:contains('Good morning')" },
        { trigger: ".o_call_answer", run: "click" },
        {
            content: "nothing is a success before the exchange confirmed it",
            trigger: ".o_call_status:contains('Answer: asked')",
            run: () => confirm("failed", "Permission denied"),
        },
        {
            trigger: ".o_call_status.text-danger:contains('at your telephone')",
            run: () => hear("answer"),
        },
        { trigger: ".o_call_bar[data-state=on_call]" },
        { trigger: "#o_call_note", run: "edit Wants ten seals" },
        { trigger: ".o_call_hold", run: "click" },
        { trigger: ".o_call_hold", run: () => hear("hold") },
        { trigger: ".o_call_resume", run: "click" },
        { trigger: ".o_call_resume", run: () => hear("resume") },
        { trigger: ".o_call_hold" },
        { trigger: ".o_call_transfer_button", run: "click" },
        { trigger: "[data-agent='1002']:contains('Pumps') .o_blind", run: "click" },
        {
            trigger: ".o_call_status:contains('Transfer: asked')",
            run: async () => {
                await confirm("done");
                await hear("leave");
            },
        },
        { trigger: ".o_call_bar[data-state=wrap_up]" },
        { trigger: "#o_call_note:value('Wants ten seals')" },
        { trigger: "#o_call_topic", run: "selectByLabel Seals" },
        { trigger: "#o_call_disposition", run: "selectByLabel Solved" },
        { trigger: ".o_call_done", run: "click" },
        { trigger: ".o_call_bar[data-state=ready]" },
    ],
});

/** A number in a list and on a form is dialed by a click; a refusal is shown (CC-6). */
registry.category("web_tour.tours").add("crm_call_dial", {
    steps: () => [
        { trigger: ".o_call_bar[data-state=ready]" },
        { trigger: ".o_data_row:contains('Jane') .o_phone_content a", run: "click" },
        {
            trigger: ".o_call_status:contains('Your telephone rings')",
            run: () => confirm("failed", "busy"),
        },
        { trigger: ".o_call_status.text-danger:contains('Busy')" },
        { trigger: ".o_data_row:contains('Jane') td[name=complete_name]", run: "click" },
        { trigger: ".o_form_view [name=phone] a.o_form_uri", run: "click" },
        { trigger: ".o_call_status:contains('Your telephone rings')" },
    ],
});

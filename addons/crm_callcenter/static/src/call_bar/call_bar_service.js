import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { debounce } from "@web/core/utils/timing";
import { session } from "@web/session";
import { callPopupActions } from "./call_popup_actions";

const { DateTime } = luxon;
const SAVE_DELAY = 1000;
const DRAFT = ["note", "topic_id", "disposition_id"];
/** In how many hours a call-back is proposed. */
const PROPOSED = 1;
const draftKey = (callId) => `crm_call_draft.${callId}`;

/** A time for a call-back as inputs write it: in an hour, to the quarter. */
export function proposedTime() {
    const later = DateTime.now().plus({ hours: PROPOSED });
    const quarter = Math.ceil(later.minute / 15) * 15;
    return later.startOf("hour").plus({ minutes: quarter }).toFormat("yyyy-MM-dd'T'HH:mm");
}

/**
 * The one state that all parts of the call bar show. It comes from the server, whole: once when the
 * page loads, and by the bus with every change, so that tabs and reloads agree (CC-1).
 */
export class CallBarModel {
    constructor(env, { orm, bus_service, notification }) {
        this.env = env;
        this.orm = orm;
        this.notification = notification;
        this.tab = `${Date.now()}-${Math.random()}`;
        this.bar = null;
        this.popup = null;
        this.draft = null;
        this.isOpen = true;
        /** Why nothing is known of the caller: the server did not answer, or refused. */
        this.error = "";
        /** What is open above the bar: "transfer", "keypad" or nothing. */
        this.panel = "";
        /** Whether the form of a call-back is open on the card. */
        this.isPromising = false;
        this.offset = 0;
        /** By contact: how the notification of its offer is closed. */
        this.offers = new Map();
        this.bus = bus_service;
    }

    /** Ask for everything, and listen from then on. */
    async start() {
        this.bus.subscribe("crm_call/agent", (bar) => this.update(bar));
        this.bus.subscribe("crm_call/draft", (draft) => this.takeOver(draft));
        this.bus.addEventListener("BUS:RECONNECT", () => this.load());
        this.bus.start();
        await this.load();
    }

    async load() {
        const bar = await this.orm.silent.call("crm.call.agent", "get_bar", []);
        if (bar) {
            await this.update(bar);
        }
    }

    /** Take the state over; who calls is asked for once per call. */
    async update(bar) {
        const before = this.bar?.call?.id;
        this.offset = DateTime.now().diff(deserializeDateTime(bar.now)).as("seconds");
        this.bar = { ...this.bar, ...bar };
        this.tellOffers();
        if (bar.state !== "on_call") {
            this.panel = "";
        }
        if (bar.call?.id !== before) {
            this.isPromising = false;
        }
        if (!bar.call) {
            this.popup = null;
            this.draft = null;
            this.error = "";
        } else if (bar.call.id !== before || !(this.popup || this.error)) {
            this.isOpen = true;
            this.popup = null;
            await this.loadPopup(bar.call.id);
        } else if (this.popup && this.popup.number !== bar.call.number) {
            // of a call by a click the exchange names the agent's own telephone first
            await this.loadPopup(bar.call.id);
        }
    }

    /** Who calls. What goes wrong is said on the card, where it can be tried again. */
    async loadPopup(callId) {
        this.error = "";
        try {
            const popup = await this.orm.silent.call("crm.call", "get_popup", [callId]);
            if (this.bar.call?.id === popup.id) {
                this.show(popup);
            }
        } catch (error) {
            if (this.bar.call?.id === callId) {
                this.error = error.data?.message || _t("The server does not answer.");
            }
        }
    }

    /** What is being written stays as it is when the same call is shown anew. */
    show(popup) {
        const isSame = this.popup?.id === popup.id && this.draft;
        this.popup = popup;
        if (!isSame) {
            const draft = Object.fromEntries(DRAFT.map((name) => [name, popup[name]]));
            const unsaved = this.unsaved(popup.id);
            this.draft = { ...draft, callback_at: "", ...unsaved };
            if (Object.keys(unsaved).length) {
                this.saveSoon();
            }
        }
    }

    /** What was typed in the last moment before a reload. */
    unsaved(callId) {
        return JSON.parse(browser.sessionStorage.getItem(draftKey(callId)) || "{}");
    }

    /** Seconds since a moment of the server, by the server's clock. */
    since(moment) {
        const now = DateTime.now().minus({ seconds: this.offset });
        return moment ? now.diff(deserializeDateTime(moment)).as("seconds") : 0;
    }

    async agent(method, ...args) {
        return this.orm.call("crm.call.agent", method, args);
    }

    /** Say what is offered now, in every tab; what is not offered any more disappears. */
    tellOffers() {
        const rows = (this.bar.inbox || []).filter((row) => row.state === "offered");
        const ids = new Set(rows.map((row) => row.id));
        for (const [id, close] of this.offers) {
            if (!ids.has(id)) {
                this.offers.delete(id);
                close();
            }
        }
        for (const row of rows.filter((one) => !this.offers.has(one.id))) {
            this.offers.set(row.id, this.tellOffer(row));
        }
    }

    tellOffer({ id, label, subject }) {
        const button = (name, step) => ({ name, onClick: () => this.inboxStep(id, step) });
        return this.notification.add(subject, {
            title: label,
            type: "info",
            sticky: true,
            buttons: [button(_t("Accept"), "accept"), button(_t("Decline"), "decline")],
        });
    }

    /**
     * Accept, decline, open or finish what is in the inbox.
     *
     * @param {number} id of the contact
     * @param {"accept" | "decline" | "open" | "done"} step
     */
    async inboxStep(id, step) {
        try {
            const { bar, action } = await this.agent("inbox_step", id, step);
            await this.update(bar);
            if (action) {
                await this.env.services.action.doAction(action);
            }
        } catch (error) {
            await this.load(); // somebody was quicker
            throw error;
        }
    }

    async setState(state, reason = "") {
        await this.update(await this.agent("set_bar_state", state, reason));
    }

    /** Ask the exchange to do something; what comes of it arrives by the bus. */
    async command(action, values = {}) {
        const command = await this.agent("bar_command", action, values);
        this.note(command);
        return command;
    }

    toggleHold() {
        return this.command(this.bar.call.held ? "resume" : "hold");
    }

    toggleMute() {
        return this.command(this.bar.call.muted ? "unmute" : "mute");
    }

    /** The agent's own telephone rings first. */
    async dial(number, partnerId = false) {
        const command = await this.agent("dial", number, partnerId || false);
        this.note(command);
        return command;
    }

    /** Show a command at once, before the bus tells of it. */
    note(command) {
        if (this.bar && !this.bar.commands.some((one) => one.id === command.id)) {
            const at = this.bar.now;
            this.bar.commands = [{ ...command, at, isNew: true }, ...this.bar.commands];
        }
    }

    async choosePartner(partnerId) {
        this.show(await this.orm.call("crm.call", "choose_partner", [this.popup.id, partnerId]));
    }

    /** Keep what is written in this tab at once, and on the server in a moment. */
    keep(...names) {
        const { id } = this.popup;
        const written = Object.fromEntries(names.map((name) => [name, this.draft[name]]));
        this.keepUnsaved(id, { ...this.unsaved(id), ...written });
        this.saveSoon();
    }

    keepUnsaved(callId, values) {
        if (Object.keys(values).length) {
            browser.sessionStorage.setItem(draftKey(callId), JSON.stringify(values));
        } else {
            browser.sessionStorage.removeItem(draftKey(callId));
        }
    }

    /** What was written here belongs to the call: other tabs and a colleague who takes it over show it. */
    async save() {
        const id = this.popup?.id;
        const unsaved = id ? this.unsaved(id) : {};
        const names = DRAFT.filter((name) => name in unsaved);
        if (names.length) {
            const values = Object.fromEntries(names.map((name) => [name, unsaved[name]]));
            const args = [id, { ...values, tab: this.tab }];
            await this.orm.silent.call("crm.call", "save_draft", args);
            this.forgetSaved(id, values);
        }
    }

    /** What was written while it was sent stays to be sent. */
    forgetSaved(callId, saved) {
        const left = Object.entries(this.unsaved(callId)).filter(
            ([name, value]) => saved[name] !== value
        );
        this.keepUnsaved(callId, Object.fromEntries(left));
    }

    /** Another tab wrote something; what is being written here stays. */
    takeOver({ id, tab, ...values }) {
        if (this.popup?.id !== id || tab === this.tab) {
            return;
        }
        if ("callback" in values) {
            this.popup.callback = values.callback;
        }
        const unsaved = this.unsaved(id);
        for (const name of DRAFT.filter((one) => one in values && !(one in unsaved))) {
            this.draft[name] = values[name] || (name === "note" ? "" : false);
        }
    }

    /** Open the form of a call-back on the card. */
    openPromise() {
        this.panel = "";
        this.isOpen = true;
        this.isPromising = true;
    }

    /**
     * Promise a call-back during the call, or ask colleagues of a queue for it.
     *
     * @param {{at: string, mine: boolean, queueId: number | false, note: string}} promise
     */
    async askCallback({ at, mine, queueId, note }) {
        const { id } = this.popup;
        const moment = at && serializeDateTime(DateTime.fromISO(at));
        const args = [id, moment, mine, queueId, note];
        const callback = await this.orm.call("crm.call", "ask_callback", args);
        if (this.popup?.id === id) {
            this.popup.callback = callback;
            this.isPromising = false;
        }
    }

    /** Note how it ended; then he is ready again, and what follows from the result opens. */
    async done() {
        const { popup, draft } = this;
        if (!popup) {
            return this.setState("done");
        }
        const result = this.disposition;
        const callback_at = this.callbackMoment;
        if (this.asksCallback && !callback_at) {
            this.notification.add(_t("When is the customer to be called back?"), { type: "danger" });
            return;
        }
        const { next_step } = await this.finish({ ...draft, callback_at });
        const follow = callPopupActions.get(next_step, null);
        if (follow?.isVisible(popup)) {
            await follow.run(this.env, { ...popup, note: draft.note });
        } else if (!["none", "callback"].includes(next_step) && !follow?.isDone?.(popup)) {
            this.tellNotOpen(result);
        }
    }

    /** The next step of the result needs an addon that is not there, or rights. */
    tellNotOpen(result) {
        const text = _t(
            "What follows “%s” is not open to you: tell a colleague who can do it.",
            result.name
        );
        this.notification.add(text, { type: "warning", sticky: true });
    }

    get disposition() {
        return this.bar.dispositions.find((one) => one.id === this.draft?.disposition_id);
    }

    /** Whether the result asks for a time, and none was promised. */
    get asksCallback() {
        const asks = this.bar.callbacks && this.disposition?.next_step === "callback";
        return asks && !this.popup?.callback;
    }

    get callbackMoment() {
        const { callback_at: at } = this.draft;
        return this.asksCallback && at ? serializeDateTime(DateTime.fromISO(at)) : false;
    }

    async finish(values) {
        const { id } = this.popup;
        const found = await this.orm.call("crm.call", "save_after_call", [id, values]);
        browser.sessionStorage.removeItem(draftKey(id));
        await this.load();
        return found;
    }

    colleagues(search) {
        return this.orm.silent.call("crm.call.agent", "get_colleagues", [
            search,
            this.bar.call?.id || false,
        ]);
    }
}

export const callBarService = {
    dependencies: ["orm", "bus_service", "notification"],
    start(env, services) {
        const model = reactive(new CallBarModel(env, services));
        model.saveSoon = debounce(() => model.save(), SAVE_DELAY);
        if (session.call_agent) {
            model.start();
        }
        return model;
    },
};

registry.category("services").add("call_bar", callBarService);

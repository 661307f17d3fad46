import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { CallBarHelp } from "./call_bar_help";
import { CallCard } from "./call_card";
import { CallInbox } from "./call_inbox";
import { CallTransfer } from "./call_transfer";
import { clock, commandStatus, STATES, titleOf } from "./call_bar_labels";

const SECOND = 1000;
/** A command that was confirmed is not worth a word after so many seconds. */
const DONE_SECONDS = 5;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** State and timer, the call and its buttons, at the foot of every screen of an agent (CC-1). */
export class CallBar extends Component {
    static template = "crm_callcenter.CallBar";
    static components = { CallCard, CallInbox, CallTransfer, Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.model = useState(useService("call_bar"));
        this.state = useState({ tones: "", second: 0 });
        this.keys = KEYS;
        this.dialog = useService("dialog");
        const timer = setInterval(() => this.tick(), SECOND);
        onWillUnmount(() => clearInterval(timer));
    }

    get bar() {
        return this.model.bar;
    }

    get call() {
        return this.bar.call;
    }

    /** Panels belong to a call that runs. */
    get panel() {
        return this.isTalking ? this.model.panel : "";
    }

    get isRinging() {
        return this.bar.state === "ringing" && this.call;
    }

    get isTalking() {
        return this.bar.state === "on_call" && this.call;
    }

    get presence() {
        return STATES[this.bar.state];
    }

    get caller() {
        const { popup } = this.model;
        return popup?.partner?.name || popup?.employee || this.call.name || this.call.number;
    }

    /** What follows after the call, where it is not the usual. */
    get wish() {
        const busy = ["ringing", "on_call", "wrap_up"].includes(this.bar.state);
        return busy && this.bar.rest !== "ready" ? STATES[this.bar.rest].label : "";
    }

    /** Time in this state; of after-call work what is left of it. */
    get timer() {
        this.state.second; // eslint-disable-line no-unused-expressions
        if (this.bar.state === "wrap_up" && this.bar.until) {
            return clock(-this.model.since(this.bar.until));
        }
        return this.bar.since ? clock(this.model.since(this.bar.since)) : "";
    }

    /** The last command and what the exchange said of it. */
    get status() {
        this.state.second; // eslint-disable-line no-unused-expressions
        const command = this.bar.commands[0];
        if (!command) {
            return null;
        }
        const seconds = this.model.since(command.at);
        const status = commandStatus(command, seconds);
        return status.level === "success" && seconds > DONE_SECONDS ? null : status;
    }

    /** What to do when no call can come. */
    get hint() {
        const isSilent = ["ready", "paused"].includes(this.bar.state);
        if (this.bar.state !== "unreachable" && (this.bar.reachable || !isSilent)) {
            return "";
        }
        return _t(
            "Telephone %s is not registered at the exchange: switch it on, or check its account and network.",
            this.bar.extension
        );
    }

    titleOf(action, label) {
        return titleOf(action, label);
    }

    get labels() {
        return {
            answer: _t("Answer, where the telephone can"),
            hold: _t("Hold"),
            resume: _t("Resume"),
            mute: _t("Mute"),
            transfer: _t("Transfer"),
            unmute: _t("Unmute"),
            keypad: _t("Keypad"),
            callback: _t("Promise a call-back"),
            hangup: _t("Hang up"),
        };
    }

    /** Screen readers hear of changes, not of every second. */
    get announcement() {
        const parts = [this.presence.label, this.isRinging ? this.caller : ""];
        return [...parts, this.status?.text].filter(Boolean).join(". ");
    }

    tick() {
        this.state.second++;
        const over = this.bar?.state === "wrap_up" && this.bar.until;
        if (over && this.asked !== over && this.model.since(over) > 0) {
            this.asked = over;
            this.model.load();
        }
    }

    togglePanel(panel) {
        this.model.panel = this.model.panel === panel ? "" : panel;
    }

    openHelp() {
        this.dialog.add(CallBarHelp);
    }

    ask(action, values) {
        return this.model.command(action, values);
    }

    async tone(digit) {
        this.state.tones += digit;
        await this.ask("dtmf", { digits: digit });
    }
}

registry.category("main_components").add("crm_callcenter.CallBar", { Component: CallBar });

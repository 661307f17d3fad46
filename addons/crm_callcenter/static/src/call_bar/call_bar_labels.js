import { isMacOS } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";

/** States of an agent: what to call them, and an icon beside the color. */
export const STATES = {
    offline: { label: _t("Offline"), icon: "fa-power-off", color: "text-muted" },
    ready: { label: _t("Ready"), icon: "fa-check-circle", color: "text-success" },
    ringing: { label: _t("Ringing"), icon: "fa-bell", color: "text-warning" },
    on_call: { label: _t("On a call"), icon: "fa-phone", color: "text-primary" },
    wrap_up: { label: _t("After-call work"), icon: "fa-pencil", color: "text-info" },
    paused: { label: _t("Paused"), icon: "fa-pause-circle", color: "text-warning" },
    unreachable: { label: _t("Telephone not reached"), icon: "fa-plug", color: "text-danger" },
};

/** Keys of what an agent does most; the palette and the titles of buttons tell them. */
export const HOTKEYS = {
    ready: "alt+shift+r",
    pause: "alt+shift+p",
    dial: "alt+shift+d",
    answer: "alt+shift+a",
    hold: "alt+shift+o",
    mute: "alt+shift+m",
    transfer: "alt+shift+t",
    keypad: "alt+shift+k",
    callback: "alt+shift+b",
    note: "alt+shift+e",
    hangup: "alt+shift+h",
    done: "alt+shift+n",
};

/** What the keys do, in the order of the help. */
export const HOTKEY_LABELS = {
    ready: _t("Ready"),
    pause: _t("Pause"),
    dial: _t("Dial"),
    answer: _t("Answer"),
    hold: _t("Hold or resume"),
    mute: _t("Mute or unmute"),
    transfer: _t("Transfer"),
    keypad: _t("Keypad"),
    callback: _t("Promise a call-back"),
    note: _t("Write the note"),
    hangup: _t("Hang up"),
    done: _t("Done, next call"),
};

/** "Alt+Shift+O"; on a Mac the web client takes Control for Alt. */
export function shortcut(action) {
    const hotkey = HOTKEYS[action] || "";
    const keys = (isMacOS() ? hotkey.replace("alt", "control") : hotkey).split("+");
    return keys.map((key) => key.charAt(0).toUpperCase() + key.slice(1)).join("+");
}

/** "Hold (Alt+Shift+O)" */
export function titleOf(action, label) {
    return `${label} (${shortcut(action)})`;
}

export const ACTIONS = {
    answer: _t("Answer"),
    hangup: _t("Hang up"),
    hold: _t("Hold"),
    resume: _t("Resume"),
    mute: _t("Mute"),
    unmute: _t("Unmute"),
    dtmf: _t("Tones"),
    transfer: _t("Transfer"),
    atxfer: _t("Consultation"),
    atxfer_cancel: _t("Back to the caller"),
    conference: _t("Conference"),
    originate: _t("Dialing"),
    listen: _t("Listening in"),
    whisper: _t("Whispering"),
    barge: _t("Joining"),
};

/** How a call ended, or why a telephone did not answer. */
export const RESULTS = {
    answered: _t("Answered"),
    abandoned: _t("The caller hung up"),
    short_abandoned: _t("The caller hung up"),
    busy: _t("Busy"),
    no_answer: _t("No answer"),
    rejected: _t("Rejected"),
    failed: _t("It did not work"),
};

/** What an exchange says of a command that the listener's account has no right to. */
const REFUSED = "Permission denied";
/** Seconds after which the exchange should have said something. */
const PATIENCE = 20;
/** Dialing takes as long as a telephone may ring. */
const RING_PATIENCE = 50;
/** Commands by which the agent's own telephone rings. */
const RINGS = ["originate", "listen", "whisper", "barge"];

/** Whether a command waits longer than the exchange needs. */
export function isLate(command, seconds) {
    return seconds > (RINGS.includes(command.action) ? RING_PATIENCE : PATIENCE);
}

/**
 * What to say of a command: nothing is a success before the exchange confirmed it.
 *
 * @param {Object} command as the server sends it
 * @param {number} seconds since it was asked for
 * @returns {{text: string, level: "info" | "success" | "danger"}}
 */
export function commandStatus(command, seconds) {
    // who is called into a call that runs is a third person
    const joins = command.action === "originate" && command.call_id;
    const action = joins ? _t("Third person") : ACTIONS[command.action] || command.action;
    const open = ["waiting", "sent"].includes(command.state);
    if (open && isLate(command, seconds)) {
        return { text: _t("%s: the exchange does not answer.", action), level: "danger" };
    }
    if (open && !joins && RINGS.includes(command.action)) {
        return { text: _t("Your telephone rings: pick it up."), level: "info" };
    }
    if (open) {
        return { text: _t("%s: asked…", action), level: "info" };
    }
    if (command.state === "done" && !joins && command.action === "originate") {
        return { text: _t("Your telephone was picked up."), level: "success" };
    }
    if (command.state === "done") {
        return { text: _t("%s: done", action), level: "success" };
    }
    if (command.state === "failed" && command.text === REFUSED) {
        return { text: _t("%s: not from here, do it at your telephone.", action), level: "danger" };
    }
    if (command.state === "failed") {
        const reason = RESULTS[command.text] || command.text || RESULTS.failed;
        return { text: `${action}: ${reason}`, level: "danger" };
    }
    return { text: _t("%s: not confirmed by the exchange.", action), level: "danger" };
}

/** "4:05", "1:00:03"; never negative. */
export function clock(seconds) {
    const whole = Math.max(Math.floor(seconds), 0);
    const parts = [Math.floor(whole / 60) % 60, whole % 60];
    const text = `${parts[0]}:${String(parts[1]).padStart(2, "0")}`;
    return whole < 3600 ? text : `${Math.floor(whole / 3600)}:${text.padStart(5, "0")}`;
}

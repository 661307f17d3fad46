import { _t } from "@web/core/l10n/translation";

const STATES = ["ready", "ringing", "on_call", "wrap_up", "paused", "unreachable", "offline"];

/** Seconds as minutes and seconds, from an hour on with hours: 65 → 1:05. */
export function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (value) => String(value).padStart(2, "0");
    const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
    return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest.replace(/^0/, "");
}

/** A share in percent, or a dash: no calls are not 0 %. */
export function percent(value, digits = 0) {
    return isKnown(value) ? `${(100 * value).toFixed(digits)} %` : "–";
}

export function isKnown(value) {
    return value !== null && value !== undefined && value !== false;
}

export function stateName(state) {
    return {
        ready: _t("Ready"),
        ringing: _t("Ringing"),
        on_call: _t("On a call"),
        wrap_up: _t("After-call work"),
        paused: _t("Paused"),
        unreachable: _t("Unreachable"),
        offline: _t("Offline"),
    }[state];
}

/** Numbers of agents in the order of the states; nobody unreachable: not shown. */
export function agentStates(counts) {
    return STATES.filter((state) => counts[state] || !["unreachable", "ringing"].includes(state)).map(
        (state) => ({ state, label: stateName(state), count: counts[state] || 0 })
    );
}

export function alarmText(code) {
    return {
        waiting: _t("many callers wait"),
        wait: _t("somebody waits too long"),
        level: _t("service level not kept"),
        nobody: _t("callers wait and nobody is at work"),
    }[code];
}

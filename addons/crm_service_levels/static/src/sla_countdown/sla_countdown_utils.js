import { _t } from "@web/core/l10n/translation";

/** Below this many seconds the countdown shows seconds and is redrawn each second. */
export const NEAR = 600;
/** Below this many seconds it says how long is left instead of when it is due. */
export const SOON = 3600;

/**
 * How a target looks: one tone and one icon per state, never colour alone.
 * @param {Object} entry `{ state, runs, due, warned }` of `sla_clock`
 * @param {luxon.DateTime} now
 * @returns {"late"|"soon"|"paused"|"running"|"none"}
 */
export function toneOf(entry, now) {
    if (entry.state === "breached" || (entry.due && entry.due < now)) {
        return "late";
    }
    if (!entry.runs) {
        return "paused";
    }
    if (!entry.due) {
        return "none";
    }
    return entry.warned || entry.due.diff(now, "seconds").seconds < SOON ? "soon" : "running";
}

/**
 * @param {number} seconds
 * @returns {string} for example "2 h 05 min", "12 min" or "3 d 4 h"
 */
export function duration(seconds) {
    const minutes = Math.round(seconds / 60);
    if (minutes >= 1440) {
        return _t("%(days)s d %(hours)s h", {
            days: Math.floor(minutes / 1440),
            hours: Math.floor((minutes % 1440) / 60),
        });
    }
    if (minutes >= 60) {
        const rest = String(minutes % 60).padStart(2, "0");
        return _t("%(hours)s h %(minutes)s min", {
            hours: Math.floor(minutes / 60),
            minutes: rest,
        });
    }
    return _t("%s min", minutes);
}

/**
 * @param {luxon.DateTime} due
 * @param {luxon.DateTime} now
 * @returns {string} "Today 16:30", "Monday 09:30" or the date, in the user's language
 */
export function moment(due, now) {
    const days = due.startOf("day").diff(now.startOf("day"), "days").days;
    const time = due.toLocaleString({ hour: "2-digit", minute: "2-digit" });
    if (days === 0) {
        return _t("today %s", time);
    }
    if (days === 1) {
        return _t("tomorrow %s", time);
    }
    const day =
        days > 1 && days < 7
            ? due.toLocaleString({ weekday: "long" })
            : due.toLocaleString({ day: "numeric", month: "short" });
    return `${day} ${time}`;
}

/**
 * What the countdown says. Deadlines are in working time already; what is left of a paused target
 * is working time too.
 * @returns {string}
 */
export function textOf(entry, now) {
    const tone = toneOf(entry, now);
    if (tone === "paused") {
        return _t("paused, %s left", duration(entry.left));
    }
    if (tone === "none") {
        return _t("no working hours to come");
    }
    if (tone === "late") {
        return entry.due
            ? _t("late by %s", duration(now.diff(entry.due, "seconds").seconds))
            : _t("late");
    }
    const left = Math.ceil(entry.due.diff(now, "seconds").seconds);
    if (left < NEAR) {
        const seconds = String(left % 60).padStart(2, "0");
        return _t("due in %s", `${Math.floor(left / 60)}:${seconds}`);
    }
    return left < SOON
        ? _t("due in %s", duration(left))
        : _t("due %s", moment(entry.due, now));
}

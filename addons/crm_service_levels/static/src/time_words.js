import { deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime, Duration } = luxon;
const UNITS = ["days", "hours", "minutes"];

/** "2 days, 3 hr": the two largest units of a duration, in the user's language. */
export function durationWords(seconds) {
    const all = Duration.fromObject({ seconds })
        .shiftTo(...UNITS)
        .toObject();
    const first = UNITS.findIndex((unit) => Math.floor(all[unit]) > 0);
    const shown = first < 0 ? ["minutes"] : UNITS.slice(first, first + 2);
    const parts = shown.map((unit) => [unit, Math.floor(all[unit])]);
    const kept = parts.filter(([, value], index) => value || !index);
    return Duration.fromObject(Object.fromEntries(kept)).toHuman({ unitDisplay: "short" });
}

/** "3 hours ago" of a date and time as the server writes it, or of a luxon date. */
export function sinceWords(value) {
    if (!value) {
        return "";
    }
    const moment = typeof value === "string" ? deserializeDateTime(value) : value;
    return moment.toRelative({ base: DateTime.now() }) || "";
}

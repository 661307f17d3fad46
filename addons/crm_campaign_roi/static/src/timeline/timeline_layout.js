const DAY = 24 * 60 * 60 * 1000;

/** Midnight of an ISO day, in UTC, so that no day is 23 hours long. */
function day(iso) {
    return Date.parse(`${iso}T00:00:00Z`);
}

/**
 * Where a campaign lies in a span of days, both ends included, in per cent of the span.
 *
 * @returns {{left: number, width: number, before: boolean, after: boolean}} `before` and `after`
 *     say that it begins earlier or ends later than what is shown
 */
export function place(campaign, first, last) {
    const length = (day(last) - day(first)) / DAY + 1;
    const from = (day(campaign.start) - day(first)) / DAY;
    const until = (day(campaign.end) - day(first)) / DAY + 1;
    const left = Math.max(0, from);
    const right = Math.min(length, until);
    return {
        left: (left / length) * 100,
        width: Math.max(((right - left) / length) * 100, 0.5),
        before: from < 0,
        after: until > length,
    };
}

/** The months of a year with their share of it, in per cent. */
export function months(year, locale) {
    const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY;
    const format = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" });
    return Array.from({ length: 12 }, (_month, index) => {
        const start = Date.UTC(year, index, 1);
        return {
            name: format.format(start),
            width: ((Date.UTC(year, index + 1, 1) - start) / DAY / days) * 100,
        };
    });
}

/** Rows of the timeline by group, groups by name, those without a group last. */
export function grouped(campaigns, noGroup) {
    const groups = new Map();
    for (const campaign of campaigns) {
        const [id, name] = campaign.group || [0, noGroup];
        if (!groups.has(id)) {
            groups.set(id, { id, name, campaigns: [] });
        }
        groups.get(id).campaigns.push(campaign);
    }
    return [...groups.values()].sort(
        (a, b) => (a.id === 0) - (b.id === 0) || a.name.localeCompare(b.name)
    );
}

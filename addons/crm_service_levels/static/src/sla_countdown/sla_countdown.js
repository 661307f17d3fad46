import { Component, onWillUnmount, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { NEAR, textOf, toneOf } from "./sla_countdown_utils";

const { DateTime } = luxon;
const ICONS = {
    late: "fa-exclamation-triangle",
    soon: "fa-hourglass-half",
    running: "fa-clock-o",
    paused: "fa-pause",
    none: "fa-question-circle",
};
const TONES = {
    late: _t("Late"),
    soon: _t("Due soon"),
    running: _t("In time"),
    paused: _t("Paused"),
    none: _t("Unknown"),
};

/** Countdown of the next deadline of a request, or of all its targets (SVC-S). */
export class SlaCountdown extends Component {
    static template = "crm_service_levels.SlaCountdown";
    static props = { ...standardFieldProps, allTargets: { type: Boolean, optional: true } };
    static defaultProps = { allTargets: false };

    setup() {
        this.state = useState({ now: DateTime.now() });
        this.schedule();
        onWillUnmount(() => browser.clearTimeout(this.timeout));
    }

    /** Redraw each second when a deadline is near, else each minute. */
    schedule() {
        const near = this.entries.some((entry) => entry.tone === "soon" && entry.left < NEAR);
        this.timeout = browser.setTimeout(
            () => {
                this.state.now = DateTime.now();
                this.schedule();
            },
            near ? 1000 : 60000
        );
    }

    get entries() {
        const clock = this.props.record.data.sla_clock || [];
        const now = this.state.now;
        const entries = clock.map((given, index) => {
            const entry = { ...given, due: given.due && deserializeDateTime(given.due) };
            const tone = toneOf(entry, now);
            return {
                index,
                tone,
                icon: ICONS[tone],
                toneLabel: TONES[tone],
                label: entry.label,
                text: textOf(entry, now),
                title: entry.due ? formatDateTime(entry.due) : _t("What is left is working time"),
                left: entry.due ? entry.due.diff(now, "seconds").seconds : Infinity,
            };
        });
        return this.props.allTargets ? entries : entries.slice(0, 1);
    }
}

export const slaCountdown = {
    component: SlaCountdown,
    displayName: _t("Service level countdown"),
    supportedTypes: ["datetime"],
    supportedOptions: [
        { label: _t("All targets"), name: "all_targets", type: "boolean" },
    ],
    fieldDependencies: [{ name: "sla_clock", type: "json", readonly: true }],
    extractProps: ({ options }) => ({ allTargets: Boolean(options.all_targets) }),
    isEmpty: () => false,
};

registry.category("fields").add("sla_countdown", slaCountdown);

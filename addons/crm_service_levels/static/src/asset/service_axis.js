import { _t } from "@web/core/l10n/translation";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const COLORS = {
    active: "bg-success",
    expired: "bg-danger",
    future: "bg-info",
    no_start: "bg-warning",
};
const ICONS = { request: "fa-life-ring", maintenance: "fa-wrench", move: "fa-map-marker" };

/** Warranty as bars, requests and maintenance as marks, on one line of time. */
export class ServiceAxis extends Component {
    static template = "crm_service_levels.ServiceAxis";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get axis() {
        return this.props.record.data[this.props.name] || null;
    }

    /** Place of a day on the line, in percent of its length. */
    place(day) {
        const [from, until, at] = [this.axis.from, this.axis.until, day].map((text) =>
            deserializeDate(text).toMillis()
        );
        return until > from ? (100 * (at - from)) / (until - from) : 0;
    }

    barStyle(span) {
        const start = this.place(span.from);
        return `left: ${start}%; width: ${Math.max(this.place(span.until) - start, 0.5)}%;`;
    }

    pointStyle(day) {
        return `left: ${this.place(day)}%;`;
    }

    color(row, span) {
        if (span.until < this.axis.today) {
            return COLORS.expired;
        }
        return COLORS[span.from > this.axis.today ? "future" : "active"];
    }

    icon(event) {
        return ICONS[event.kind];
    }

    date(day) {
        return day ? formatDate(deserializeDate(day)) : "";
    }

    summary(row) {
        return row.until ? _t("until %s", this.date(row.until)) : row.why;
    }

    title(event) {
        return `${this.date(event.date)} ${event.label}`;
    }

    open(event) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: event.model,
            res_id: event.id,
            views: [[false, "form"]],
        });
    }
}

export const serviceAxisField = {
    component: ServiceAxis,
    supportedTypes: ["json"],
};
registry.category("fields").add("service_axis", serviceAxisField);

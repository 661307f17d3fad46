import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, useState } from "@odoo/owl";

import { durationWords } from "../time_words";

const SERVICE = "crm_service_levels.group_service_user";

/** Minutes of a one-line entry: "5", "5 min", "1:30", "1h30", "1.5 h"; null if it is none. */
export function readMinutes(text) {
    const plain = text.trim().toLowerCase().replace(",", ".");
    const clock = plain.match(/^(\d{1,2})\s*[:h]\s*(\d{1,2})$/);
    if (clock) {
        return Number(clock[1]) * 60 + Number(clock[2]);
    }
    const plainNumber = plain.match(/^(\d+(?:\.\d+)?)\s*(h|hours?|m|min|minutes?)?$/);
    if (!plainNumber) {
        return null;
    }
    const unit = plainNumber[2] || "m";
    return Number(plainNumber[1]) * (unit.startsWith("h") ? 60 : 1) || null;
}

/** Time and cost of the request by level, and the minutes just worked in one line. */
export class WorkCard extends Component {
    static template = "crm_service_levels.WorkCard";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.words = durationWords;
        this.state = useState({ minutes: "", name: "", busy: false, wrong: false, mayLog: false });
        onWillStart(async () => {
            this.state.mayLog = await user.hasGroup(SERVICE);
        });
    }

    get steps() {
        return (this.props.record.data.level_steps || []).filter((step) => step.used || step.minutes);
    }

    get total() {
        const known = this.steps.filter((step) => step.minutes !== null);
        if (!known.length) {
            return null;
        }
        const costs = known.filter((step) => step.cost !== null);
        return {
            minutes: known.reduce((sum, step) => sum + step.minutes, 0),
            cost: costs.length ? this.money(costs.reduce((sum, step) => sum + step.cost, 0)) : "",
        };
    }

    get showsCost() {
        return this.steps.some((step) => step.cost !== null);
    }

    cost(step) {
        return step.cost === null ? "–" : this.money(step.cost);
    }

    money(value) {
        return formatMonetary(value, { currencyId: this.steps[0]?.currency_id });
    }

    async log() {
        const minutes = readMinutes(this.state.minutes);
        this.state.wrong = minutes === null;
        if (this.state.wrong || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const { record } = this.props;
            await this.orm.call("crm.service.request", "log_minutes", [[record.resId]], {
                minutes,
                name: this.state.name,
            });
            Object.assign(this.state, { minutes: "", name: "" });
            this.notification.add(_t("Noted: %s", durationWords(minutes * 60)), { type: "success" });
            await record.save();
            await record.load();
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("service_work_card", {
    component: WorkCard,
    fieldDependencies: [{ name: "level_steps", type: "json" }],
});

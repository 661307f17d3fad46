import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const ICONS = {
    done: "fa-check-circle",
    current: "fa-dot-circle-o",
    skipped: "fa-minus-circle",
    waiting: "fa-circle-thin",
};

/** The nine steps of a complaint: what is done, by whom and when, whose turn it is (SVC-C). */
export class ComplaintStepper extends Component {
    static template = "crm_service_levels.ComplaintStepper";
    static props = { ...standardFieldProps };

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get current() {
        return this.steps.find((step) => step.state === "current");
    }

    get index() {
        return this.steps.indexOf(this.current) + 1;
    }

    icon(step) {
        return ICONS[step.state];
    }

    state(step) {
        const words = {
            done: _t("done"),
            current: step.late ? _t("late") : _t("now"),
            skipped: _t("left out"),
            waiting: _t("to come"),
        };
        return words[step.state];
    }

    title(step) {
        return [step.name, this.state(step), step.who, step.when, step.reason].filter(Boolean).join(" · ");
    }
}

registry.category("fields").add("complaint_stepper", {
    component: ComplaintStepper,
    displayName: _t("Steps of a complaint"),
    supportedTypes: ["json"],
});

import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

import { durationWords } from "../time_words";

/** What each of the six levels is for, in a sentence. */
const PURPOSES = {
    1: _t("One representative handles the request."),
    2: _t("A squad of colleagues handles it together."),
    3: _t("The customer's asset, its warranty and history are used."),
    4: _t("Something is sold during the service."),
    5: _t("The customer's satisfaction is asked and measured."),
    6: _t("The call centre takes part."),
};

function moment(value) {
    return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "";
}

/** What happened on one level: used or not, since when and why, time and cost. */
export class LevelDetails extends Component {
    static template = "crm_service_levels.LevelDetails";
    static props = { step: Object, close: { type: Function, optional: true } };

    get purpose() {
        return PURPOSES[this.props.step.level];
    }

    get rows() {
        const { step } = this.props;
        const rows = [
            [_t("Reached"), moment(step.since)],
            [_t("Why"), step.reason],
            [_t("Begun by"), step.who],
            [_t("Left"), moment(step.until)],
            [_t("Times used"), step.times > 1 ? String(step.times) : ""],
            [_t("Time on it"), step.seconds === null ? "" : durationWords(step.seconds)],
            [_t("Work"), step.minutes === null ? _t("none noted") : durationWords(step.minutes * 60)],
            [_t("Cost"), step.cost === null ? "" : this.cost],
        ];
        return rows.filter(([, value]) => value);
    }

    get cost() {
        return formatMonetary(this.props.step.cost, { currencyId: this.props.step.currency_id });
    }
}

/** The six levels of a request as steps that explain themselves (SVC-L1 … SVC-L6). */
export class LevelStepper extends Component {
    static template = "crm_service_levels.LevelStepper";
    static props = { ...standardFieldProps };

    setup() {
        this.popover = usePopover(LevelDetails, {
            position: "bottom",
            popoverClass: "o_service_level_popover",
        });
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    state(step) {
        if (step.open) {
            return _t("in use");
        }
        return step.used ? _t("used") : _t("not used");
    }

    icon(step) {
        if (step.open) {
            return "fa-dot-circle-o";
        }
        return step.used ? "fa-check-circle" : "fa-circle-thin";
    }

    note(step) {
        if (!step.used) {
            return "";
        }
        return durationWords(step.minutes === null ? step.seconds : step.minutes * 60);
    }

    explain(ev, step) {
        this.popover.open(ev.currentTarget, { step });
    }
}

registry.category("fields").add("service_level_stepper", {
    component: LevelStepper,
    displayName: _t("Levels of service"),
    supportedTypes: ["json"],
});

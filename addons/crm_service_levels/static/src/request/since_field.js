import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, xml } from "@odoo/owl";

import { sinceWords } from "../time_words";

/** How long ago something was, with the moment itself in the tooltip. */
export class SinceField extends Component {
    static template = xml`<span class="text-nowrap" t-att-title="title" t-out="words"/>`;
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get words() {
        return sinceWords(this.value);
    }

    get title() {
        return this.value ? formatDateTime(this.value) : "";
    }
}

registry.category("fields").add("service_since", {
    component: SinceField,
    displayName: _t("Time since"),
    supportedTypes: ["datetime"],
});

import { registry } from "@web/core/registry";
import { PercentageField, percentageField } from "@web/views/fields/percentage/percentage_field";
import { formatPercentage } from "@web/views/fields/formatters";

const isKnown = (value) => typeof value === "number";

/** One decimal unless the view says otherwise: 93.4426 % of a hundred customers is no knowledge. */
const DIGITS = [16, 1];

/** A share that may be unknown: then nothing is shown, where the widget "percentage" says 0 %. */
export class KnownPercentageField extends PercentageField {
    get formattedValue() {
        return formatKnownPercentage(this.props.record.data[this.props.name], {
            digits: this.props.digits,
        });
    }
}

/** For the footer and the groups of lists. */
export function formatKnownPercentage(value, options = {}) {
    return isKnown(value) ? formatPercentage(value, { ...options, digits: options.digits || DIGITS }) : "";
}

registry.category("fields").add("known_percentage", { ...percentageField, component: KnownPercentageField });
registry.category("formatters").add("known_percentage", formatKnownPercentage);

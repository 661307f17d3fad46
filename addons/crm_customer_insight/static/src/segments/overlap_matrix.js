import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, share } from "../value_dashboard/figures";

/** Who belongs to two segments at once: customers in both, and their share of those in either. */
export class OverlapMatrix extends Component {
    static template = "crm_customer_insight.OverlapMatrix";
    static props = { segments: Array, overlaps: Array, onOpen: Function };

    setup() {
        this.count = count;
        this.share = share;
    }

    /** Segments that share customers with another; the others would be empty lines. */
    get shown() {
        const ids = new Set(this.props.overlaps.flatMap((pair) => [pair.a, pair.b]));
        return this.props.segments.filter((segment) => ids.has(segment.id));
    }

    pair(row, column) {
        return this.props.overlaps.find(
            ({ a, b }) => (a === row.id && b === column.id) || (a === column.id && b === row.id)
        );
    }

    shade(pair) {
        return Math.ceil(pair.jaccard * 5);
    }

    title(row, column, pair) {
        const part = pair.a === row.id ? pair.share_a : pair.share_b;
        return _t("%(both)s customers in both; %(part)s of “%(row)s” are in “%(column)s”; Jaccard %(jaccard)s", {
            both: count(pair.both),
            part: share(part),
            row: row.name,
            column: column.name,
            jaccard: share(pair.jaccard),
        });
    }
}

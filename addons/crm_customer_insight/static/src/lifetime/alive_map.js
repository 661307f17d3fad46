import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, money, share } from "../value_dashboard/figures";

/** Who is probably still a customer: repeat purchases against weeks of silence. */
export class AliveMap extends Component {
    static template = "crm_customer_insight.AliveMap";
    static props = {
        map: { type: Object },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.count = count;
        this.share = share;
    }

    /** The most frequent buyers on top. */
    get rows() {
        return this.props.map.frequencies.map((range, index) => ({ ...range, place: index + 1 })).reverse();
    }

    get columns() {
        return this.props.map.silences.map((range, index) => ({ ...range, place: index + 1 }));
    }

    cell(row, column) {
        return this.props.map.cells.find(
            ({ frequency, silence }) => frequency === row.place && silence === column.place
        );
    }

    /** From 0 (gone) to 5 (customer for certain). */
    shade({ p_alive: alive }) {
        return Math.round(5 * alive);
    }

    title(cell, row, column) {
        return _t(
            "%(purchases)s repeat purchases, silent for %(silence)s: %(count)s customers, still customers with %(share)s, life-time value %(value)s",
            {
                purchases: row.label,
                silence: column.label,
                count: count(cell.count),
                share: share(cell.p_alive),
                value: money(cell.value, this.props.currencyId),
            }
        );
    }

    open(row, column) {
        const condition = [
            ["p_alive", "!=", false],
            ["frequency", ">=", row.low],
            ["silence_weeks", ">=", column.low],
        ];
        if (row.high !== null) {
            condition.push(["frequency", "<", row.high]);
        }
        if (column.high !== null) {
            condition.push(["silence_weeks", "<", column.high]);
        }
        const name = _t("%(purchases)s repeat purchases, silent for %(silence)s", {
            purchases: row.label,
            silence: column.label,
        });
        this.props.onOpen(condition, name);
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, money } from "../value_dashboard/figures";

const BANDS = [
    { low: 0.75, high: null, label: _t("75 % and more") },
    { low: 0.5, high: 0.75, label: _t("50 to 75 %") },
    { low: 0.25, high: 0.5, label: _t("25 to 50 %") },
    { low: 0, high: 0.25, label: _t("below 25 %") },
];

/** Who contributes most and is most likely to go: the top left corner comes first. */
export class RiskMatrix extends Component {
    static template = "crm_customer_insight.RiskMatrix";
    static props = {
        cells: { type: Array },
        tiers: { type: Array },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.bands = BANDS;
        this.count = count;
        this.money = money;
    }

    get columns() {
        const known = this.props.tiers.map((tier) => ({ tier, label: _t("Tier %s", tier) }));
        const without = this.props.cells.some(({ tier }) => !tier);
        return without ? [...known, { tier: false, label: _t("No tier") }] : known;
    }

    cell(band, { tier }) {
        return this.props.cells.find((cell) => cell.low === band.low && cell.tier === tier);
    }

    /** From 0 to 5: how much of the largest value at stake this cell has. */
    shade(cell) {
        const largest = Math.max(...this.props.cells.map(({ stake }) => stake), 0);
        return largest > 0 ? Math.max(1, Math.ceil((5 * Math.max(cell.stake, 0)) / largest)) : 1;
    }

    title(cell, band, column) {
        return _t("%(tier)s, risk %(band)s: %(count)s customers, %(stake)s at stake", {
            tier: column.label,
            band: band.label,
            count: count(cell.count),
            stake: money(cell.stake, this.props.currencyId),
        });
    }

    open(band, column) {
        const upper = band.high === null ? [] : [["risk", "<", band.high]];
        this.props.onOpen(
            [["state", "!=", "lost"], ["risk", ">=", band.low], ...upper, ["tier", "=", column.tier]],
            _t("%(tier)s, risk %(band)s", { tier: column.label, band: band.label })
        );
    }
}

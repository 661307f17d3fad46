import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count } from "./figures";

const TIERS = ["A", "B", "C", "D", false];

/** Which customers moved between tiers since last month; up is green, down is red, with an arrow. */
export class TierMigration extends Component {
    static template = "crm_customer_insight.TierMigration";
    static props = { moves: { type: Array }, onOpen: { type: Function } };

    setup() {
        this.count = count;
        this.tiers = TIERS;
    }

    name(tier) {
        return tier || _t("None");
    }

    move(before, now) {
        return this.props.moves.find((move) => move.before === before && move.now === now);
    }

    direction(before, now) {
        const step = TIERS.indexOf(before) - TIERS.indexOf(now);
        return step > 0 ? "up" : step < 0 ? "down" : "same";
    }

    open(before, now) {
        const name = _t("Tier %(before)s → %(now)s", {
            before: this.name(before),
            now: this.name(now),
        });
        this.props.onOpen(
            [
                ["previous_tier", "=", before],
                ["tier", "=", now],
            ],
            name
        );
    }
}

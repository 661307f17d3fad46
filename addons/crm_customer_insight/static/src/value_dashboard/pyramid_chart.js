import { Component } from "@odoo/owl";
import { count, money, share } from "./figures";

/** The value pyramid: a band per level, as wide as its place; a click opens its customers. */
export class PyramidChart extends Component {
    static template = "crm_customer_insight.PyramidChart";
    static props = {
        levels: { type: Array },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.count = count;
        this.share = share;
        this.money = money;
    }

    /** Bands grow from the top; they show the order of the levels, not their size. */
    width(index) {
        const steps = Math.max(this.props.levels.length - 1, 1);
        return 34 + (66 * index) / steps;
    }

    open(level) {
        this.props.onOpen([["pyramid_level", "=", level.level]], level.label);
    }
}

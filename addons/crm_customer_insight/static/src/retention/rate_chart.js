import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { share } from "../value_dashboard/figures";

const WIDTH = 560;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 12;
// Half of the widest name of a month.
const NAME = 28;

/** Rates by month as a line from 0 to 100 %; each point opens the rows it counts. */
export class RateChart extends Component {
    static template = "crm_customer_insight.RateChart";
    static props = {
        months: Array,
        label: String,
        onOpen: Function,
    };

    setup() {
        this.size = { width: WIDTH, height: HEIGHT, left: LEFT, right: WIDTH - 8 };
    }

    y(rate) {
        return TOP + (1 - rate) * (HEIGHT - TOP - BOTTOM);
    }

    get grid() {
        return [0, 0.25, 0.5, 0.75, 1].map((rate) => ({ rate, y: this.y(rate), text: share(rate) }));
    }

    get points() {
        const { months } = this.props;
        const step = (WIDTH - LEFT - 8 - NAME) / Math.max(1, months.length - 1);
        return months
            .map((month, place) => ({
                ...month,
                x: LEFT + 8 + place * step,
                y: month.rate === null ? null : this.y(month.rate),
                name: deserializeDate(month.key).toFormat("LLL yy"),
                text: `${share(month.rate, 1)} (${month.kept} ÷ ${month.total})`,
            }))
            .filter((point) => point.y !== null);
    }

    get line() {
        return this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    }

    /** As many names as fit side by side. */
    isNamed(place) {
        return place % Math.ceil(this.points.length / 6) === 0;
    }
}

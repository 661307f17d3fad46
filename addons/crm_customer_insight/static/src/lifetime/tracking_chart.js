import { Component } from "@odoo/owl";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { count } from "../value_dashboard/figures";
import { scale } from "./scale";

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 56;
const BOTTOM = 30;

/** Repeat purchases of all customers added up: made, and expected by what was known at the cut. */
export class TrackingChart extends Component {
    static template = "crm_customer_insight.TrackingChart";
    static props = { tracking: { type: Object }, onOpen: { type: Function } };

    setup() {
        this.size = { width: WIDTH, height: HEIGHT, left: LEFT, bottom: BOTTOM };
        this.count = count;
        this.series = [
            { name: "actual", label: _t("Made") },
            { name: "expected", label: _t("Expected by the model") },
        ];
    }

    get points() {
        return this.props.tracking.points;
    }

    get ticks() {
        return scale(Math.max(...this.points.flatMap(({ actual, expected }) => [actual, expected])));
    }

    x(day) {
        const first = deserializeDate(this.points[0].date).ts;
        const last = deserializeDate(this.points[this.points.length - 1].date).ts;
        return LEFT + ((WIDTH - LEFT - 8) * (deserializeDate(day).ts - first)) / Math.max(last - first, 1);
    }

    y(value) {
        const top = this.ticks[this.ticks.length - 1];
        return HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - 10) * value) / top;
    }

    line(name) {
        return this.points.map((point) => `${this.x(point.date)},${this.y(point[name])}`).join(" ");
    }

    get cut() {
        return Math.max(LEFT, this.x(this.props.tracking.cut));
    }

    get days() {
        const { length } = this.points;
        return [0, Math.floor((length - 1) / 2), length - 1].map((index) => {
            const { date } = this.points[index];
            return { date, x: this.x(date), text: toLocaleDateString(deserializeDate(date)) };
        });
    }

    anchor(index) {
        return ["start", "middle", "end"][index];
    }

    get words() {
        const { actual, expected } = this.points[this.points.length - 1];
        return _t("In all %(actual)s repeat purchases; expected were %(expected)s.", {
            actual: count(actual),
            expected: count(expected),
        });
    }

    open() {
        this.props.onOpen([["frequency", ">", 0]], _t("Customers who bought again"));
    }
}

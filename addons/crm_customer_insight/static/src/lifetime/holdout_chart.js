import { Component } from "@odoo/owl";
import { formatFloat } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { count } from "../value_dashboard/figures";
import { scale } from "./scale";

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 40;
const BOTTOM = 30;

/** Hold-out: purchases expected and made, by how often customers had bought again before. */
export class HoldoutChart extends Component {
    static template = "crm_customer_insight.HoldoutChart";
    static props = { bins: { type: Array }, weeks: { type: Number }, onOpen: { type: Function } };

    setup() {
        this.size = { width: WIDTH, height: HEIGHT, left: LEFT, bottom: BOTTOM };
        this.series = [
            { name: "actual", label: _t("Made") },
            { name: "expected", label: _t("Expected by the model") },
            { name: "naive", label: _t("Naive guess: same rate as before") },
        ];
    }

    get ticks() {
        const largest = Math.max(...this.props.bins.flatMap((bin) => this.series.map(({ name }) => bin[name])));
        return scale(largest);
    }

    y(value) {
        const top = this.ticks[this.ticks.length - 1];
        return HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - 10) * value) / top;
    }

    get groups() {
        const wide = (WIDTH - LEFT) / this.props.bins.length;
        const bar = Math.min(22, (wide * 0.8) / 3);
        return this.props.bins.map((bin, index) => {
            const middle = LEFT + wide * (index + 0.5);
            return {
                bin,
                middle,
                label: this.label(bin),
                title: this.title(bin),
                left: LEFT + wide * index,
                wide,
                bars: this.series.map(({ name }, place) => ({
                    name,
                    x: middle + (place - 1.5) * bar,
                    y: this.y(bin[name]),
                    width: bar - 1,
                    height: HEIGHT - BOTTOM - this.y(bin[name]),
                })),
            };
        });
    }

    get last() {
        return this.props.bins[this.props.bins.length - 1].x;
    }

    label({ x }) {
        return x === 7 ? _t("%s and more", x) : `${x}`;
    }

    title(bin) {
        return _t(
            "%(earlier)s repeat purchases before: %(customers)s customers made %(actual)s purchases each; the model expected %(expected)s, the naive guess %(naive)s.",
            {
                earlier: this.label(bin),
                customers: count(bin.customers),
                actual: this.number(bin.actual),
                expected: this.number(bin.expected),
                naive: this.number(bin.naive),
            }
        );
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2] });
    }

    /** Customers who have bought that often by now: those of then are not kept. */
    open({ x }) {
        const operator = x === 7 ? ">=" : "=";
        this.props.onOpen([["frequency", operator, x]], _t("%s repeat purchases", this.label({ x })));
    }
}

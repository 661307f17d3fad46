import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { count, money, share } from "./figures";

/** The cumulative profit curve: customers from the best to the worst, profit added up. */
export class ProfitCurve extends Component {
    static template = "crm_customer_insight.ProfitCurve";
    static props = {
        curve: { type: Object },
        currencyId: { type: [Number, Boolean] },
        onOpen: { type: Function },
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.curve]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    /** Whole sentences, because the order of words differs by language. */
    get reach() {
        const { share_80, rank_80, customers } = this.props.curve;
        return _t("%(share)s of the customers (%(rank)s of %(count)s) bring 80 % of the profit.", {
            share: share(share_80),
            rank: count(rank_80),
            count: count(customers),
        });
    }

    get losers() {
        return _t("%s customers", count(this.props.curve.losers));
    }

    get consumption() {
        const { consumed, consumed_share } = this.props.curve;
        const amount = money(consumed, this.props.currencyId);
        if (consumed_share === null) {
            return _t("consume %s of it.", amount);
        }
        return _t("consume %(amount)s of it (%(share)s of the peak).", {
            amount,
            share: share(consumed_share),
        });
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: { datasets: [this.line()] },
            options: this.options(),
        });
    }

    line() {
        const { points, customers } = this.props.curve;
        const scheme = cookie.get("color_scheme");
        return {
            label: _t("Cumulative profit"),
            data: [{ x: 0, y: 0 }].concat(
                points.map(({ rank, value }) => ({ x: (100 * rank) / customers, y: value }))
            ),
            borderColor: getColor(0, scheme),
            fill: { target: "origin" },
            backgroundColor: getCustomColor(scheme, "rgba(1, 126, 132, .12)", "rgba(1, 180, 170, .18)"),
            pointRadius: 0,
            pointHitRadius: 8,
            tension: 0,
        };
    }

    options() {
        const scheme = cookie.get("color_scheme");
        const color = getCustomColor(scheme, "#374151", "#E4E4E4");
        const grid = { color: getCustomColor(scheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.12)") };
        const title = (text) => ({ display: true, text, color });
        return {
            maintainAspectRatio: false,
            animation: false,
            scales: {
                x: {
                    type: "linear",
                    min: 0,
                    max: 100,
                    grid,
                    ticks: { color, callback: (value) => `${value} %` },
                    title: title(_t("Customers, the most profitable first")),
                },
                y: {
                    grid,
                    ticks: { color, callback: (value) => money(value, this.props.currencyId) },
                    title: title(_t("Profit added up")),
                },
            },
            plugins: {
                legend: { display: false },
                tooltip: { callbacks: { title: () => "", label: (item) => this.pointText(item.raw) } },
            },
        };
    }

    pointText({ x, y }) {
        return _t("The best %(share)s of customers bring %(profit)s", {
            share: share(x / 100, 1),
            profit: money(y, this.props.currencyId),
        });
    }

    openLosers() {
        this.props.onOpen([["profit", "<", 0]], _t("Customers who consume profit"));
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { count, share } from "../value_dashboard/figures";

const WIDTH = 480;
const HEIGHT = 200;
const MARKS = [3, 6, 12, 18, 24, 36];

function rounded(value) {
    return Math.round(10 * value) / 10;
}

/** Share still not lost after so many months (Kaplan–Meier), of all and of the latest cohorts. */
export class SurvivalCurves extends Component {
    static template = "crm_customer_insight.SurvivalCurves";
    static props = { curves: { type: Array }, onOpen: { type: Function } };

    setup() {
        this.viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
        this.height = HEIGHT;
        this.width = WIDTH;
        this.count = count;
        this.share = share;
        this.levels = [1, 0.75, 0.5, 0.25, 0].map((value) => ({
            value,
            y: this.y(value),
            label: share(value),
        }));
    }

    get months() {
        return Math.max(1, ...this.props.curves[0].points.map((point) => point.months));
    }

    x(months) {
        return rounded((WIDTH * months) / this.months);
    }

    y(value) {
        return rounded(HEIGHT * (1 - value));
    }

    /** The steps of a curve: level until a loss, then straight down. */
    path(curve) {
        let path = `M0 ${this.y(1)}`;
        for (const { months, share: value } of curve.points) {
            path += `H${this.x(months)}V${this.y(value)}`;
        }
        return path;
    }

    /** The interval of the first curve, as a closed area of steps. */
    get band() {
        const points = this.props.curves[0].points.filter(({ low }) => low !== null);
        let path = `M0 ${this.y(1)}`;
        for (const { months, high } of points) {
            path += `H${this.x(months)}V${this.y(high)}`;
        }
        let back = "";
        let before = 1;
        for (const { months, low } of points) {
            back = `L${this.x(months)} ${this.y(low)}L${this.x(months)} ${this.y(before)}` + back;
            before = low;
        }
        return `${path}${back}Z`;
    }

    get marks() {
        return MARKS.filter((months) => months <= this.months);
    }

    /** Of the last point up to that month; null after the last month anybody was watched. */
    at(curve, months) {
        const last = curve.points[curve.points.length - 1];
        if (!last || months > last.months) {
            return null;
        }
        const point = curve.points.filter((item) => item.months <= months).pop();
        const next = curve.points.find((item) => item.months >= months);
        return { share: point ? point.share : 1, atRisk: next.at_risk };
    }

    title(curve, months) {
        const found = this.at(curve, months);
        return _t("%(cohort)s: %(share)s are still there after %(months)s months, %(number)s were at risk", {
            cohort: curve.label,
            share: share(found.share, 1),
            months,
            number: count(found.atRisk),
        });
    }

    medianText(curve) {
        return curve.median === null ? _t("More than half are still there") : _t("Half are lost after %s months", curve.median);
    }

    open(curve, months) {
        this.props.onOpen(
            [...curve.domain, ["survival_lost", "=", true], ["survival_months", "<=", months]],
            _t("%(cohort)s: lost within %(months)s months", { cohort: curve.label, months })
        );
    }

    openAll(curve) {
        this.props.onOpen(curve.domain, curve.label);
    }
}

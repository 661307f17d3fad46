import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";

const FIRST_WIDTH = 800;
const LABEL_WIDTH = 64;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 8;

/** Steps of an axis: 0 and up to four round values that cover the largest one. */
export function ticks(largest) {
    if (!(largest > 0)) {
        return [0, 1];
    }
    const rough = largest / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
    const found = [];
    for (let value = 0; value < largest + step; value += step) {
        found.push(Math.round(value * 1000) / 1000);
    }
    return found;
}

/**
 * Columns and lines over time; a click on a point tells which one.
 * Unknown values (null) leave a gap, for they are not 0.
 */
export class CallChart extends Component {
    static template = "crm_callcenter.CallChart";
    static props = {
        points: { type: Array },
        series: { type: Array },
        label: { type: String },
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ width: FIRST_WIDTH });
        const watch = new ResizeObserver(() => this.measure());
        onMounted(() => {
            this.measure();
            watch.observe(this.root.el);
        });
        onWillUnmount(() => watch.disconnect());
    }

    /** Drawn in the pixels there are: letters keep their shape, and on a phone their size. */
    measure() {
        this.state.width = Math.max(this.root.el.clientWidth, 240);
    }

    get ticks() {
        const all = this.props.points.flatMap((point) => this.props.series.map(({ key }) => point[key] || 0));
        return ticks(Math.max(0, ...all));
    }

    get box() {
        return `0 0 ${this.state.width} ${HEIGHT}`;
    }

    get left() {
        return LEFT;
    }

    get right() {
        return this.state.width;
    }

    get step() {
        return (this.state.width - LEFT) / Math.max(this.props.points.length, 1);
    }

    x(index) {
        return LEFT + this.step * (index + 0.5);
    }

    y(value) {
        const largest = this.ticks.at(-1);
        return HEIGHT - BOTTOM - (value / largest) * (HEIGHT - BOTTOM - TOP);
    }

    get base() {
        return this.y(0);
    }

    get columns() {
        return this.props.series.filter(({ kind }) => kind === "column");
    }

    /** Paths of the lines, interrupted where nothing is known. */
    get lines() {
        return this.props.series
            .filter(({ kind }) => kind !== "column")
            .map((series) => ({ ...series, path: this.path(series.key) }));
    }

    path(key) {
        let pen = "M";
        let path = "";
        this.props.points.forEach((point, index) => {
            const value = point[key];
            if (value === null || value === undefined || value === false) {
                pen = "M";
                return;
            }
            path += `${pen}${this.x(index).toFixed(1)} ${this.y(value).toFixed(1)} `;
            pen = "L";
        });
        return path.trim();
    }

    isLabeled(index) {
        const room = Math.max(2, Math.min(12, Math.floor(this.state.width / LABEL_WIDTH)));
        const every = Math.ceil(this.props.points.length / room);
        return index % every === 0;
    }

    title(point) {
        const known = this.props.series.filter(({ key }) => point[key] !== null && point[key] !== undefined);
        const parts = known.map(({ key, label }) => `${label}: ${Math.round(point[key] * 10) / 10}`);
        return [point.label, ...parts].join("\n");
    }
}

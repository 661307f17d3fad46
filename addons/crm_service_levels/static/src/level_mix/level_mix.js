import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MANAGER = "crm_service_levels.group_service_manager";
/** The picture of the ways: a point per level on a line, arcs between them. */
const STEP = 110;
const LEFT = 60;
const LINE = 150;

/** Hours as people say them: minutes, hours or days. */
export function spokenHours(hours) {
    const number = (value) => formatFloat(value, { digits: [16, value < 10 ? 1 : 0], trailingZeros: false });
    if (hours < 1) {
        return _t("%s min", Math.round(hours * 60));
    }
    return hours < 48 ? _t("%s h", number(hours)) : _t("%s days", number(hours / 24));
}

/** Level mix: which levels requests use, who climbs, how long, at what cost (SVC-L1 … SVC-L6). */
export class LevelMix extends Component {
    static template = "crm_service_levels.LevelMix";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, failed: false, months: 3, team: false, costs: false });
        onWillStart(async () => {
            this.state.costs = await user.hasGroup(MANAGER);
            await this.load();
        });
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.data = await this.orm.call("crm.service.level.dashboard", "get_level_mix", [
                this.state.months,
                this.state.team,
            ]);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    setMonths(months) {
        this.state.months = months;
        return this.load();
    }

    setTeam(ev) {
        this.state.team = Number(ev.target.value) || false;
        return this.load();
    }

    // Words

    isKnown(value) {
        return value !== null && value !== undefined;
    }

    number(value, digits = 0) {
        return formatFloat(value, { digits: [16, digits] });
    }

    percent(value) {
        return this.isKnown(value) ? `${this.number(value)} %` : _t("Not enough data");
    }

    hours(value) {
        return this.isKnown(value) ? spokenHours(value) : _t("Not enough data");
    }

    money(value) {
        return this.isKnown(value)
            ? formatMonetary(value, { currencyId: this.state.data.currency_id })
            : _t("No cost entered");
    }

    work(minutes) {
        return this.isKnown(minutes) ? _t("%s h of work", this.number(minutes / 60, 1)) : _t("No work entered");
    }

    interval({ low, high, count }) {
        const basis = _t("%s requests", count);
        return this.isKnown(low) ? `${this.number(low)} – ${this.number(high)} %, ${basis}` : basis;
    }

    /** The four figures on top; the change is against the period before of the same length. */
    get figures() {
        const { totals, before } = this.state.data;
        const found = [
            {
                code: "requests", label: _t("Requests"), value: this.number(totals.requests), known: true,
                basis: this.change(totals.requests, before.requests, (value) => this.number(value)),
                help: _t("Received in the period, cancelled ones left out"),
            },
            {
                code: "climb", label: _t("Climbed above level 1"), value: this.percent(totals.climb.value),
                known: this.isKnown(totals.climb.value), basis: this.interval(totals.climb), only: this.climbed,
                help: _t("Used level 2, 3, 4 or 6; Wilson's 95 % interval"),
            },
            {
                code: "hours", label: _t("Time to solve"), value: this.hours(totals.hours), known: this.isKnown(totals.hours),
                basis: this.change(totals.hours, before.hours, spokenHours), only: [["date_solved", "!=", false]],
                help: _t("Median from receipt to solution, day and night"),
            },
        ];
        if (this.state.costs) {
            found.push({
                code: "cost", label: _t("Cost per request"), value: this.money(totals.cost), known: this.isKnown(totals.cost),
                basis: this.change(totals.cost, before.cost, (value) => this.money(value)), only: [["effort_ids", "!=", false]],
                help: _t("Work and other costs of the requests that have any"),
            });
        }
        return found;
    }

    change(now, before, spoken) {
        if (!this.isKnown(now) || !this.isKnown(before) || !before) {
            return _t("No period before to compare with");
        }
        const sign = now > before ? "▲" : now < before ? "▼" : "=";
        return _t("%(sign)s %(before)s in the period before", { sign, before: spoken(before) });
    }

    get climbed() {
        return [["level_span_ids.level", "in", ["2", "3", "4"]]];
    }

    // Pictures

    color(level) {
        return `var(--o-level-${level})`;
    }

    bar(level) {
        return `width: ${level.share || 0}%; background-color: ${this.color(level.level)}`;
    }

    get width() {
        return LEFT * 2 + STEP * 5;
    }

    x(level) {
        return LEFT + STEP * (Number(level) - 1);
    }

    get arcs() {
        const most = Math.max(...this.state.data.moves.map(({ count }) => count), 1);
        return this.state.data.moves.map((move) => {
            const [from, to] = [this.x(move.from), this.x(move.to)];
            const height = 22 * Math.abs(Number(move.to) - Number(move.from)) + 14;
            const top = move.up ? LINE - height : LINE + height * 0.7;
            return {
                ...move,
                key: `${move.from}-${move.to}`,
                path: `M ${from} ${LINE} Q ${(from + to) / 2} ${2 * top - LINE} ${to} ${LINE}`,
                width: 2 + (12 * move.count) / most,
                label: _t("From level %(from)s to level %(to)s: %(count)s", move),
            };
        });
    }

    radius({ share }) {
        return 12 + Math.min(share || 0, 100) / 8;
    }

    /** Parts of a bar: how high the requests of a type climb. */
    heights(row) {
        return Object.entries(row.heights)
            .sort(([one], [other]) => one.localeCompare(other))
            .map(([level, count]) => ({
                level,
                style: `width: ${(100 * count) / row.requests}%; background-color: ${this.color(level)}`,
                title: _t("Level %(level)s: %(count)s", { level, count }),
            }));
    }

    // Drill-down

    openFigure({ label, only = [] }) {
        this.openRequests(only, label);
    }

    openLevel({ level, label }) {
        const used = ["|", ["level_span_ids.level", "=", level], ["effort_ids.level", "=", level]];
        this.openRequests(used, label);
    }

    openType({ id, name }, only = []) {
        this.openRequests([["type_id", "=", id], ...only], name);
    }

    openMove({ from, to, label }) {
        const domain = [
            ["date_open", ">=", this.state.data.since],
            ["level_from", "=", from],
            ["level_to", "=", to],
        ];
        if (this.state.team) {
            domain.push(["team_id", "=", this.state.team]);
        }
        this.open("crm.service.climb.report", domain, label);
    }

    openRequests(domain, name) {
        this.open("crm.service.request", [...this.state.data.domain, ...domain], name);
    }

    open(model, domain, name) {
        const views = [[false, "list"]];
        if (model === "crm.service.request") {
            views.push([false, "form"]);
        }
        this.action.doAction({ type: "ir.actions.act_window", name, res_model: model, views, domain });
    }
}

registry.category("actions").add("crm_service_level_mix", LevelMix);

import { Component, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { CampaignGoals } from "@crm_campaign_roi/goals/campaign_goals";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MARKETER = "crm_campaign_roi.group_campaign_user";
/** While a wave runs its counts are read again after so many milliseconds. */
export const REFRESH_AFTER = 10_000;
const ICONS = {
    mail: "fa-envelope-o",
    letter: "fa-file-text-o",
    task: "fa-check-square-o",
    link: "fa-link",
    sms: "fa-mobile",
    event: "fa-calendar",
    survey: "fa-list-ol",
    call: "fa-phone",
};

/** States of waves of which nothing has gone out. */
const NOT_BEGUN = ["draft", "ready"];

function shortMoment(date) {
    return toLocaleDateTimeString(deserializeDateTime(date));
}

/**
 * Waves and response groups as a tree: a group hangs on its wave, a wave on the group or the wave
 * that it comes after. What leads to nothing known begins anew; nothing is drawn twice.
 */
export function flowTree({ waves, groups }) {
    const seen = new Set();
    const known = new Set(waves.map((wave) => wave.id));
    const knownGroups = new Set(groups.map((group) => group.id));
    const waveNode = (wave) => {
        seen.add(wave.id);
        const after = waves.filter((next) => next.after_id === wave.id && !knownGroups.has(next.group_id));
        return {
            key: `wave-${wave.id}`,
            type: "wave",
            data: wave,
            children: [
                ...groups.filter((group) => group.wave_id === wave.id).map((group) => groupNode(group, wave)),
                ...unseen(after).map(waveNode),
            ],
        };
    };
    const groupNode = (group, wave) => ({
        key: `group-${group.id}`,
        type: "group",
        data: { ...group, of: wave ? wave.counts.sent || 0 : null },
        children: unseen(waves.filter((next) => next.group_id === group.id)).map(waveNode),
    });
    const unseen = (found) => found.filter((wave) => !seen.has(wave.id));
    const first = waves.filter((wave) => !known.has(wave.after_id) && !knownGroups.has(wave.group_id));
    const roots = first.map(waveNode);
    roots.push(...groups.filter((group) => !known.has(group.wave_id)).map((group) => groupNode(group)));
    for (const wave of waves) {
        if (!seen.has(wave.id)) {
            roots.push(waveNode(wave));
        }
    }
    return roots;
}

/** A wave or a response group with what follows it. */
export class FlowNode extends Component {
    static template = "crm_campaign_roi.FlowNode";
    static components = {};
    static props = { node: Object, flow: Object };

    get wave() {
        return this.props.node.data;
    }

    get group() {
        return this.props.node.data;
    }

    get icon() {
        return ICONS[this.wave.method] || "fa-paper-plane-o";
    }

    /** The counts of a wave that say something; planned, sent and left out always do. */
    get counts() {
        const { counts } = this.wave;
        const planned = (counts.planned || 0) + (counts.new || 0);
        const left = counts.left_out || 0;
        // rows of a wave that has not begun are those of a simulation: nothing of it has happened
        if (NOT_BEGUN.includes(this.wave.state) && (planned || left) && !counts.sent) {
            return [
                { code: "simulated", label: _t("would get it"), value: planned, states: ["planned", "new"] },
                { code: "simulated_out", label: _t("would be left out"), value: left, states: ["left_out"] },
            ];
        }
        const found = [
            { code: "planned", label: _t("planned"), value: planned, states: ["planned", "new"] },
            { code: "sent", label: _t("sent"), value: counts.sent || 0, states: ["sent"] },
            { code: "left_out", label: _t("left out"), value: left, states: ["left_out"] },
        ];
        if (counts.failed) {
            found.push({ code: "failed", label: _t("failed"), value: counts.failed, states: ["failed"] });
        }
        return found;
    }

    get share() {
        const { count, of } = this.group;
        return of ? _t("%s % of those reached", Math.round((100 * count) / of)) : "";
    }

    get when() {
        const { date, wait_days: days, after_id: after } = this.wave;
        if (date) {
            return shortMoment(date);
        }
        return after ? _t("%s days after", days) : _t("When started");
    }

    get groupLabel() {
        return _t("%(name)s: %(count)s persons", this.group);
    }
}
FlowNode.components = { FlowNode };

/** Flow of a campaign with live counts, and how far it is (ROI-1). */
export class CampaignFlow extends Component {
    static template = "crm_campaign_roi.CampaignFlow";
    static components = { CampaignGoals, FlowNode };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, tree: [], failed: false, marketer: false });
        this.asked = 0; // number of the last question: older answers are dropped
        this.timer = null;
        this.open = true;
        useRecordObserver((record) => this.load(record.resId));
        useExternalListener(document, "visibilitychange", () => this.refreshLater(0));
        onWillUnmount(() => {
            this.open = false;
            clearTimeout(this.timer);
        });
    }

    async load(id) {
        clearTimeout(this.timer);
        if (!id) {
            return;
        }
        this.state.failed = false;
        try {
            await this.read(this.orm, id);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    async read(orm, id) {
        const asked = ++this.asked;
        const [data, marketer] = await Promise.all([
            orm.call("utm.campaign", "get_flow", [[id]]),
            user.hasGroup(MARKETER),
        ]);
        if (asked === this.asked) {
            Object.assign(this.state, { data, marketer, tree: flowTree(data) });
            this.refreshLater();
        }
    }

    get isRunning() {
        return Boolean(this.state.data?.waves.some((wave) => wave.state === "running"));
    }

    /** Only what is seen, and of which something can change by itself, is read again. */
    get isLive() {
        return this.isRunning && document.visibilityState === "visible";
    }

    /** The next reading is planned when the one before has answered: calls never pile up. */
    refreshLater(wait = REFRESH_AFTER) {
        clearTimeout(this.timer);
        if (this.open && this.isLive && !this.refreshing) {
            this.timer = setTimeout(() => this.refresh(), wait);
        }
    }

    /** Read again without a sign of loading; without a connection what is shown stays. */
    async refresh() {
        this.refreshing = true;
        try {
            await this.read(this.orm.silent, this.campaignId);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                this.state.failed = true;
                throw error;
            }
        } finally {
            this.refreshing = false;
        }
        this.refreshLater();
    }

    get campaignId() {
        return this.props.record.resId;
    }

    // Words

    number(value) {
        return formatFloat(value, { digits: [16, 0] });
    }

    /** When the counts of a large campaign were made. */
    get countedAt() {
        return shortMoment(this.state.data.counted_at);
    }

    money(value) {
        return formatMonetary(value, { currencyId: this.state.data.figures.currency_id });
    }

    percent(part, whole) {
        return whole ? _t("%s %", this.number((100 * part) / whole)) : "";
    }

    /** The cards: what, how much, compared with what, and the method that opens the records. */
    get cards() {
        const figures = this.state.data.figures;
        return [
            {
                code: "targets", label: _t("Targets"), value: this.number(figures.targets),
                basis: figures.control ? _t("%s in the control group", this.number(figures.control)) : "",
                open: () =>
                    this.openList("crm.campaign.target", _t("Targets"), [
                        ["campaign_id", "=", this.campaignId],
                        ["state", "=", "in"],
                        ["arm", "=", "treated"],
                    ]),
            },
            {
                code: "reached", label: _t("Reached"), value: this.number(figures.reached),
                basis: this.percent(figures.reached, figures.targets),
                open: () => this.openDeliveries([["campaign_id", "=", this.campaignId], ["state", "=", "sent"]]),
            },
            {
                code: "left_out", label: _t("Left out"), value: this.number(figures.left_out),
                basis: figures.failed ? _t("%s failed", this.number(figures.failed)) : "",
                open: () =>
                    this.openDeliveries([
                        ["campaign_id", "=", this.campaignId],
                        "|",
                        ["state", "=", "failed"],
                        "&",
                        ["state", "=", "left_out"],
                        ["wave_id.state", "not in", NOT_BEGUN],
                    ]),
            },
            {
                code: "responded", label: _t("Responded"), value: this.number(figures.responded),
                basis: figures.target_responses
                    ? _t("of %s aimed at", this.number(figures.target_responses))
                    : this.percent(figures.responded, figures.reached),
                open: () => this.run("action_open_responses"),
            },
            {
                code: "cost", label: _t("Cost so far"), value: this.money(figures.cost),
                basis: figures.budget ? _t("of %s planned", this.money(figures.budget)) : _t("No budget entered"),
                bar: figures.budget ? Math.min(100, (100 * figures.cost) / figures.budget) : null,
                over: figures.budget && figures.cost > figures.budget,
                open: () => this.run("action_open_costs"),
            },
            {
                code: "return", label: _t("Return"),
                value: figures.return === null ? figures.return_word : _t("%s %", this.number(figures.return)),
                word: figures.return === null,
                basis: _t("Deals in the window: %s", this.number(figures.deals)),
                open: () => this.run("action_open_deals"),
            },
        ];
    }

    /** Whether a wave has no response groups yet. */
    get lacksGroups() {
        const { waves, groups } = this.state.data;
        return waves.some((wave) => !groups.some((group) => group.wave_id === wave.id));
    }

    stepWhen({ date, state, who, count }) {
        if (date) {
            return shortMoment(date);
        }
        if (state === "waiting") {
            return _t("waits for %s", who);
        }
        if (state === "untouched") {
            return _t("%s persons, nothing made of them yet", this.number(count));
        }
        if (state === "finished") {
            return _t("to be settled");
        }
        return state === "draft" ? _t("not started") : _t("as soon as possible");
    }

    // Drill-down

    async run(method) {
        await this.props.record.save();
        return this.action.doAction(await this.orm.call("utm.campaign", method, [[this.campaignId]]));
    }

    openDeliveries(domain) {
        return this.openList("crm.campaign.delivery", _t("Deliveries"), domain);
    }

    openWave({ id }) {
        return this.openForm("crm.campaign.wave", id);
    }

    openStep({ model, id }) {
        return this.openForm(model, id);
    }

    openGroupForm({ id }) {
        return this.openForm("crm.campaign.response.group", id);
    }

    openForm(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async groupAction(method, { id }) {
        const action = await this.orm.call("crm.campaign.response.group", method, [[id]]);
        return this.action.doAction(action, { onClose: () => this.load(this.campaignId) });
    }

    openMembers(group) {
        return this.groupAction("action_open_members", group);
    }

    openTurn(group) {
        return this.groupAction("action_turn", group);
    }

    openWaveStates(wave, { states, label }) {
        return this.openList("crm.campaign.delivery", `${wave.name}: ${label}`, [
            ["wave_id", "=", wave.id],
            ["state", "in", states],
        ]);
    }

    openList(model, name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            views: [
                [false, "list"],
                [false, "kanban"],
            ],
            domain,
        });
    }
}

export const campaignFlow = { component: CampaignFlow };

registry.category("view_widgets").add("crm_campaign_flow", campaignFlow);

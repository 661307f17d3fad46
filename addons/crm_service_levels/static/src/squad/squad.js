import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState, xml } from "@odoo/owl";

const MODEL = "crm.service.request";
const squadField = [{ name: "squad_card", type: "json" }];
const approvalField = [{ name: "approval_card", type: "json" }];

/** What the widgets of squads and approvals share: the request, its methods and dialogs. */
class RequestWidget extends Component {
    static template = xml`<t/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false, note: "" });
    }

    get id() {
        return this.props.record.resId;
    }

    moment(text) {
        return formatDateTime(deserializeDateTime(text), { showSeconds: false });
    }

    /** Call a method of the request, then show what became of it. */
    async call(method, args = [], model = MODEL, id = this.id) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.record.save();
            await this.orm.call(model, method, [[id], ...args]);
        } finally {
            this.state.busy = false;
            await this.props.record.load();
        }
    }

    dialog(model, name, context) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name,
                res_model: model,
                views: [[false, "form"]],
                target: "new",
                context,
            },
            { onClose: () => this.props.record.load() }
        );
    }
}

class SquadWidget extends RequestWidget {
    get card() {
        return this.props.record.data.squad_card || { members: [], tasks: [], notes: [] };
    }

    takeOut({ name }) {
        return _t("Take %s out of the squad", name);
    }

    invite() {
        return this.dialog("crm.service.squad.invite", _t("Invite to the squad"), {
            default_request_ids: [this.id],
        });
    }

    addTask() {
        return this.dialog("crm.service.squad.task", _t("New task"), {
            default_request_id: this.id,
        });
    }

    handOver(task) {
        return this.dialog("crm.service.squad.task", _t("Hand over"), {
            default_request_id: this.id,
            default_task_key: task.id,
            default_name: task.name,
        });
    }

    mayWork(task) {
        return this.card.leads || (this.card.works && task.user_ids.includes(this.card.user_id));
    }

    async join() {
        await this.call("squad_join");
    }

    /** Who declines or leaves may not see the request any more: back to his squads. */
    async goAway(method) {
        await this.props.record.save();
        await this.orm.call(MODEL, method, [[this.id]]);
        await this.action.doAction("crm_service_levels.crm_service_request_action_squads", {
            clearBreadcrumbs: true,
        });
    }
}

/** Card of the rail: who is in the squad and what is to be done. */
export class SquadCard extends SquadWidget {
    static template = "crm_service_levels.SquadCard";
}

/** Invitation to the user, across the top of the request. */
export class SquadBanner extends SquadWidget {
    static template = "crm_service_levels.SquadBanner";
}

/** Page of the notebook: tasks with hand-overs, and the judgement that the customer never sees. */
export class SquadPage extends SquadWidget {
    static template = "crm_service_levels.SquadPage";

    async post() {
        const note = this.state.note.trim();
        if (note) {
            await this.call("squad_note", [note]);
            this.state.note = "";
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.post();
        }
    }
}

class ApprovalWidget extends RequestWidget {
    get approvals() {
        return this.props.record.data.approval_card || [];
    }

    get waiting() {
        return this.approvals.filter((approval) => approval.state === "waiting");
    }

    ask() {
        return this.dialog("crm.service.approval.ask", _t("Decision"), {
            default_request_id: this.id,
        });
    }

    approve(approval) {
        return this.call("action_approve", [], "crm.service.approval", approval.id);
    }

    withdraw(approval) {
        return this.call("action_withdraw", [], "crm.service.approval", approval.id);
    }

    refuse(approval) {
        return this.dialog("crm.service.approval.refuse", _t("Refuse"), {
            default_approval_ids: [approval.id],
        });
    }
}

/** Card of the rail: what was decided, and by whom. */
export class ApprovalCard extends ApprovalWidget {
    static template = "crm_service_levels.ApprovalCard";

    tone(state) {
        const tones = { waiting: "warning", approved: "success", own: "success", refused: "danger" };
        return tones[state] || "secondary";
    }
}

/** The request waits: for whom, until when, and the buttons for who may decide. */
export class ApprovalBanner extends ApprovalWidget {
    static template = "crm_service_levels.ApprovalBanner";
}

const widgets = registry.category("view_widgets");
widgets.add("service_squad_card", { component: SquadCard, fieldDependencies: squadField });
widgets.add("service_squad_banner", { component: SquadBanner, fieldDependencies: squadField });
widgets.add("service_squad_page", { component: SquadPage, fieldDependencies: squadField });
widgets.add("service_approval_card", { component: ApprovalCard, fieldDependencies: approvalField });
widgets.add("service_approval_banner", { component: ApprovalBanner, fieldDependencies: approvalField });

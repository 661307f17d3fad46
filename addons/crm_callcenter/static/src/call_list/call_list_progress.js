import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SECONDS = 5;

/** How far a call list is, live while it runs; each figure opens what it counts (CC-6). */
export class CallListProgress extends Component {
    static template = "crm_callcenter.CallListProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null, late: false });
        onWillStart(() => this.load());
        onWillUpdateProps((props) => this.load(props.record.resId));
        const timer = setInterval(() => this.tick(), SECONDS * 1000);
        onWillUnmount(() => clearInterval(timer));
    }

    async load(id = this.props.record.resId) {
        if (!id) {
            return;
        }
        this.state.data = await this.orm.silent.call("crm.call.list", "get_progress", [id]);
        this.state.late = false;
    }

    /** Figures that could not be read stay, and say so. */
    async tick() {
        if (this.state.data?.state === "running" && !document.hidden) {
            try {
                await this.load();
            } catch {
                this.state.late = true;
            }
        }
    }

    get share() {
        const { share, limit } = this.state.data;
        if (share === false) {
            return _t("Nobody answered yet");
        }
        return _t("%(share)s % of %(limit)s %", {
            share: (share * 100).toFixed(1),
            limit: (limit * 100).toFixed(1),
        });
    }

    get isNear() {
        const { share, limit } = this.state.data;
        return share !== false && share > 0.8 * limit;
    }

    get end() {
        const end = this.state.data.end;
        return end ? formatDateTime(deserializeDateTime(end.replace("T", " ")), { showSeconds: false }) : "";
    }

    open(figure) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: figure.label,
            res_model: figure.model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: figure.domain,
        });
    }
}

registry.category("view_widgets").add("call_list_progress", { component: CallListProgress });

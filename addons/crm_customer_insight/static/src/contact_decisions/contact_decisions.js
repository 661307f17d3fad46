import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, useState } from "@odoo/owl";

/**
 * "May we contact now?": the answer for each channel, why not, and from when on.
 * Asked again whenever the contact was saved.
 */
export class ContactDecisions extends Component {
    static template = "crm_customer_insight.ContactDecisions";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ marketing: true, channels: null });
        useRecordObserver((record) => {
            // reading "dirty" makes this run again after a change was saved
            return record.dirty ? undefined : this.load(record.resId);
        });
    }

    async load(resId = this.props.record.resId) {
        if (!resId) {
            this.state.channels = null;
            return;
        }
        const [answer] = await this.keepLast.add(
            this.orm.call("res.partner", "get_contact_decisions", [[resId]], {
                marketing: this.state.marketing,
            })
        );
        this.state.channels = answer.channels;
    }

    async setMarketing(marketing) {
        this.state.marketing = marketing;
        await this.load();
    }

    answer(channel) {
        if (channel.allowed) {
            return _t("Yes");
        }
        if (!channel.earliest) {
            return _t("No");
        }
        // shown to the minute, never a minute too early
        const moment = deserializeDateTime(channel.earliest).plus({ seconds: 59 }).startOf("minute");
        return _t("From %s", toLocaleDateTimeString(moment));
    }

    answerClass(channel) {
        if (channel.allowed) {
            return "text-bg-success";
        }
        return channel.earliest ? "text-bg-warning" : "text-bg-danger";
    }

    answerIcon(channel) {
        if (channel.allowed) {
            return "fa-check";
        }
        return channel.earliest ? "fa-clock-o" : "fa-ban";
    }

    openTouches(reason) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Contacts that count"),
            res_model: "crm.touchpoint",
            views: [[false, "list"]],
            domain: reason.touches,
        });
    }
}

registry.category("view_widgets").add("contact_decisions", {
    component: ContactDecisions,
});

import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Milliseconds between two looks at how far a run is. */
export const PAUSE = 2000;
const GOES_ON = ["waiting", "running"];

/** Of when the figures of an analysis are, how far a new run is, and a button that asks for one. */
export class InsightRun extends Component {
    static template = "crm_customer_insight.InsightRun";
    static props = { code: String, onDone: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ run: null });
        onWillStart(() => this.look());
        onWillUnmount(() => {
            this.gone = true;
            browser.clearTimeout(this.timer);
        });
    }

    get goesOn() {
        return GOES_ON.includes(this.state.run?.state);
    }

    async look() {
        const went = this.goesOn;
        try {
            this.state.run = await this.orm.silent.call("crm.insight.run", "get_run", [this.props.code]);
        } catch {
            // no connection for a moment: what was known stays, and it is asked again
        }
        this.goOn(went);
    }

    async ask() {
        this.state.run = await this.orm.call("crm.insight.run", "ask_run", [this.props.code]);
        this.goOn(true);
    }

    goOn(went) {
        if (this.gone) {
            return;
        }
        browser.clearTimeout(this.timer);
        if (this.goesOn) {
            this.timer = browser.setTimeout(() => this.look(), PAUSE);
        } else if (went) {
            this.props.onDone?.();
        }
    }

    get text() {
        const { state, percent, message } = this.state.run;
        if (state === "waiting") {
            return _t("Waiting for its turn…");
        }
        return message || _t("Computing… %s %%", percent || 0);
    }

    get since() {
        const { date, last_done: done } = this.state.run;
        return _t("Data of %(date)s, computed %(moment)s.", {
            date: date ? formatDate(deserializeDate(date)) : "–",
            moment: formatDateTime(deserializeDateTime(done)),
        });
    }
}

/** The same as widget of a view: `<widget name="insight_run" code="churn"/>`. */
export class InsightRunWidget extends Component {
    static template = "crm_customer_insight.InsightRunWidget";
    static components = { InsightRun };
    static props = { ...standardWidgetProps, code: String };
}

registry.category("view_widgets").add("insight_run", {
    component: InsightRunWidget,
    extractProps: ({ attrs }) => ({ code: attrs.code }),
});

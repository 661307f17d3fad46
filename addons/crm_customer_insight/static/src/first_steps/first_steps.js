import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const CLOSED = "insight_first_steps_closed";
const MANAGER = "crm_customer_insight.group_insight_manager";

/** The way to the first figures, step by step; gone when all is done or its reader closes it. */
export class FirstSteps extends Component {
    static template = "crm_customer_insight.FirstSteps";
    static props = { onDone: { type: Function } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.state = useState({ steps: [] });
        onWillStart(() => this.load());
    }

    async load() {
        if (!user.settings[CLOSED] && (await user.hasGroup(MANAGER))) {
            this.state.steps = await this.orm.call("crm.first.steps", "get_first_steps", []);
        }
    }

    get open() {
        return this.state.steps.filter((step) => !step.done);
    }

    get next() {
        return this.open[0];
    }

    get progress() {
        const steps = this.state.steps.length;
        return _t("%(done)s of %(steps)s done", { done: steps - this.open.length, steps });
    }

    async run(step) {
        if (step.action) {
            return this.action.doAction(step.action);
        }
        this.ui.block();
        try {
            await this.action.doAction(await this.orm.call(step.model, step.method, []));
        } finally {
            this.ui.unblock();
        }
        await Promise.all([this.load(), this.props.onDone()]);
    }

    async close() {
        await user.setUserSettings(CLOSED, true);
        this.state.steps = [];
    }
}

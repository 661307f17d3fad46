import { Component, onMounted, onWillStart, status, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/**
 * The way to the first results, step by step; gone when all is done or its reader closes it.
 *
 * A subclass names what it shows; the server's side is crm.first.steps.mixin.
 */
export class FirstSteps extends Component {
    static template = "crm_customer_insight.FirstSteps";
    static props = { onDone: { type: Function, optional: true } };
    /** The list of steps, made of crm.first.steps.mixin. */
    static model = "";
    /** Who may have steps to take; nobody else is asked for. */
    static group = "";
    /** Field of res.users.settings: closed for good. */
    static closed = "";
    /** Whether what stands below waits for the steps; else they come when they are there. */
    static awaited = false;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.state = useState({ steps: [] });
        const begin = this.constructor.awaited ? onWillStart : onMounted;
        begin(() => this.load());
    }

    async load() {
        const { closed, group, model } = this.constructor;
        const mine = !user.settings[closed] && (await user.hasGroup(group));
        if (mine && status(this) !== "destroyed") {
            this.state.steps = await this.orm.call(model, "get_first_steps", []);
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
        await Promise.all([this.load(), this.props.onDone?.()]);
    }

    async close() {
        await user.setUserSettings(this.constructor.closed, true);
        this.state.steps = [];
    }
}

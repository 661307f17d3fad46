import { Activity } from "@mail/core/common/activity_model";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";

const ROLE = "crm_customer_insight.group_insight_user";

/** Whoever does the activity of an alert is asked what came of it. */
patch(Activity.prototype, {
    async markAsDone() {
        const { id, res_model } = this;
        const { orm, action } = this.store.env.services;
        const done = await super.markAsDone(...arguments);
        if (res_model === "res.partner" && (await user.hasGroup(ROLE))) {
            const question = await orm.call("crm.customer.alert", "get_outcome_action", [id]);
            if (question) {
                await action.doAction(question);
            }
        }
        return done;
    },
});

import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

import { SERVICE_MODEL } from "./audience";

registerMessageAction("service-split", {
    condition: ({ message, thread }) =>
        thread?.model === SERVICE_MODEL && message.message_type !== "notification" && !message.is_transient,
    icon: "fa fa-scissors",
    name: _t("Split into a new request"),
    onSelected: async ({ message, thread, store }) => {
        const { action, orm } = store.env.services;
        const context = { service_message_id: message.id };
        action.doAction(
            await orm.call(SERVICE_MODEL, "action_split", [[thread.id]], { context })
        );
    },
    sequence: 65,
});

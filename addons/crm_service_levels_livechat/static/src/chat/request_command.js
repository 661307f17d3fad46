import { LivechatCommandDialog } from "@im_livechat/core/common/livechat_command_dialog";

import { registerThreadAction } from "@mail/core/common/thread_actions";

import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";

registry.category("discuss.channel_commands").add("request", {
    channel_types: ["livechat"],
    condition: ({ store }) => store.has_access_livechat,
    help: _t("Open a service request (/request subject)"),
    methodName: "execute_command_request",
});

registerThreadAction("create-service-request", {
    actionPanelComponent: LivechatCommandDialog,
    actionPanelComponentProps: ({ action }) => ({
        close: () => action.close(),
        commandName: "request",
        placeholderText: _t("e.g. Pump does not start"),
        title: _t("Create request"),
        icon: "fa fa-life-ring",
    }),
    close: ({ action }) => action.popover?.close(),
    condition: ({ store, thread }) =>
        store.has_access_livechat && thread?.channel_type === "livechat",
    panelOuterClass: "bg-100",
    icon: "fa fa-life-ring",
    name: _t("Create request"),
    sequence: 15,
    sequenceGroup: 25,
    setup({ owner }) {
        if (!owner.env.inChatWindow) {
            this.popover = usePopover(LivechatCommandDialog, {
                onClose: () => this.close(),
                popoverClass: this.panelOuterClass,
            });
        }
    },
    toggle: true,
    open({ owner, thread }) {
        this.popover?.open(owner.root.el.querySelector(`[name="${this.id}"]`), {
            thread,
            ...this.actionPanelComponentProps,
        });
    },
});

import { describe, expect, test } from "@odoo/hoot";
import { defineLivechatModels } from "@im_livechat/../tests/livechat_test_helpers";
import {
    click,
    contains,
    insertText,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { Command, onRpc, serverState } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineLivechatModels();

/** @param {Array} groups of the user who chats with a visitor */
async function openChat(groups = [serverState.groupLivechatId]) {
    const pyEnv = await startServer();
    pyEnv["res.users"].write([serverState.userId], { group_ids: groups });
    const guestId = pyEnv["mail.guest"].create({ name: "Visitor" });
    const channelId = pyEnv["discuss.channel"].create({
        channel_type: "livechat",
        channel_member_ids: [
            Command.create({ partner_id: serverState.partnerId, livechat_member_type: "agent" }),
            Command.create({ guest_id: guestId, livechat_member_type: "visitor" }),
        ],
        livechat_operator_id: serverState.partnerId,
    });
    onRpc("discuss.channel", "execute_command_request", ({ args, kwargs }) => {
        expect.step(`${args[0][0] === channelId || args[0] === channelId} ${kwargs.body}`);
        return true;
    });
    onRpc("discuss.channel", "message_post", () => expect.step("posted"));
    await start();
    await openDiscuss(channelId);
}

test("a typed command opens a request and the visitor reads nothing of it (SVC-L1)", async () => {
    await openChat();
    await insertText(".o-mail-Composer-input", "/request Pump is silent");
    await click(".o-mail-Composer button[title='Send']:enabled");
    await expect.waitForSteps(["true /request Pump is silent"]);
    await contains(".o-mail-Message", { count: 0 });
});

test("the command is offered while typing", async () => {
    await openChat();
    await insertText(".o-mail-Composer-input", "/");
    await click(".o-mail-Composer-suggestion strong", { text: "request" });
    await contains(".o-mail-Composer-input", { value: "/request " });
});

test("the button of the chat asks for the subject", async () => {
    await openChat();
    await contains(".o-livechat-ChannelInfoList");
    await click(".o-mail-DiscussContent-header button[title='Create request']");
    await contains(".o-mail-ActionPanel button:disabled", { text: "Create request" });
    await insertText(".o-livechat-LivechatCommandDialog-form input", "Pump is silent");
    await click(".o-mail-ActionPanel button:enabled", { text: "Create request" });
    await expect.waitForSteps(["true /request Pump is silent"]);
    await contains(".o-livechat-LivechatCommandDialog-form", { count: 0 });
});

test("who has no live chat is offered neither button nor command", async () => {
    await openChat([]);
    await contains(".o-mail-DiscussContent-header");
    await contains(".o-mail-DiscussContent-header button[title='Create request']", { count: 0 });
    await insertText(".o-mail-Composer-input", "/");
    await contains(".o-mail-Composer-suggestion strong", { text: "leave" });
    await contains(".o-mail-Composer-suggestion strong", { text: "request", count: 0 });
});

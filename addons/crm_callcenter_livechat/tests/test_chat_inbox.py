"""Live chats find agents by skill, state and room (CC-7)."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

GROUPS = "crm_callcenter.group_call_agent,im_livechat.im_livechat_group_user"


@tagged("post_install", "-at_install")
class TestChatInbox(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env["crm.call.exchange"].create({"name": "Hamburg", "code": "hamburg"})
        cls.pumps = cls.env["crm.call.skill"].create({"name": "Pumps"})
        cls.queue = cls.env["crm.call.queue"].create(
            {"name": "Chat", "code": "chat",
             "skill_ids": [Command.create({"skill_id": cls.pumps.id, "level": "2"})]}
        )  # fmt: skip
        cls.ada, cls.ben = cls.agent("ada", "1001", "3"), cls.agent("ben", "1002", "2")
        cls.cyd = cls.agent("cyd", "1003", "1")  # a beginner: the queue asks for more
        cls.otto = new_test_user(cls.env, "chat_otto", "im_livechat.im_livechat_group_user")
        users = cls.ada.user_id | cls.ben.user_id | cls.cyd.user_id
        for user in users | cls.otto:
            cls.env["mail.presence"]._update_presence(user)
            user.presence_ids.status = "online"
        cls.livechat = cls.env["im_livechat.channel"].create(
            {"name": "Pumps", "user_ids": [Command.set(users.ids)]}
        )
        cls.rule = cls.env["crm.call.inbox.rule"].create(
            {"channel": "chat", "queue_id": cls.queue.id}
        )

    @classmethod
    def agent(cls, login, extension, level):
        user = new_test_user(cls.env, f"chat_{login}", GROUPS)
        return cls.env["crm.call.agent"].create(
            {"user_id": user.id, "exchange_id": cls.exchange.id, "extension": extension,
             "skill_ids": [Command.create({"skill_id": cls.pumps.id, "level": level})]}
        )  # fmt: skip

    def ready(self, *agents):
        for agent in agents:
            agent._set_state("ready")
        self.livechat.invalidate_recordset(["available_operator_ids"])

    def available(self):
        self.livechat.invalidate_recordset(["available_operator_ids"])
        return self.livechat.available_operator_ids

    def start(self):
        """A visitor of the website starts a chat; the chat, or an empty record."""
        answer = self.make_jsonrpc_request(
            "/im_livechat/get_session", {"channel_id": self.livechat.id, "persisted": True}
        )
        return self.env["discuss.channel"].browse(answer["channel_id"] if answer else [])

    def contact(self, chat):
        return self.env["crm.call.contact"].search(
            [("res_model", "=", "discuss.channel"), ("res_id", "=", chat.id)]
        )

    def test_cc_7_a_visitor_comes_to_who_is_ready_and_able(self):
        self.assertFalse(self.available())
        self.assertFalse(self.start())  # nobody is ready
        self.ready(self.cyd, self.ben)
        self.assertEqual(self.available(), self.ben.user_id)
        chat = self.start()
        self.assertEqual(chat.livechat_operator_id, self.ben.user_id.partner_id)
        one = self.contact(chat)
        self.assertEqual((one.channel, one.state, one.agent_id), ("chat", "in_work", self.ben))
        [shown] = self.ben._bar()["inbox"]
        self.assertEqual((shown["label"], shown["state"]), ("Live chat", "in_work"))

    def test_nobody_has_more_chats_than_his_room(self):
        self.ben.chat_capacity = 1
        self.ready(self.ben)
        self.assertTrue(self.start())
        self.assertFalse(self.available())
        self.assertFalse(self.start())
        self.ready(self.ada)
        self.assertEqual(self.start().livechat_operator_id, self.ada.user_id.partner_id)

    def test_mails_take_no_room_of_chats(self):
        self.ben.mail_capacity = 0
        self.ready(self.ben)
        self.assertTrue(self.start())

    def test_who_has_fewer_chats_is_next(self):
        self.ready(self.ada, self.ben)
        chats = self.start() | self.start()
        operators = self.ada.user_id.partner_id | self.ben.user_id.partner_id
        self.assertEqual(chats.livechat_operator_id, operators)

    def test_when_it_ends_there_is_room_again(self):
        self.ben.chat_capacity = 1
        self.ready(self.ben)
        chat = self.start()
        chat._close_livechat_session()
        self.assertEqual(self.contact(chat).state, "done")
        self.assertEqual(self.available(), self.ben.user_id)

    def test_done_in_the_inbox_ends_the_chat(self):
        self.ready(self.ben)
        chat = self.start()
        agents = self.env["crm.call.agent"].with_user(self.ben.user_id)
        number = self.contact(chat).id
        opened = agents.inbox_step(number, "open")["action"]
        self.assertEqual(
            (opened["tag"], opened["params"]), ("mail.action_discuss", {"active_id": chat.id})
        )
        self.assertEqual(agents.inbox_step(number, "done")["bar"]["inbox"], [])
        self.assertTrue(chat.livechat_end_dt)

    def test_handed_to_a_colleague_it_is_with_him(self):
        self.ready(self.ada, self.ben)
        chat = self.start()
        chat.livechat_operator_id = self.cyd.user_id.partner_id
        self.assertEqual(self.contact(chat).agent_id, self.cyd)
        chat.livechat_operator_id = self.otto.partner_id  # no agent
        self.assertEqual(self.contact(chat).state, "left")

    def test_an_operator_who_is_no_agent_gets_what_agents_cannot_take(self):
        self.livechat.user_ids += self.otto
        self.ready(self.ben)
        self.ben.chat_capacity = 1
        self.assertEqual(self.available(), self.ben.user_id | self.otto)
        self.assertEqual(self.start().livechat_operator_id, self.ben.user_id.partner_id)
        chat = self.start()
        self.assertEqual(chat.livechat_operator_id, self.otto.partner_id)
        self.assertFalse(self.contact(chat))

    def test_without_a_rule_odoo_chooses(self):
        self.rule.active = False
        self.assertEqual(len(self.available()), 3)
        self.assertTrue(self.start())

    def test_a_rule_for_another_live_chat(self):
        other = self.env["im_livechat.channel"].create({"name": "Sales"})
        self.rule.livechat_channel_id = other
        self.assertEqual(len(self.available()), 3)
        chat = self.start()
        self.assertFalse(self.contact(chat))

    def test_his_former_partner_and_his_language_are_preferred(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        skill = self.env["crm.call.skill"].create({"name": "French", "lang_id": french.id})
        self.ready(self.ada, self.ben)
        speaks = {"agent_id": self.ada.id, "skill_id": skill.id}
        self.env["crm.call.agent.skill"].create(speaks)
        users = self.ada.user_id | self.ben.user_id
        choose = self.rule._choose_agent
        nobody = self.env["res.users"]
        self.assertEqual(choose(users, nobody, "fr_FR"), self.ada)
        self.assertEqual(choose(users, self.ben.user_id, "en_US"), self.ben)
        self.assertEqual(choose(users, self.ada.user_id, "en_US"), self.ada)
        self.ada._set_state("paused", "Lunch")
        self.assertEqual(choose(users, nobody, "fr_FR"), self.ben)  # better than nobody

    def test_an_empty_chat_that_is_removed_leaves_nothing(self):
        self.ready(self.ben)
        chat = self.start()
        one = self.contact(chat)
        chat.unlink()
        self.assertFalse(one.exists())

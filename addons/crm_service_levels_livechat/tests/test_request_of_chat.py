from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRequestOfChat(TransactionCase):
    """SVC-L1: ``/request`` in a live chat opens a request with the conversation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "im_livechat.im_livechat_group_user,crm_service_levels.group_service_user"
        cls.rita = new_test_user(cls.env, "rita_chat", groups=groups)
        cls.otto = new_test_user(
            cls.env, "otto_chat", groups="base.group_user,im_livechat.im_livechat_group_user"
        )
        cls.visitor = new_test_user(cls.env, "visitor_chat", groups="base.group_portal").partner_id
        cls.requests = cls.env["crm.service.request"]

    def _chat(self, user, *others):
        people = user.partner_id.browse([user.partner_id.id, *(p.id for p in others)])
        members = [Command.create({"partner_id": partner.id}) for partner in people]
        return self.env["discuss.channel"].create(
            {
                "name": "Chat",
                "channel_type": "livechat",
                "livechat_operator_id": user.partner_id.id,
                "channel_member_ids": members,
            }
        )

    def _command(self, chat, user, body):
        """Requests made by the command, and what the user was told."""
        before, told = self.requests.search([]), []
        users = type(self.env["res.users"])
        with patch.object(
            users, "_bus_send_transient_message", lambda _self, _chat, text: told.append(str(text))
        ):
            chat.with_user(user).execute_command_request(body=body)
        return self.requests.search([]) - before, told[0]

    def test_the_conversation_and_the_visitor(self):
        chat = self._chat(self.rita, self.visitor)
        chat.message_post(
            body="My pump is silent", author_id=self.visitor.id, message_type="comment"
        )
        request, told = self._command(chat, self.rita, "/request Pump is silent")
        self.assertEqual((request.name, request.partner_id), ("Pump is silent", self.visitor))
        self.assertIn("My pump is silent", request.description)
        self.assertEqual((request.channel_id.code, request.user_id), ("chat", self.rita))
        self.assertIn(f"data-oe-id='{request.id}'", told)

    def test_a_stranger_stays_unknown(self):
        public = self.env.ref("base.public_partner")
        request, _told = self._command(self._chat(self.rita, public), self.rita, "/request Help")
        self.assertFalse(request.partner_id)

    def test_two_customers_are_not_guessed(self):
        other = self.env["res.partner"].create({"name": "Other"})
        chat = self._chat(self.rita, self.visitor, other)
        request, _told = self._command(chat, self.rita, "/request Help")
        self.assertFalse(request.partner_id)

    def test_without_a_subject_the_use_is_told(self):
        request, told = self._command(self._chat(self.rita), self.rita, "/request")
        self.assertFalse(request)
        self.assertIn("/request", told)

    def test_only_service_staff(self):
        request, told = self._command(self._chat(self.otto), self.otto, "/request Help")
        self.assertFalse(request)
        self.assertIn("Only service staff", told)

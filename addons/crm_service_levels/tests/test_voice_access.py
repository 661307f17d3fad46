from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_voice import MODULE, VoiceCase


@tagged("post_install", "-at_install")
class TestVoiceAccess(VoiceCase):
    """SVC-L5, SVC-F: what others said and where their pages are."""

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user(
            "stranger",
            f"{MODULE}.group_service_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        answer = self._answered({self.recommend: 1})
        for record in (answer, answer.invitation_id, answer.line_ids, answer.loop_ids):
            found = record.with_user(stranger).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)

    def test_the_random_part_of_an_address_is_secret(self):
        invitation = self._invited()
        with self.assertRaises(AccessError):
            invitation.with_user(self.ada).read(["nonce"])

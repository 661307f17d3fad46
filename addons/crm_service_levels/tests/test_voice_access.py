from odoo.tests import new_test_user, tagged

from .common_voice import MODULE, VoiceCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
ROLES = ("visitor", "portal", "employee", "representative", "officer", "leader", "administrator")
MATRIX = {
    "crm.feedback.answer": ("", "", "", "r", "rw", "r", "rw"),
    "crm.feedback.answer.line": ("", "", "", "r", "r", "r", "r"),
    "crm.feedback.aspect": ("", "", "", "r", "r", "r", "rwcu"),
    "crm.feedback.desk": ("", "", "", "", "", "r", "rwcu"),
    "crm.feedback.invitation": ("", "", "", "r", "rwc", "rwc", "rwc"),
    "crm.feedback.report": ("", "", "", "r", "r", "r", "r"),
    "crm.service.education": ("", "", "", "r", "r", "rwcu", "rwcu"),
    "crm.service.insight.report": ("", "", "", "r", "r", "r", "r"),
    "crm.service.warning": ("", "", "", "r", "r", "rw", "rw"),
    "crm.feedback.loop": ("", "", "", "rw", "rw", "rw", "rw"),
    "crm.feedback.option": ("", "", "", "r", "r", "r", "rwcu"),
    "crm.feedback.rule": ("", "", "", "", "", "r", "rwcu"),
    "crm.feedback.scheme": ("", "", "", "r", "r", "r", "rwcu"),
    "crm.feedback.theme": ("", "", "", "r", "r", "r", "rwcu"),
}


@tagged("post_install", "-at_install")
class TestVoiceAccess(VoiceCase):
    """SVC-L5, SVC-F: every role × model × operation."""

    def test_operations_by_role(self):
        users = {
            "visitor": self.env.ref("base.public_user"),
            "portal": new_test_user(self.env, "voice_portal", groups="base.group_portal"),
            "employee": self.emma,
            "representative": self.rita,
            "officer": self.olga,
            "leader": self.leo,
            "administrator": self.ada,
        }
        for model, rights in MATRIX.items():
            for role, letters in zip(ROLES, rights, strict=True):
                records = self.env[model].with_user(users[role])
                found = "".join(k for k, name in OPERATIONS.items() if records.has_access(name))
                self.assertEqual(found, letters, f"{model}, {role}")

    def test_every_feedback_model_has_a_line(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("crm.feedback.")
            and model._original_module == MODULE
            and not model._abstract
            and not model._transient
        }
        self.assertEqual(ours, {name for name in MATRIX if name.startswith("crm.feedback.")})

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
        with self.assertRaises(Exception) as caught:
            invitation.with_user(self.ada).read(["nonce"])
        self.assertEqual(type(caught.exception).__name__, "AccessError")

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_plaint import PlaintCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# model: visitor, portal, employee, representative, leader, administrator, auditor
MATRIX = {
    "crm.service.complaint": ("", "", "r", "rw", "rw", "rw", "r"),
    "crm.service.complaint.log": ("", "", "r", "r", "r", "r", "r"),
    "crm.service.complaint.procedure": ("", "", "", "r", "r", "rwcu", "r"),
    "crm.service.complaint.procedure.step": ("", "", "", "r", "r", "rwcu", "r"),
    "crm.service.complaint.report": ("", "", "", "", "r", "r", "r"),
    "crm.service.complaint.step": ("", "", "r", "r", "r", "r", "r"),
    "crm.service.complaint.words": ("", "", "rwc", "rwc", "rwc", "rwc", "rwc"),
}


@tagged("post_install", "-at_install")
class TestPlaintAccess(PlaintCase):
    """SVC-C: who may do what with complaints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        portal = new_test_user(cls.env, "plaint_portal", groups="base.group_portal")
        public = cls.env.ref("base.public_user")
        cls.roles = (public, portal, cls.emma, cls.rita, cls.leo, cls.ada, cls.audrey)

    def test_matrix(self):
        for model, rights in MATRIX.items():
            for user, allowed in zip(self.roles, rights, strict=True):
                records = self.env[model].with_user(user)
                found = {key for key, name in OPERATIONS.items() if records.has_access(name)}
                self.assertEqual(found, set(allowed), f"{model} {user.login}")

    def test_a_department_sees_and_answers_its_own(self):
        complaint = self._complaint()
        with self.assertRaises(AccessError):
            complaint.with_user(self.emma).read(["number"])
        self._until(complaint, "cause")
        seen = complaint.with_user(self.emma)
        self.assertTrue(seen.may_answer)
        self.assertEqual(seen.step_list[0]["state"], "done")
        self._words(seen, "answer", "Too hard")
        self.assertEqual(complaint.department_answer, "Too hard")
        for method in ("action_finish", "action_credit_note"):
            with self.assertRaises(AccessError):
                getattr(seen, method)()
        for kind in ("skip", "back", "reject", "reopen", "replied"):
            with self.assertRaises(AccessError):
                self._words(seen, kind, "I would rather", step="judge")
        with self.assertRaises(AccessError):
            seen.cause_id = self.making

    def test_only_the_department_answers_for_it(self):
        complaint = self._until(self._complaint(), "cause")
        with self.assertRaises(AccessError):
            self._words(complaint.with_user(self.leo), "answer", "We are fine")

    def test_auditors_read_all_and_change_nothing(self):
        complaint = self._until(self._complaint(), "reply").with_user(self.audrey)
        found = self.env["crm.service.complaint"].with_user(self.audrey).search([])
        self.assertIn(complaint, found)
        names = ["number", "date_start", "validity", "cause_id", "handling_cost", "contact_name"]
        self.assertEqual(complaint.read(names)[0]["validity"], "valid")
        self.assertTrue(complaint.log_ids)
        self.assertTrue(complaint.web_read({"request_id": {"fields": {"display_name": {}}}}))
        rows = self.env["crm.service.complaint.report"].with_user(self.audrey)
        self.assertTrue(rows.search([("complaint_id", "=", complaint.id)]))
        for act in (complaint.action_finish, complaint.action_credit_note):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            complaint.penalty_note = "More"

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        complaint = self._complaint(company_id=other.id)
        for user in (self.rita, self.audrey):
            found = self.env["crm.service.complaint"].with_user(user).search([])
            self.assertNotIn(complaint.id, found.ids)
            rows = self.env["crm.service.complaint.report"].with_user(self.audrey).search([])
            self.assertNotIn(complaint.id, rows.complaint_id.ids)

    def test_costs_of_handling_are_for_leaders(self):
        complaint = self._complaint()
        self.assertNotIn("handling_cost", complaint.with_user(self.rita).fields_get())
        self.assertIn("handling_cost", complaint.with_user(self.leo).fields_get())

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_plaint import PlaintCase


@tagged("post_install", "-at_install")
class TestPlaintAccess(PlaintCase):
    """SVC-C: who may do what with complaints."""

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

    def test_auditors_have_the_register_and_print_it(self):
        menus = self.env["ir.ui.menu"]
        register = self.env.ref("crm_service_levels.menu_service_complaint_register")
        self.assertIn(register.id, menus.with_user(self.audrey)._visible_menu_ids())
        self.assertNotIn(register.id, menus.with_user(self.rita)._visible_menu_ids())
        complaint = self._until(self._complaint(), "reply")
        action = self.env["ir.actions.actions"].with_user(self.audrey)
        action = action._for_xml_id("crm_service_levels.crm_service_complaint_action_register")
        view, _kind = action["views"][0]
        got = complaint.with_user(self.audrey).get_view(view, "list")["arch"]
        for name in ("number", "date_start", "validity", "cause_id", "compensation_company"):
            self.assertIn(f'name="{name}"', got)
        reports = self.env["ir.actions.report"].with_user(self.audrey)
        page, _kind = reports._render_qweb_html(
            "crm_service_levels.report_complaint", complaint.ids
        )
        for text in (complaint.number, "The pump leaks", "Making / Seal", "A new seal"):
            self.assertIn(text, page.decode())

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

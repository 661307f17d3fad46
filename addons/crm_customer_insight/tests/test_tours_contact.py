"""A salesperson records a permission on the contact's form (C360-2)."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestContactTours(HttpCase):
    def test_permission_recorded_from_the_form_changes_the_answer(self):
        sam = new_test_user(self.env, "sam", groups="sales_team.group_sale_salesman")
        customer = self.env["res.partner"].create(
            {
                "name": "Acme",
                "is_company": True,
                "user_id": sam.id,
                "email": "info@acme.example",
            }
        )
        self.start_tour(
            f"/odoo/res.partner/{customer.id}",
            "crm_customer_insight_contact_permission",
            login="sam",
        )
        versions = (
            self.env["crm.contact.permission"]
            .with_context(active_test=False)
            .search([("partner_id", "=", customer.id)], order="active desc")
        )
        self.assertEqual(versions.mapped("state"), ["denied", "granted"])
        self.assertEqual(versions.mapped("origin"), ["written", "spoken"])
        self.assertEqual(versions.user_id, sam)

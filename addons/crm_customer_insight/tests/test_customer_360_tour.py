from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_360 import Customer360Case


@tagged("post_install", "-at_install")
class TestCustomer360Tour(Customer360Case, HttpCase):
    """The main journey in a real browser: list, 360 view, time line, document and back."""

    def test_from_the_list_to_a_document_and_back(self):
        self.customer.name = "Nordwind Tour"
        self._new_snapshot(self.customer)
        order = self._new_order(self.customer, self.sandra)
        self._new_touches(order, self.customer)
        lead = self._new_leads(self.customer, self.sandra, 1)
        self._new_touches(lead, self.customer, kind="lead", date=fields.Datetime.now())
        action = self.env.ref("crm_customer_insight.crm_customer_snapshot_action")
        self.start_tour(f"/odoo/action-{action.id}", "customer_360", login="sandra_360")

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..report.customer_month import DOCUMENT_TYPES

MODULE = "crm_customer_insight"


class CrmCustomerSnapshot(models.Model):
    """What a click on a figure opens."""

    _inherit = "crm.customer.snapshot"

    @api.model
    def _action_customers(self):
        """The customers for the selected company; all of them for whoever has none of his own."""
        action = self._action_for_selection("crm_customer_snapshot_action_window")
        if not self.search_count(
            [("user_id", "=", self.env.uid), ("is_current", "=", True)], limit=1
        ):
            action["context"] = {"search_default_with_purchases": 1}
        return action

    @api.model
    def _action_for_selection(self, xml_id, order=None):
        """The window action, restricted to the rows of the company selected or of all together."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.{xml_id}")
        domain = Domain(safe_eval(action["domain"] or "[]"))
        domain &= Domain("company_id", "=", self._current_company_id())
        context = safe_eval(action["context"] or "{}", {"uid": self.env.uid})
        if order:
            context["default_order"] = order
        return {**action, "domain": list(domain), "context": context}

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    def action_open_invoices(self):
        """Open the documents the window's revenue is made of."""
        self.ensure_one()
        period = next(
            (p for p in self._periods(self.date) if p.company_id == self.company_id.id), None
        )
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("move_type", "in", DOCUMENT_TYPES),
            ("state", "=", "posted"),
        ]
        if period:
            domain += [("invoice_date", ">=", period.window_start)]
        if self.company_id:
            domain += [("company_id", "=", self.company_id.id)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": domain, "context": {"create": False}}

    def action_open_months(self):
        """Open the monthly facts behind the figures."""
        self.ensure_one()
        domain = [("partner_id", "=", self.partner_id.id)]
        if self.company_id:
            domain += [("company_id", "=", self.company_id.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Months of %(customer)s", customer=self.partner_id.display_name),
            "res_model": "crm.customer.month",
            "views": [(False, "list"), (False, "graph")],
            "domain": domain,
        }

    def action_open_history(self):
        """Open the customer's figures at the end of each month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %(customer)s", customer=self.partner_id.display_name),
            "res_model": "crm.customer.snapshot",
            "views": [(False, "list"), (False, "graph")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }

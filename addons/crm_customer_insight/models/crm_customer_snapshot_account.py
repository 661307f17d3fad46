from odoo import models


class CrmCustomerSnapshot(models.Model):
    """Key accounts by value: designate customers from the list of proposals (C360-2)."""

    _inherit = "crm.customer.snapshot"

    def action_designate_key_account(self):
        """Make the customers of these snapshots key accounts and open them.

        Accounts that had ended start again; those already active stay as they are.
        """
        partners = self.partner_id
        existing = self.env["crm.key.account"].search([("partner_id", "in", partners.ids)])
        existing.filtered(lambda account: account.state == "ended").action_restart()
        created = self.env["crm.key.account"].create(
            [
                snapshot._prepare_key_account_values()
                for snapshot in self.grouped("partner_id").values()
                if snapshot.partner_id not in existing.partner_id
            ]
        )
        return self._open_key_accounts(existing | created)

    def _prepare_key_account_values(self):
        snapshot = self[:1]
        return {
            "partner_id": snapshot.partner_id.id,
            "basis": "value",
            "reason": self.env._(
                "Tier %(tier)s on %(date)s", tier=snapshot.tier or "-", date=snapshot.date
            ),
            "user_id": snapshot.partner_id.user_id.id or self.env.uid,
        }

    def _open_key_accounts(self, accounts):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_key_account_action"
        )
        if len(accounts) == 1:
            return {**action, "views": [(False, "form")], "res_id": accounts.id}
        return {**action, "domain": [("id", "in", accounts.ids)], "context": {}}

from odoo import api, fields, models

USER = "crm_customer_insight.group_insight_user"


class CrmAlertPartnerMixin(models.AbstractModel):
    """What alerts add to contacts: how many are open, and that somebody left a company (C360-3)."""

    _name = "crm.alert.partner.mixin"
    _description = "Alerts of contacts"

    alert_ids = fields.One2many("crm.customer.alert", "partner_id", "Alerts", groups=USER)
    open_alert_count = fields.Integer(
        "Open alerts", compute="_compute_open_alert_count", groups=USER
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_alert_count(self):
        customers = self.commercial_partner_id
        counts = dict(
            self.env["crm.customer.alert"]._read_group(
                [("partner_id", "in", customers.ids), ("state", "!=", "done")],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.open_alert_count = counts.get(partner.commercial_partner_id, 0)

    def write(self, vals):
        """Note who leaves a company by this."""
        leaving = self._alert_members(vals)
        result = super().write(vals)
        if leaving:
            self._note_departures(leaving)
        return result

    def _alert_members(self, vals):
        """``{contact: company}`` of people of companies whom *vals* may take away from there."""
        if vals.get("active", True) and "parent_id" not in vals:
            return {}
        # sudo: who belonged to whom, whatever the user may read
        return {
            contact: contact.commercial_partner_id
            for contact in self.sudo()
            if contact.active and contact.parent_id and contact.type == "contact"
            and contact.commercial_partner_id != contact
        }  # fmt: skip

    def _note_departures(self, members):
        today = self.env["crm.customer.snapshot"]._data_date()
        rows = [
            {
                "partner_id": company.id,
                "contact_id": contact.id,
                "date": today,
                "reason": "moved" if contact.active else "archived",
            }
            for contact, company in members.items()
            if company.active
            and (not contact.active or contact.commercial_partner_id != company)
        ]  # fmt: skip
        # sudo: noted for whoever changes contacts
        self.env["crm.contact.departure"].sudo().create(rows)

    def action_open_alerts(self):
        """Open the alerts of the customer."""
        self.ensure_one()
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        return self.env["crm.customer.alert"]._action_list(domain, search_default_open=1)

    # -- 360 view ------------------------------------------------------------------------------

    def _customer_360_alerts(self):
        """Open alerts of the customer with their reason."""
        domain = [
            ("partner_id", "=", self.commercial_partner_id.id),
            ("state", "!=", "done"),
        ]
        return self._customer_360_items(
            "crm.customer.alert",
            domain,
            lambda alert: {
                "name": alert.rule_id.name,
                "note": alert.reason,
                "date": fields.Date.to_string(alert.date),
                "level": "late" if alert.state == "new" else "soon",
            },
            label=self.env._("Alerts"),
        )

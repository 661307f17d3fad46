from odoo import api, fields, models

from .report_fields import OptionalFloat, OptionalMonetary


class CrmLifetimeSnapshotMixin(models.AbstractModel):
    """The life-time value beside the value of a customer; a part of ``crm.customer.snapshot``."""

    _name = "crm.lifetime.snapshot.mixin"
    _description = "Life-time value beside the value"

    lifetime_value = OptionalMonetary(
        "Life-time value",
        compute="_compute_lifetime_value",
        currency_field="lifetime_currency_id",
        aggregator=None,
        help="What he was expected to bring from then on in the horizon, discounted.",
    )
    lifetime_p_alive = OptionalFloat(
        "Still a customer",
        compute="_compute_lifetime_value",
        aggregator=None,
        help="Probability that he was still a customer on the data date.",
    )
    lifetime_currency_id = fields.Many2one(
        "res.currency", "Currency of the life-time value", compute="_compute_lifetime_value"
    )

    @api.depends("partner_id", "company_id", "month", "is_current")
    def _compute_lifetime_value(self):
        found = self._lifetimes()
        for snapshot in self:
            row = found.get(snapshot._lifetime_key())
            snapshot.lifetime_currency_id = row.currency_id if row else False
            snapshot.lifetime_value = row.expected_value if row else None
            snapshot.lifetime_p_alive = row.p_alive if row else None

    def _lifetime_key(self):
        return self.partner_id.id, self.company_id.id, self.is_current or self.month

    def _lifetimes(self):
        """``{key of a snapshot: life-time value}``: of its month, the current one of current
        snapshots."""
        rows = self.env["crm.customer.lifetime"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", [*self.company_id.ids, False]),
                "|",
                ("is_current", "=", True),
                ("month", "in", list(set(self.mapped("month")))),
            ]
        )
        found = {(row.partner_id.id, row.company_id.id, row.month): row for row in rows}
        current = {
            (row.partner_id.id, row.company_id.id, True): row for row in rows if row.is_current
        }
        return found | current

    def _lifetime(self):
        """The life-time value beside one snapshot, or nothing."""
        return self._lifetimes().get(self._lifetime_key())

    def action_open_lifetime(self):
        """Open the life-time value, with why it is what it is."""
        self.ensure_one()
        row = self._lifetime()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Life-time value"),
            "res_model": "crm.customer.lifetime",
            "res_id": row.id if row else False,
            "views": [(False, "form")] if row else [(False, "list")],
            "domain": [("partner_id", "=", self.partner_id.id)],
        }

from odoo import fields, models


class CrmContactPressureRule(models.Model):
    """At most so many contacts in so many days, per channel or over all, by tier (ROI-1)."""

    _name = "crm.contact.pressure.rule"
    _description = "Contact pressure rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    channel_id = fields.Many2one(
        "crm.contact.channel", help="Empty: all channels together.", index="btree_not_null"
    )
    tier = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")], help="Empty: every customer."
    )
    max_contacts = fields.Integer("At most", required=True, default=1)
    window_days = fields.Integer("Within days", required=True, default=7)

    _max_contacts_positive = models.Constraint(
        "CHECK(max_contacts > 0)", "Allow at least one contact, or deny the channel instead."
    )
    _window_days_positive = models.Constraint(
        "CHECK(window_days > 0)", "The window must be at least one day."
    )

from odoo import fields, models


class CrmCallCost(models.Model):
    """What a channel costs in a time: agents by the hour, lines, fixed costs (CC-9)."""

    _name = "crm.call.cost"
    _description = "Cost of a channel"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one(
        "crm.contact.channel", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        [
            ("hour", "Agents, an hour"),
            ("line", "Lines"),
            ("fixed", "Fixed costs"),
        ],
        required=True,
        default="fixed",
        help="An hour of agents is counted for each hour signed in; the others are of the time.",
    )
    exchange_id = fields.Many2one("crm.call.exchange", ondelete="set null", index="btree_not_null")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    amount = fields.Monetary(required=True)
    contacts = fields.Integer(
        help="Customers served in that time, for channels whose contacts are not counted here."
    )

    _limits = models.Constraint(
        "CHECK(date_to >= date_from AND amount >= 0 AND contacts >= 0)",
        "A cost ends after it began and is not negative.",
    )

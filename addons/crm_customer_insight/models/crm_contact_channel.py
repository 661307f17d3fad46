from odoo import fields, models


class CrmContactChannel(models.Model):
    """A way of being in contact with a customer, with what one contact costs (CC-9, C360-2)."""

    _name = "crm.contact.channel"
    _description = "Contact channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name by which sources and rules find it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(help="Font Awesome class shown beside the channel, for example fa-phone.")
    address_kind = fields.Selection(
        [("email", "E-mail address"), ("phone", "Telephone number"), ("none", "None")],
        default="none",
        required=True,
        help="Which blacklist of Odoo applies and what a contact must have to be reachable.",
    )
    medium_id = fields.Many2one("utm.medium", "UTM medium", index="btree_not_null")
    rate_ids = fields.One2many("crm.contact.channel.rate", "channel_id", "Cost rates")

    _code_uniq = models.UniqueIndex("(code)", "A channel with this code exists already.")


class CrmContactChannelRate(models.Model):
    """What one contact through a channel costs a company from a date on (CC-9)."""

    _name = "crm.contact.channel.rate"
    _description = "Cost per contact"
    _order = "channel_id, date_from desc, id desc"

    channel_id = fields.Many2one(
        "crm.contact.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("Valid from", required=True, default="2000-01-01")
    cost = fields.Monetary("Cost per contact", required=True)

    _cost_not_negative = models.Constraint("CHECK(cost >= 0)", "A cost cannot be negative.")
    _channel_company_date_uniq = models.UniqueIndex(
        "(channel_id, company_id, date_from)", "There is a rate from this date on already."
    )

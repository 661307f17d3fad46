from odoo import api, fields, models
from odoo.tools import SQL


class CrmContactChannel(models.Model):
    """A way of being in contact with a customer, with what one contact costs (CC-9, C360-2)."""

    _name = "crm.contact.channel"
    _description = "Contact channel"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Technical name by which sources and rules find it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(help="Font Awesome class shown beside the channel, for example fa-phone.")
    medium_id = fields.Many2one(
        "utm.medium",
        "UTM medium",
        index="btree_not_null",
        help="Leads, orders and mailings of this medium count as contacts through this channel.",
    )

    # How we reach a contact through it
    is_outbound = fields.Boolean(
        "We contact customers",
        default=True,
        help="Off: customers come to us, we do not call on them.",
    )
    address_kind = fields.Selection(
        [
            ("email", "E-mail address"),
            ("phone", "Telephone number"),
            ("postal", "Postal address"),
            ("none", "None"),
        ],
        "Address needed",
        default="none",
        required=True,
        help="Which blacklist of Odoo applies and what a contact must have to be reachable.",
    )
    needs_permission = fields.Boolean(
        "Needs permission",
        default=True,
        help="On: marketing needs a granted permission. Off: it is allowed unless denied.",
    )

    # Cost
    rate_ids = fields.One2many("crm.contact.channel.rate", "channel_id", "Cost rates")
    currency_id = fields.Many2one("res.currency", compute="_compute_cost")
    cost = fields.Monetary(
        "Cost per contact",
        compute="_compute_cost",
        groups="crm_customer_insight.group_insight_analyst",
        help="Today, in the current company. Empty: no rate is recorded.",
    )
    has_cost = fields.Boolean(
        "Has a cost", compute="_compute_cost", groups="crm_customer_insight.group_insight_analyst"
    )

    _code_uniq = models.UniqueIndex("(code)", "A channel with this code exists already.")

    @api.depends("rate_ids.cost", "rate_ids.date_from", "rate_ids.company_id")
    @api.depends_context("company")
    def _compute_cost(self):
        costs = self._cost_at(self.env.company, fields.Date.context_today(self))
        self.currency_id = self.env.company.currency_id
        for channel in self:
            channel.cost = costs.get(channel._origin.id) or 0.0
            channel.has_cost = costs.get(channel._origin.id) is not None

    def _cost_at(self, company, date):
        """Cost of one contact through each channel on a day, in the company's currency (CC-9).

        :return: ``{channel id: cost}``; ``None`` where no rate is valid that day. One query.
        """
        self.env["crm.contact.channel.rate"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (channel_id) channel_id, cost
                     FROM crm_contact_channel_rate
                    WHERE channel_id = ANY(%s) AND company_id = %s AND date_from <= %s
                 ORDER BY channel_id, date_from DESC""",
                self.ids,
                company.id,
                date,
            )
        )
        return dict.fromkeys(self.ids) | {channel: float(cost) for channel, cost in rows}


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

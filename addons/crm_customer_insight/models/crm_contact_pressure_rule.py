from datetime import timedelta

from odoo import api, fields, models

from ..tools.contact_policy import PressureRule


class CrmContactPressureRule(models.Model):
    """At most so many contacts in so many days, per channel or over all, by tier (ROI-1).

    Counts what we sent or called (touches to the customer through a channel, voided ones excluded;
    paperwork such as an invoice has no channel and does not count) in a window that slides with
    the moment: seven days are 168 hours. All rules that fit apply together, so the strictest wins
    (``tools/contact_policy.py``). A rule of a company counts the contacts of that company only; a
    rule without company counts those of all companies.
    """

    _name = "crm.contact.pressure.rule"
    _description = "Contact pressure rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        # not "set null": the rule of a deleted channel must not become one for all channels
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: all channels together.",
    )
    tier = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")], help="Empty: every customer."
    )
    max_contacts = fields.Integer("At most", required=True, default=1)
    window_days = fields.Integer("Within days", required=True, default=7)

    summary = fields.Char("Rule", compute="_compute_summary")

    _max_contacts_positive = models.Constraint(
        "CHECK(max_contacts > 0)", "Allow at least one contact, or deny the channel instead."
    )
    _window_days_positive = models.Constraint(
        "CHECK(window_days > 0)", "The window must be at least one day."
    )

    @api.depends("channel_id", "tier", "max_contacts", "window_days")
    def _compute_summary(self):
        for rule in self:
            channel = rule.channel_id.name or self.env._("all channels together")
            tier = rule.tier and self.env._("tier %s", rule.tier)
            rule.summary = self.env._(
                "At most %(limit)s in %(days)s days: %(channel)s, %(tier)s",
                limit=rule.max_contacts,
                days=rule.window_days,
                channel=channel,
                tier=tier or self.env._("every customer"),
            )

    @api.model
    def _pressure_rules(self, company):
        """Active rules of a company and of all companies, as plain values. One query."""
        # sudo: the answer must not depend on which rules the asking user may read
        rules = self.sudo().search([("company_id", "in", [company.id, False])])
        return [rule._to_policy() for rule in rules]

    def _to_policy(self):
        return PressureRule(
            id=self.id,
            name=self.name,
            limit=self.max_contacts,
            window=timedelta(days=self.window_days),
            channel=self.channel_id.id or None,
            tier=self.tier or None,
            company=self.company_id.id or None,
        )

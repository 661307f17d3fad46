import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.number_plan import Plan, Rule, classify, decide

#: A beginning of a number: + and digits.
PREFIX = re.compile(r"\+[0-9]{1,15}")


class CrmCallDialRule(models.Model):
    """Who may call what, and how often: the first rule that fits decides (CC-1, CC-6).

    Emergency numbers need no rule and no rule can forbid them. What no rule fits is refused.
    Asked on the server wherever a command to an exchange is made (``crm.call.dial.check``).
    """

    _name = "crm.call.dial.rule"
    _description = "Dialing rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    exchange_ids = fields.Many2many(
        "crm.call.exchange", string="Exchanges", help="Empty: all exchanges."
    )
    decision = fields.Selection(
        [("allow", "May be called"), ("deny", "Forbidden")], required=True, default="allow"
    )
    kind_ids = fields.Many2many(
        "crm.call.dial.kind", string="Kinds of number", help="Empty: every kind."
    )
    country_ids = fields.Many2many("res.country", string="Countries", help="Empty: every country.")
    prefixes = fields.Char(
        "Numbers that begin with", help="With +, several with commas, e.g. +88, +5399."
    )
    user_ids = fields.Many2many("res.users", string="People", help="Empty: everybody.")
    group_ids = fields.Many2many("res.groups", string="Roles", help="Empty: everybody.")
    cost_class_id = fields.Many2one("crm.call.cost.class", ondelete="restrict", string="Cost class")
    per_hour = fields.Integer("A person, in an hour", help="Calls; 0: no limit.")
    per_day = fields.Integer("A person, in a day", help="Calls in 24 hours; 0: no limit.")
    all_per_hour = fields.Integer("All together, in an hour", help="Calls; 0: no limit.")
    all_per_day = fields.Integer("All together, in a day", help="Calls in 24 hours; 0: no limit.")
    note = fields.Char("Reason", translate=True, help="Shown to whoever is refused.")

    _not_negative = models.Constraint(
        "CHECK(per_hour >= 0 AND per_day >= 0 AND all_per_hour >= 0 AND all_per_day >= 0)",
        "A limit is not negative.",
    )

    @api.constrains("prefixes")
    def _check_prefixes(self):
        for rule in self:
            wrong = [one for one in rule._prefixes() if not PREFIX.fullmatch(one)]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(text)s is no beginning of a number: write + and the country code first, "
                        "e.g. +4940.",
                        text=wrong[0],
                    )
                )

    def _prefixes(self):
        return [one.replace(" ", "") for one in (self.prefixes or "").split(",") if one.strip()]

    def _as_rule(self):
        """The record as :class:`..tools.number_plan.Rule`."""
        return Rule(
            self.id,
            self.decision == "allow",
            frozenset(self.kind_ids.mapped("code")),
            frozenset(self.country_ids.mapped("code")),
            tuple(self._prefixes()),
            self.per_hour,
            self.per_day,
            self.all_per_hour,
            self.all_per_day,
        )

    @api.model
    def _of(self, exchange):
        """The rules of an exchange, in their order."""
        found = self.search([("company_id", "in", (False, exchange.company_id.id))])
        return found.filtered(lambda rule: not rule.exchange_ids or exchange in rule.exchange_ids)

    def _for(self, user):
        """Those of these rules that speak of this person."""
        groups = user.all_group_ids
        return self.filtered(
            lambda rule: (
                not (rule.user_ids or rule.group_ids)
                or user in rule.user_ids
                or rule.group_ids & groups
            )
        )

    @api.model
    def _plan(self, exchange):
        """How numbers are dialed on an exchange: :class:`..tools.number_plan.Plan`."""
        agents = self.env["crm.call.agent"].search([("exchange_id", "=", exchange.id)])
        extra = filter(None, map(str.strip, (exchange.emergency_numbers or "").split(",")))
        return Plan(
            region=exchange.country_id.code or exchange.company_id.country_id.code or "",
            outside=exchange.outside_prefix or "",
            extension_digits=exchange.extension_digits,
            extensions=frozenset(agents.mapped("extension")),
            emergency=frozenset(extra),
        )

    @api.model
    def _verdict(self, exchange, text, user):
        """Whether somebody may dial a text now: :class:`..tools.number_plan.Decision`."""
        # sudo: whoever dials need not read the rules that are asked about him
        rules = self.sudo()._of(exchange)
        used = self.env["crm.call.command"]._dial_used(exchange, rules, user)
        number = classify(text, self.sudo()._plan(exchange.sudo()))
        return decide(number, [rule._as_rule() for rule in rules._for(user)], used)

    @api.model
    def _reason(self, verdict):
        """Why it was refused, for the person who dialed."""
        rule = self.sudo().browse(verdict.rule or ())  # sudo: its name is his answer
        texts = {
            "invalid": self.env._("This is no number that can be dialed."),
            "no_rule": self.env._("No dialing rule lets you call this number."),
            "denied": rule.note or self.env._("Forbidden by the rule “%s”.", rule.name),
        }
        limit = self.env._("Limit of %(limit)s calls reached (rule “%(rule)s”).",
                           limit=verdict.limit, rule=rule.name)  # fmt: skip
        return texts.get(verdict.why, limit)

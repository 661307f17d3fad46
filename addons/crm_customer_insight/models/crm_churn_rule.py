from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import churn
from .crm_customer_snapshot import TIERS

#: Tiers that a rule is looked up for; customers without a tier have that of all tiers.
RATED = ("", "A", "B", "C", "D")


class CrmChurnRule(models.Model):
    """When customers of a company and tier count as at risk, lost and won back (ROI-3).

    The rule that names company and tier counts before the one of the company for all tiers, then
    that of all companies for the tier, then that of all. Without any the defaults below apply:
    lost after the days of the value rules, at risk after half of them, own rhythm where a customer
    has one.
    """

    _name = "crm.churn.rule"
    _description = "Churn rule"
    _order = "company_id nulls first, tier nulls first, id"

    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: consolidated figures, and companies without rules of their own.",
    )
    tier = fields.Selection(
        TIERS, help="Tier at the last purchase. Empty: all tiers without a rule of their own."
    )
    active = fields.Boolean(default=True)

    count_by = fields.Selection(
        [
            ("rhythm", "Own rhythm, days without one"),
            ("days", "Days"),
            ("first", "Days or own rhythm, whichever comes first"),
            ("last", "Days or own rhythm, whichever comes later"),
        ],
        "Silence counts by",
        default="rhythm",
        required=True,
        help="A weekly buyer is missed after weeks, a yearly one after years: his own rhythm is "
        "the mean number of days between his purchases.",
    )
    at_risk_days = fields.Integer(
        "At risk after (days)",
        default=180,
        required=True,
        help="Silent for longer than this since the last purchase.",
    )
    lost_days = fields.Integer("Lost after (days)", default=365, required=True)
    risk_factor = fields.Float(
        "At risk after (× rhythm)",
        default=2.0,
        required=True,
        help="Silent for longer than so many times his usual gap between purchases.",
    )
    lost_factor = fields.Float("Lost after (× rhythm)", default=3.0, required=True)
    rhythm_purchases = fields.Integer(
        "Purchases that make a rhythm",
        default=4,
        required=True,
        help="Different days of purchase from which on a customer has a rhythm of his own.",
    )
    risk_floor_days = fields.Integer(
        "Never at risk before (days)",
        default=30,
        required=True,
        help="Limits by rhythm are not shorter, however often somebody buys.",
    )
    lost_floor_days = fields.Integer("Never lost before (days)", default=60, required=True)
    grace_days = fields.Integer(
        "Grace after a contract (days)",
        default=30,
        required=True,
        help="A contract that ended without renewal loses its customer after these days.",
    )
    warning_days = fields.Integer(
        "Warning before a contract ends (days)",
        default=60,
        required=True,
        help="At risk so long before the end of a contract that does not renew itself.",
    )
    usage_drop = fields.Float(
        "Usage fell by",
        default=0.5,
        required=True,
        help="At risk when the last reading of a contract is below the mean of the earlier ones by "
        "this share. Three earlier readings at least.",
    )
    won_back_days = fields.Integer(
        "Won back for (days)",
        default=180,
        required=True,
        help="Shown as won back so long after his return.",
    )
    reason_days = fields.Integer(
        "Reasons from (days)",
        default=90,
        required=True,
        help="What was recorded so long before the last business, or since, counts as reason of a "
        "loss.",
    )

    _scope_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), COALESCE(tier, '')) WHERE active",
        "There is a churn rule for this company and tier already.",
    )
    _days_ascend = models.Constraint(
        "CHECK(0 < at_risk_days AND at_risk_days < lost_days AND lost_days > 31)",
        "At risk comes before lost, and a silence of less than a month is not a loss.",
    )
    _factors_ascend = models.Constraint(
        "CHECK(0 < risk_factor AND risk_factor < lost_factor)",
        "At risk comes before lost: its factor must be smaller.",
    )
    _floors_ascend = models.Constraint(
        "CHECK(0 < risk_floor_days AND risk_floor_days < lost_floor_days AND lost_floor_days > 31)",
        "At risk comes before lost, and a silence of less than a month is not a loss.",
    )
    _counts_positive = models.Constraint(
        "CHECK(rhythm_purchases >= 2 AND grace_days >= 0 AND warning_days >= 0"
        " AND won_back_days >= 0 AND reason_days >= 0)",
        "Two purchases at least make a rhythm, and days are not negative.",
    )
    _usage_is_share = models.Constraint(
        "CHECK(usage_drop > 0 AND usage_drop <= 1)",
        "The fall of usage is a share between 0 and 100 %.",
    )

    @api.depends("company_id", "tier")
    def _compute_display_name(self):
        for rule in self:
            company = rule.company_id.name or self.env._("All companies")
            tier = self.env._("tier %(tier)s", tier=rule.tier) if rule.tier else ""
            rule.display_name = ", ".join(filter(None, (company, tier)))

    def action_propose(self):
        """Set the days from the gaps between the purchases of all customers of the company.

        At risk: nine of ten gaps are shorter; lost: 49 of 50. A year of a grocer needs other
        limits than twenty years of machines.

        :raises UserError: with fewer than 100 gaps
        """
        self.check_access("write")
        for rule in self:
            # sudo: the gaps are read from invoices that an administrator of insight may not see
            at_risk, lost = rule.sudo()._gap_limits()
            rule.write({"at_risk_days": at_risk, "lost_days": lost})

    def _gap_limits(self):
        companies = self.company_id or self.env["res.company"].search([("active", "=", True)])
        date = self.env["crm.customer.snapshot"]._data_date()
        number, at_risk, lost = churn.gap_limits(self.env, tuple(companies.ids), date)
        if number < 100:
            raise UserError(
                self.env._(
                    "%(number)s gaps between purchases are too few; a hundred make a proposal.",
                    number=number,
                )
            )
        at_risk = max(7, round(at_risk))
        return at_risk, max(32, at_risk + 1, round(lost))

    @api.model
    def _for_companies(self, companies):
        """``{(company id or 0, tier or ""): rule}``; a record never stored where none was set."""
        # sudo: figures are computed for all companies by their own rules, whoever asks
        rules = self.sudo().search([("active", "=", True)])
        stored = {(rule.company_id.id or 0, rule.tier or ""): rule for rule in rules}
        settings = self.env["crm.value.setting"]._for_companies(companies)
        return {
            (company, tier): stored.get((company, tier))
            or stored.get((company, ""))
            or stored.get((0, tier))
            or stored.get((0, ""))
            or self._default_rule(settings[company].lost_days)
            for company in settings
            for tier in RATED
        }

    @api.model
    def _default_rule(self, lost_days):
        """The defaults: lost after the days of the value rules, at risk after half of them."""
        return self.new({"lost_days": lost_days, "at_risk_days": lost_days // 2})

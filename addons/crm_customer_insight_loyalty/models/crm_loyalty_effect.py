from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.crm_customer_snapshot import TIERS
from odoo.addons.crm_customer_insight.models.report_fields import OptionalFloat, OptionalMonetary
from odoo.addons.crm_customer_insight.tools.analysis import NotEnoughDataError
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import loyalty_effect

KEEP_MONTHS = 24
#: Members with comparable customers that a figure of the page needs at least.
LEAST = 20
FREQUENCIES = [
    ("once", "1 day of purchase"),
    ("few", "2 to 3"),
    ("several", "4 to 6"),
    ("often", "7 and more"),
]


class CrmLoyaltyEffect(models.Model):
    """A member of a loyalty program before and after he joined, beside comparable customers
    (C360-8). Definitions in :mod:`..report.loyalty_effect`.
    """

    _name = "crm.loyalty.effect"
    _description = "Effect of loyalty programs"
    _order = "cohort desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(merge="recompute", erase="delete")

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    joined = fields.Date(readonly=True, help="First card or first points.")
    cohort = fields.Date("Joined in", readonly=True, help="First day of that month.")
    tier = fields.Selection(TIERS, "Tier before", readonly=True)
    frequency = fields.Selection(FREQUENCIES, "Bought before", readonly=True)
    other_count = fields.Integer(
        "Comparable customers",
        readonly=True,
        aggregator="avg",
        help="Without a card; same tier and as many days of purchase in the six months before.",
    )
    repeat_before = OptionalFloat("Bought again before", readonly=True, aggregator="avg")
    repeat_after = OptionalFloat("Bought again after", readonly=True, aggregator="avg")
    gap_before = OptionalFloat("Days between purchases before", readonly=True, aggregator="avg")
    gap_after = OptionalFloat("Days between purchases after", readonly=True, aggregator="avg")
    revenue_before = OptionalMonetary("Revenue before", readonly=True, aggregator="avg")
    revenue_after = OptionalMonetary("Revenue after", readonly=True, aggregator="avg")
    other_repeat_before = OptionalFloat("Others again before", readonly=True, aggregator="avg")
    other_repeat_after = OptionalFloat("Others again after", readonly=True, aggregator="avg")
    other_gap_before = OptionalFloat("Others' days before", readonly=True, aggregator="avg")
    other_gap_after = OptionalFloat("Others' days after", readonly=True, aggregator="avg")
    other_revenue_before = OptionalMonetary(
        "Others' revenue before", readonly=True, aggregator="avg"
    )
    other_revenue_after = OptionalMonetary("Others' revenue after", readonly=True, aggregator="avg")
    repeat_effect = OptionalFloat(
        "Effect on repeat purchase",
        readonly=True,
        aggregator="avg",
        help="Change of the member less the mean change of comparable customers.",
    )
    gap_effect = OptionalFloat(
        "Effect on days between purchases", readonly=True, aggregator="avg", help="Less is better."
    )
    revenue_effect = OptionalMonetary("Effect on revenue", readonly=True, aggregator="avg")

    _member_uniq = models.UniqueIndex("(partner_id, company_id, month)")

    def action_open_customer(self):
        """Open the member's 360 view."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_360()

    @api.model
    @api.readonly
    def get_loyalty_effect(self):
        """The page: means over the members with comparable customers whom the viewer may see.

        :return: ``date``, ``members``, ``least``, ``currency_id``, ``domain`` and ``figures``:
            ``code``, ``count`` and, from *least* members on, ``before``, ``after``,
            ``other_before``, ``other_after`` and ``effect``; otherwise None
        """
        self.check_access("read")
        domain = Domain("is_current", "=", True) & Domain("company_id", "=", self.env.company.id)
        [[members, date]] = self._read_group(domain, [], ["__count", "date:max"])
        return {
            "date": fields.Date.to_string(date) if date else "",
            "members": members,
            "least": LEAST,
            "currency_id": self.env.company.currency_id.id,
            "figures": [self._effect_figure(domain, code) for code in loyalty_effect.MEASURES],
        }

    @api.model
    def _effect_figure(self, domain, code):
        compared = domain & Domain(f"{code}_effect", "!=", False)
        names = {
            "before": f"{code}_before",
            "after": f"{code}_after",
            "other_before": f"other_{code}_before",
            "other_after": f"other_{code}_after",
            "effect": f"{code}_effect",
        }
        aggregates = ["__count", *(f"{name}:avg" for name in names.values())]
        [[count, *means]] = self._read_group(compared, [], aggregates)
        known = count >= LEAST
        figures = dict(zip(names, means if known else [None] * len(names), strict=True))
        return {"code": code, "count": count, "domain": list(compared), **figures}

    @api.model
    def _recalculate(self, run):
        """Compare the members of all companies with comparable customers."""
        date = self.env["crm.customer.snapshot"]._data_date()
        # sudo: figures are computed for all companies, whoever asks
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        run._tell(0, 1, self.env._("Comparing members with other customers"))
        written = loyalty_effect.fill(self.env, tuple(companies.ids), date)
        before = date.replace(day=1) - relativedelta(months=KEEP_MONTHS)
        self.env.cr.execute(SQL("DELETE FROM crm_loyalty_effect WHERE month < %s", before))
        self.env.invalidate_all()
        if not written:
            raise NotEnoughDataError(
                self.env._(
                    "No customer who had bought before joined a loyalty program seven months ago "
                    "or earlier."
                )
            )
        return written

from odoo import api, fields, models

from ..report import contact_plan
from ..tools.analysis import NotEnoughDataError
from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one
from .crm_customer_snapshot import TIERS
from .day_format import format_day


class CrmContactPlan(models.Model):
    """Whom to contact when: one row per customer and company, written at night (C360-4).

    The next contact is the last one plus the shorter of the interval of the customer's tier and
    his own rhythm; see ``tools/contact_plan.py``.
    """

    _name = "crm.contact.plan"
    _description = "Contact plan"
    _order = "next_date, id"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best", key=("company_id",), order="next_date", erase="keep"
    )

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = BareMany2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone")
    tier = fields.Selection(TIERS, readonly=True)
    date = fields.Date("Data date", required=True, readonly=True)
    last_contact = fields.Date(
        "Last contact",
        readonly=True,
        help="Latest mail, meeting, activity done, call or visit, in two years.",
    )
    contact_days = fields.Integer(
        "Days with a contact", readonly=True, aggregator=None, help="In two years."
    )
    rhythm_days = fields.Float(
        "Own rhythm (days)",
        readonly=True,
        aggregator="avg",
        help="(last − first contact) ÷ (days with a contact − 1); empty below four of them.",
    )
    tier_days = fields.Integer(
        "Interval of the tier (days)", readonly=True, aggregator=None, help="By the value rules."
    )
    next_date = fields.Date(
        "Next contact",
        readonly=True,
        help="Last contact + the shorter of the tier's interval and the own rhythm; "
        "on the data date for those never contacted whose tier has an interval.",
    )
    basis = fields.Selection(
        [
            ("tier", "Interval of the tier"),
            ("rhythm", "Own rhythm"),
            ("never", "Never contacted"),
            ("none", "No rule"),
        ],
        "Decided by",
        readonly=True,
    )
    explanation = fields.Char("Why", compute="_compute_explanation")

    _partner_company_uniq = models.UniqueIndex("(partner_id, company_id)")
    _company_next_idx = models.Index("(company_id, next_date) WHERE next_date IS NOT NULL")

    @api.depends("basis", "last_contact", "rhythm_days", "tier_days")
    def _compute_explanation(self):
        for plan in self:
            plan.explanation = plan._explain()

    def _explain(self):
        tier = self.tier or "–"
        match self.basis:
            case "tier":
                return self.env._(
                    "Tier %(tier)s: every %(days)s days, the last contact was on %(last)s.",
                    tier=tier,
                    days=self.tier_days,
                    last=format_day(self.env, self.last_contact),
                )
            case "rhythm":
                return self.env._(
                    "Usually every %(days)s days, the last contact was on %(last)s.",
                    days=max(round(self.rhythm_days), 1),
                    last=format_day(self.env, self.last_contact),
                )
            case "never":
                return self.env._("Tier %(tier)s, and no contact is known.", tier=tier)
        return self.env._("No interval for the tier, and too few contacts for a rhythm.")

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    @api.model
    def _recalculate(self, run):
        """Plan for every customer with figures, all companies in one statement; rows written.

        :raises NotEnoughDataError: there are no value figures yet
        """
        self.env.flush_all()
        today = self.env["crm.customer.snapshot"]._data_date()
        known = self.env["crm.customer.snapshot"].search_count([("is_current", "=", True)], limit=1)
        if not known:
            raise NotEnoughDataError(
                self.env._("There are no value figures yet: refresh the value dashboard first.")
            )
        companies = self.env["res.company"].search([("active", "=", True)])
        settings = self.env["crm.value.setting"]._for_companies(companies)
        run._tell(1, 2, self.env._("Contacts of two years"))
        rules = [settings[company.id]._contact_rule(company) for company in companies]
        written = contact_plan.fill(self.env, rules, today)
        self.invalidate_model()
        return written

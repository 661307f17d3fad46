from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmCampaignHours(models.Model):
    """Hours that staff worked for a campaign: cost by the rate of the hour (ROI-2)."""

    _name = "crm.campaign.hours"
    _description = "Hours for a campaign"
    _order = "date desc, id desc"
    _rec_name = "name"

    name = fields.Char("What was done")
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="restrict", index=True)
    user_id = fields.Many2one(
        "res.users", "Employee", required=True, default=lambda self: self.env.user, index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True)
    rate = fields.Monetary(
        "Cost per hour",
        compute="_compute_rate",
        store=True,
        readonly=False,
        precompute=True,
        help="The rate of the employee's last hours, unless another is entered.",
    )
    amount = fields.Monetary("Cost", compute="_compute_amount", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _hours_positive = models.Constraint("CHECK(hours > 0)", "Hours are more than zero.")
    _rate_not_negative = models.Constraint("CHECK(rate >= 0)", "A rate cannot be negative.")

    @api.depends("user_id", "company_id")
    def _compute_rate(self):
        """The last rate of each employee in the company, one query.

        Another employee brings his own rate; what was entered for the one before goes.
        """
        last = self._last_rates()
        for hours in self:
            hours.rate = last.get((hours.user_id.id, hours.company_id.id), 0.0)

    def _last_rates(self):
        """``{(employee, company): rate}`` of their last other hours, whoever entered them."""
        self.flush_model(["user_id", "company_id", "date", "rate"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (user_id, company_id) user_id, company_id, rate
                FROM crm_campaign_hours
                WHERE user_id = ANY(%s) AND company_id = ANY(%s) AND id <> ALL(%s::integer[])
                ORDER BY user_id, company_id, date DESC, id DESC
                """,
                self.user_id.ids,
                self.company_id.ids,
                self._origin.ids,
            )
        )
        return {(user, company): rate for user, company, rate in rows}

    @api.depends("hours", "rate", "company_id")
    def _compute_amount(self):
        for hours in self:
            amount = hours.hours * hours.rate
            hours.amount = hours.currency_id.round(amount) if hours.currency_id else amount

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        rows._fill_costs(rows.campaign_id)
        return rows

    def write(self, vals):
        self._check_open()
        before = self.campaign_id
        result = super().write(vals)
        self._check_open()
        self._fill_costs(before | self.campaign_id)
        return result

    def unlink(self):
        self._check_open()
        campaigns = self.campaign_id
        result = super().unlink()
        self._fill_costs(campaigns)
        return result

    def _check_open(self):
        if closed := self.campaign_id.filtered(lambda campaign: campaign.phase == "settled")[:1]:
            raise UserError(self.env._("%s is settled: its costs stay as they are.", closed.title))

    def _fill_costs(self, campaigns):
        # sudo: rows that follow documents are written by no user
        self.env["crm.campaign.cost"].sudo()._fill(campaigns, ("hours",))

from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import SQL


class CrmValueSetting(models.Model):
    """How a company rates its customers: window, scores, tiers and life cycle (ROI-3, ROI-5).

    The record without a company holds for consolidated figures and for companies without a record
    of their own. Nothing needs to be set: the defaults below apply without any record.
    """

    _name = "crm.value.setting"
    _inherit = [
        "crm.association.setting.mixin",
        "crm.reminder.setting.mixin",
        "crm.lifetime.setting.mixin",
    ]
    _description = "Value rules"
    _order = "company_id nulls first, id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: consolidated figures, and companies without rules of their own.",
    )
    window_months = fields.Integer(
        "Value window (months)",
        default=12,
        required=True,
        help="Value covers this many calendar months, the month of the data date included.",
    )
    history_months = fields.Integer(
        "History (months)",
        default=12,
        required=True,
        help="How many past months the first refresh computes.",
    )
    costs_recorded_since = fields.Date(
        "Costs recorded since",
        help="Costs on order lines created from this day on count as recorded when sold. Empty: "
        "since margins were installed; that installation wrote the cost of its day on every "
        "earlier line.",
    )

    # RFM
    rfm_mode = fields.Selection(
        [("quintile", "Fifths of the customers"), ("band", "Fixed limits")],
        "Scores by",
        default="quintile",
        required=True,
        help="Fifths: score = 1 + the number of whole fifths of active customers who are strictly "
        "worse; equal customers share a score. Fixed limits: the bands below.",
    )
    r_days_5 = fields.Integer("Recency 5 up to days", default=30)
    r_days_4 = fields.Integer("Recency 4 up to days", default=60)
    r_days_3 = fields.Integer("Recency 3 up to days", default=120)
    r_days_2 = fields.Integer("Recency 2 up to days", default=240)
    f_count_5 = fields.Integer("Frequency 5 from purchases", default=12)
    f_count_4 = fields.Integer("Frequency 4 from purchases", default=6)
    f_count_3 = fields.Integer("Frequency 3 from purchases", default=3)
    f_count_2 = fields.Integer("Frequency 2 from purchases", default=2)
    m_amount_5 = fields.Float("Monetary 5 from revenue", default=10000)
    m_amount_4 = fields.Float("Monetary 4 from revenue", default=5000)
    m_amount_3 = fields.Float("Monetary 3 from revenue", default=1000)
    m_amount_2 = fields.Float("Monetary 2 from revenue", default=250)

    # Tiers
    tier_basis = fields.Selection(
        [("profit", "Profit"), ("revenue", "Revenue")], "Tiers by", default="profit", required=True
    )
    tier_a_share = fields.Float(
        "A up to",
        default=0.5,
        help="A: the best customers who together bring this share of the positive total.",
    )
    tier_b_share = fields.Float("B up to", default=0.8, help="Cumulative share, A included.")
    tier_c_share = fields.Float(
        "C up to", default=0.95, help="Cumulative share; all others and those without gain are D."
    )

    # Life cycle
    new_days = fields.Integer(
        "New for (days)", default=90, help="First purchase at most this long ago."
    )
    lost_days = fields.Integer(
        "Lost after (days)", default=365, help="Lost when the last purchase is longer ago."
    )
    won_back_days = fields.Integer(
        "Won back for (days)",
        default=180,
        help="Bought again at most this long ago after having been lost.",
    )
    change_rate = fields.Float(
        "Change that counts",
        default=0.2,
        help="Growing or declining: revenue differs from the window before by at least this share.",
    )
    active_days = fields.Integer(
        "Active for (days)", default=90, help="Cooperation is active up to this silence."
    )
    ended_days = fields.Integer(
        "Ended after (days)", default=365, help="Cooperation has ended after a longer silence."
    )
    needs_recompute = fields.Boolean("To be recomputed", readonly=True, copy=False)

    _company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0))", "There are value rules for this company already."
    )
    _window_positive = models.Constraint(
        "CHECK(window_months BETWEEN 1 AND 120)", "The window must be 1 to 120 months."
    )
    _history_not_negative = models.Constraint(
        "CHECK(history_months BETWEEN 0 AND 120)", "The history must be 0 to 120 months."
    )
    _recency_bands_ascend = models.Constraint(
        "CHECK(0 <= r_days_5 AND r_days_5 < r_days_4"
        " AND r_days_4 < r_days_3 AND r_days_3 < r_days_2)",
        "Recency limits must grow from score 5 to score 2.",
    )
    _frequency_bands_descend = models.Constraint(
        "CHECK(f_count_5 > f_count_4 AND f_count_4 > f_count_3"
        " AND f_count_3 > f_count_2 AND f_count_2 > 0)",
        "Frequency limits must fall from score 5 to score 2.",
    )
    _monetary_bands_descend = models.Constraint(
        "CHECK(m_amount_5 > m_amount_4 AND m_amount_4 > m_amount_3 AND m_amount_3 > m_amount_2)",
        "Revenue limits must fall from score 5 to score 2.",
    )
    _tier_shares_ascend = models.Constraint(
        "CHECK(0 < tier_a_share AND tier_a_share < tier_b_share"
        " AND tier_b_share < tier_c_share AND tier_c_share <= 1)",
        "Tier shares must grow from A to C and stay within 100 %.",
    )
    _days_positive = models.Constraint(
        "CHECK(new_days > 0 AND won_back_days > 0 AND active_days > 0 AND change_rate >= 0)",
        "Days must be positive and the change not negative.",
    )
    _lost_days_over_a_month = models.Constraint(
        "CHECK(lost_days > 31)", "A silence shorter than a month cannot mean that he is lost."
    )
    _ended_after_active = models.Constraint(
        "CHECK(ended_days > active_days)", "Cooperation cannot end before it becomes dormant."
    )

    @api.depends("company_id")
    def _compute_display_name(self):
        for setting in self:
            setting.display_name = setting.company_id.name or self.env._("All companies")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "needs_recompute": True} for vals in vals_list])

    def write(self, vals):
        if set(vals) - {"needs_recompute"}:
            vals = {**vals, "needs_recompute": True}
        return super().write(vals)

    def action_recompute(self):
        """Compute all figures again by these rules; closed months stay as they were closed.

        :raises AccessError: for everybody who may not change the rules
        """
        self.check_access("write")
        return self.env["crm.customer.snapshot"].action_refresh(full=True)

    @api.model
    def _for_companies(self, companies):
        """Return ``{company id: setting}`` with 0 for consolidated figures; never stored ones if
        none was set: then a record with the defaults."""
        # sudo: figures are computed for all companies by their own rules, whoever asks
        stored = {setting.company_id.id or 0: setting for setting in self.sudo().search([])}
        shared = stored.get(0) or self.new()
        return {0: shared, **{company.id: stored.get(company.id, shared) for company in companies}}

    @api.model
    def _costs_recorded_since(self):
        """Return ``({company id: moment}, moment of the others)``."""
        # sudo: figures are computed for all companies by their own rules, whoever asks
        stored = self.sudo().search([("costs_recorded_since", "!=", False)])
        moments = {
            setting.company_id.id: datetime.combine(setting.costs_recorded_since, time.min)
            for setting in stored
        }
        otherwise = moments.pop(False, None) or self._margin_installed_on()
        return moments, otherwise

    @api.model
    def _margin_installed_on(self):
        """When the cost column of order lines came into being (its field's technical record)."""
        rows = self.env.execute_query(
            SQL(
                """SELECT create_date FROM ir_model_data
                WHERE module = 'sale_margin' AND name = 'field_sale_order_line__purchase_price'"""
            )
        )
        return rows[0][0] if rows else datetime.min

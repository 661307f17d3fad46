from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean


class CrmCampaignDemandAccuracy(models.Model):
    """Forecast against actual of the weeks that are over (ROI-4).

    Error = expected − sold. Rates of many rows are ratios of their sums, and empty when nothing was
    sold; "within" is the share of cells whose actual lay in the range, good at about 80 %.
    """

    _name = "crm.campaign.demand.accuracy"
    _description = "Forecast and actual of campaigns"
    _auto = False
    _order = "week desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "crm.campaign.demand": [
            "campaign_id", "company_id", "expected", "high", "low", "planned_quantity",
            "product_id", "sold_quantity", "state", "week",
        ],
        "utm.campaign": ["kind_id"],
    }  # fmt: skip

    #: name: (what is summed, by what it is divided), of the rows
    _RATIOS = {
        "error_rate": ("absolute_error", "actual"),
        "bias_rate": ("error", "actual"),
        "within_rate": ("within", "cells"),
    }

    demand_id = fields.Many2one("crm.campaign.demand", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    kind_id = fields.Many2one("crm.campaign.kind", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product category", readonly=True)
    week = fields.Date(readonly=True)
    low = fields.Float(readonly=True)
    expected = fields.Float("Forecast", readonly=True)
    high = fields.Float(readonly=True)
    planned = fields.Float(readonly=True, help="What the planner took over.")
    actual = fields.Float(readonly=True, help="Ordered in this week, less what came back.")
    error = fields.Float(readonly=True, help="Forecast − actual; its mean is the bias.")
    absolute_error = fields.Float("Absolute error", readonly=True)
    within = fields.Integer("Within the range", readonly=True)
    cells = fields.Integer("Forecasts", readonly=True)
    error_rate = Mean("Error (%)",
        help="Sum of the errors without sign ÷ actual; empty when nothing was sold.")  # fmt: skip
    bias_rate = Mean("Bias (%)",
        help="Sum of the errors ÷ actual: above 0 too much was expected.")  # fmt: skip
    within_rate = Mean("Within the range (%)", help="Good at about 80 %.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT x.*, 100 * x.absolute_error / NULLIF(x.actual, 0) AS error_rate,
                100 * x.error / NULLIF(x.actual, 0) AS bias_rate, 100.0 * x.within AS within_rate
            FROM (
                SELECT d.id, d.id AS demand_id, d.campaign_id, c.kind_id, d.company_id,
                    d.product_id, pt.categ_id, d.week, d.low, d.expected, d.high,
                    CASE WHEN d.state IN ('accepted', 'changed') THEN d.planned_quantity END
                        AS planned,
                    COALESCE(d.sold_quantity, 0) AS actual,
                    d.expected - COALESCE(d.sold_quantity, 0) AS error,
                    ABS(d.expected - COALESCE(d.sold_quantity, 0)) AS absolute_error,
                    (COALESCE(d.sold_quantity, 0) BETWEEN d.low AND d.high)::integer AS within,
                    1 AS cells%s
                FROM crm_campaign_demand d
                JOIN utm_campaign c ON c.id = d.campaign_id
                JOIN product_product pp ON pp.id = d.product_id
                JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE d.state <> 'withdrawn' AND d.week + 7 <= %s
            ) x
            """,
            self._place_column(),
            fields.Date.context_today(self),
        )

    def _place_column(self):
        """More columns of the demand *d* (SQL); extended by addons."""
        return SQL()

    def _read_group_select(self, aggregate_spec, query):
        name = aggregate_spec.split(":")[0]
        if name not in self._RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        above, below = (self._field_to_sql(self._table, part, query) for part in self._RATIOS[name])
        return SQL("100 * SUM(%s)::float / NULLIF(SUM(%s), 0)", above, below)

    def action_open_sales(self):
        """The sales behind the actual."""
        self.ensure_one()
        return self.demand_id.action_open_sales()

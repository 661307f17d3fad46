from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean, sums

#: Below this exposure a rate says more about chance than about the model.
MIN_ASSET_MONTHS = 12
#: A time *between* failures needs two of them.
MIN_FAILURES = 2

LIFE_YEARS = [
    ("0", "First year"),
    ("1", "Second year"),
    ("2", "Third year"),
    ("3", "Fourth year"),
    ("4", "Fifth year"),
    ("5", "Sixth year and later"),
]


class CrmServiceAssetReport(models.Model):
    """Failures per model and age (SVC-L3, for SVC-L5): one row per asset and month of its life.

    Month *k* of an asset (0 is the first) lies between *k* and *k* + 1 months after its start; the
    exposure is the share of that month which it lived, so that sums are asset-months. Failures are
    requests of nature fault that were received in that month and not cancelled.

    - failure rate = 100 × failures ÷ asset-months, unknown below 12 asset-months
    - mean time between failures = asset-months ÷ failures, unknown with fewer than 2 failures
    """

    _name = "crm.service.asset.report"
    _description = "Failures of assets"
    _auto = False
    _order = "product_id, age_months"
    _rec_name = "product_id"
    _depends = {
        "crm.customer.asset": [
            "product_id",
            "category_id",
            "maker_id",
            "commercial_partner_id",
            "company_id",
            "start_on",
            "out_on",
            "active",
        ],
        "crm.service.request": ["asset_id", "nature", "state", "date_open", "active"],
    }

    asset_id = fields.Many2one("crm.customer.asset", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    category_id = fields.Many2one("product.category", readonly=True)
    maker_id = fields.Many2one("crm.service.maker", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    age_months = fields.Integer("Age (months)", readonly=True, aggregator=None)
    age_years = fields.Integer("Age (years)", readonly=True, aggregator=None)
    life_year = fields.Selection(LIFE_YEARS, "Year of life", readonly=True)
    month = fields.Date(readonly=True, help="First day of this month of its life.")
    asset_count = fields.Integer(
        "Assets", readonly=True, aggregator="sum", help="Assets that reached this age, counted once"
        " per month of their life."
    )  # fmt: skip
    asset_months = fields.Float("Asset-months", readonly=True, digits=(16, 2))
    failures = fields.Integer(readonly=True)
    failure_rate = Mean(
        "Failures per 100 asset-months",
        digits=(16, 2),
        help="100 × failures ÷ asset-months; empty below 12 asset-months.",
    )
    mtbf_months = Mean(
        "Months between failures",
        digits=(16, 1),
        help="Asset-months ÷ failures; empty with fewer than 2 failures.",
    )

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            WITH life AS (
                SELECT a.id AS asset_id, a.product_id, a.category_id, a.maker_id,
                       a.commercial_partner_id AS customer_id, a.company_id, a.start_on,
                       LEAST(COALESCE(a.out_on, %(today)s), %(today)s) AS end_on
                  FROM crm_customer_asset a
                 WHERE a.start_on IS NOT NULL AND a.active
            ), lived AS (
                SELECT l.*, k.k AS age_months,
                       (l.start_on + make_interval(months => k.k))::date AS month,
                       (l.start_on + make_interval(months => k.k + 1))::date AS month_end
                  FROM life l
                 CROSS JOIN LATERAL generate_series(0, %(months)s) AS k(k)
                 WHERE l.end_on > l.start_on
            ), failed AS (%(failures)s)
            SELECT v.asset_id::bigint * 1200 + v.age_months AS id, v.asset_id, v.product_id,
                   v.category_id, v.maker_id, v.customer_id, v.company_id, v.age_months,
                   v.age_months / 12 AS age_years,
                   LEAST(v.age_months / 12, 5)::text AS life_year, v.month, 1 AS asset_count,
                   (LEAST(v.end_on, v.month_end) - v.month)::float
                       / (v.month_end - v.month) AS asset_months,
                   COALESCE(f.failures, 0) AS failures,
                   NULL::float AS failure_rate, NULL::float AS mtbf_months
              FROM lived v
              LEFT JOIN failed f ON f.asset_id = v.asset_id AND f.age_months = v.age_months
             WHERE v.month < v.end_on
            """,
            today=fields.Date.context_today(self),
            months=self._whole_months(SQL("l.start_on"), SQL("l.end_on")),
            failures=self._failures(),
        )

    @staticmethod
    def _whole_months(start, end):
        """Whole months from *start* to *end*; the same counting as ``tools.warranty``."""
        count = SQL(
            "((EXTRACT(year FROM %(end)s) - EXTRACT(year FROM %(start)s)) * 12"
            " + EXTRACT(month FROM %(end)s) - EXTRACT(month FROM %(start)s))::integer",
            start=start,
            end=end,
        )
        return SQL(
            "(%(count)s - CASE WHEN (%(start)s + make_interval(months => %(count)s))::date"
            " > %(end)s THEN 1 ELSE 0 END)",
            count=count,
            start=start,
            end=end,
        )

    def _failures(self):
        """Failures per asset and month of its life, one per request."""
        return SQL(
            """
            SELECT l.asset_id, %(months)s AS age_months, COUNT(*) AS failures
              FROM life l
              JOIN crm_service_request r ON r.asset_id = l.asset_id
             WHERE r.nature = 'fault' AND r.state <> 'cancelled' AND r.active
               AND r.date_open::date >= l.start_on AND r.date_open::date < l.end_on
             GROUP BY 1, 2
            """,
            months=self._whole_months(SQL("l.start_on"), SQL("r.date_open::date")),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Rates are ratios of sums, and unknown when there is not enough behind them."""
        if aggregate_spec not in ("failure_rate:avg", "mtbf_months:avg"):
            return super()._read_group_select(aggregate_spec, query)
        summed = sums(self, query, "failures", "asset_months")
        if aggregate_spec == "failure_rate:avg":
            return SQL(
                "CASE WHEN %(asset_months)s >= %(least)s"
                " THEN 100.0 * %(failures)s / %(asset_months)s END",
                least=MIN_ASSET_MONTHS,
                **summed,
            )
        return SQL(
            "CASE WHEN %(failures)s >= %(least)s THEN %(asset_months)s / %(failures)s END",
            least=MIN_FAILURES,
            **summed,
        )

    def action_open_failures(self):
        """The faults behind this row."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Failures"),
            "res_model": "crm.service.request",
            "view_mode": "list,form",
            "domain": [("asset_id", "in", self.asset_id.ids), ("nature", "=", "fault")],
        }

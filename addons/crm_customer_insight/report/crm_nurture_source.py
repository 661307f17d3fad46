from odoo import fields, models
from odoo.tools import SQL

from . import crm_nurture_report
from .crm_nurture_report import KINDS

ANALYST = "crm_customer_insight.group_insight_analyst"


class CrmNurtureSource(models.Model):
    """Referrals against cold leads and the other sources, with median and mean (C360-4).

    One row per source of the leads the viewer may see: his own, or all of the company he works in.
    """

    _name = "crm.nurture.source"
    _description = "Success by source"
    _auto = False
    _order = "id"
    _rec_name = "source_kind"
    _depends = crm_nurture_report.CrmNurtureReport._depends

    source_kind = fields.Selection(KINDS, "Source", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    lead_count = fields.Integer("Leads", readonly=True)
    won_count = fields.Integer("Deals won", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    open_count = fields.Integer("Open", readonly=True)
    decided_count = fields.Integer(
        "Decided", readonly=True, help="Won + lost: the denominator of the win rate."
    )
    win_rate = fields.Float(
        "Win rate", readonly=True, aggregator=None, help="Won ÷ (won + lost); empty without any."
    )
    median_days = fields.Float(
        "Nurture time, median (days)",
        readonly=True,
        aggregator=None,
        help="Half of the deals won took no longer from the creation of the lead.",
    )
    mean_days = fields.Float("Nurture time, mean (days)", readonly=True, aggregator=None)
    revenue = fields.Monetary(
        "Revenue won", readonly=True, help="Expected revenue of the deals won."
    )
    revenue_per_lead = fields.Monetary(
        "Revenue per lead decided", readonly=True, aggregator=None,
        help="Revenue won ÷ (won + lost).",
    )  # fmt: skip
    cold_factor = fields.Float(
        "Win rate against cold",
        readonly=True,
        aggregator=None,
        help="Win rate ÷ win rate of cold leads; empty without decided cold leads.",
    )

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            WITH nurture AS (%(rows)s), source AS (
                SELECT source_kind, COUNT(*) AS lead_count, SUM(won_count) AS won_count,
                       SUM(lost_count) AS lost_count, SUM(open_count) AS open_count,
                       SUM(won_count + lost_count) AS decided_count, AVG(win_rate) AS win_rate,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_win) AS median_days,
                       AVG(days_to_win) AS mean_days, SUM(revenue) AS revenue
                  FROM nurture
                 WHERE %(seen)s AND COALESCE(company_id, %(company)s) = %(company)s
                 GROUP BY source_kind)
            SELECT array_position(%(order)s, s.source_kind) AS id, s.*,
                   %(company)s AS company_id, %(currency)s AS currency_id,
                   s.revenue / NULLIF(s.decided_count, 0) AS revenue_per_lead,
                   s.win_rate / NULLIF(c.win_rate, 0) AS cold_factor
              FROM source s LEFT JOIN source c ON c.source_kind = 'cold'
            """,
            rows=crm_nurture_report.rows(self.env),
            seen=self._seen(),
            company=self.env.company.id,
            currency=self.env.company.currency_id.id,
            order=[kind for kind, _label in KINDS],
        )

    def _seen(self):
        """Leads that count: all for analysts, else the viewer's own."""
        if self.env.su or self.env.user.has_group(ANALYST):
            return SQL("TRUE")
        return SQL("user_id = %s", self.env.uid)

    def action_open_leads(self):
        """Open the leads behind the figures."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_nurture_report_action"
        )
        company = [False, self.env.company.id]
        domain = [("source_kind", "=", self.source_kind), ("company_id", "in", company)]
        return {**action, "domain": domain, "context": {}, "views": [(False, "list")]}

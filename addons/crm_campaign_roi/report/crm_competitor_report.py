from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean

NOTHING = SQL("(SELECT NULL::integer WHERE FALSE)")


class CrmCompetitorReport(models.Model):
    """Wins and losses against each competitor (ROI-6): one row per opportunity and competitor.

    Only opportunities that the reader may see are in it.
    """

    _name = "crm.competitor.report"
    _description = "Wins and losses against competitors"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "active",
            "competitor_ids",
            "date_closed",
            "expected_revenue",
            "lost_reason_id",
            "lost_to_id",
            "probability",
            "stage_id",
            "user_id",
            "won_status",
        ],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    competitor_id = fields.Many2one("crm.competitor", readonly=True)
    result = fields.Selection([("won", "Won"), ("lost", "Lost"), ("open", "Open")], readonly=True)
    lost_to = fields.Boolean(
        "Lost to him", readonly=True, help="Not only met in the race: he got the deal."
    )
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Decided on", readonly=True)
    won = fields.Integer(readonly=True)
    lost = fields.Integer(readonly=True)
    amount = fields.Monetary("Expected revenue", readonly=True, aggregator="sum")
    win_rate = Mean(
        "Win rate (%)", help="Won ÷ (won + lost): open opportunities count neither way."
    )

    @property
    def _table_query(self):
        all_rows = self.with_context(active_test=False).env
        competitors = all_rows["crm.competitor"]._search([])
        leads = all_rows["crm.lead"]
        # who reads competitors without a right to leads sees no races
        seen = leads._search([]).subselect() if leads.has_access("read") else NOTHING
        return SQL(
            """SELECT r.lead_id::bigint * 1048576 + r.competitor_id AS id,
                r.lead_id, r.competitor_id,
                x.result = 'lost' AND l.lost_to_id IS NOT DISTINCT FROM r.competitor_id AS lost_to,
                x.result, l.lost_reason_id, l.partner_id, l.user_id,
                l.team_id, l.campaign_id, l.company_id, c.currency_id,
                l.date_closed::date AS date, l.expected_revenue AS amount,
                (x.result = 'won')::int AS won, (x.result = 'lost')::int AS lost,
                CASE x.result WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS win_rate
            FROM crm_lead_competitor_rel r
            JOIN crm_lead l ON l.id = r.lead_id
            LEFT JOIN res_company c ON c.id = COALESCE(l.company_id, %(company)s)
            CROSS JOIN LATERAL (SELECT CASE l.won_status
                WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' ELSE 'open' END AS result) x
            WHERE r.lead_id IN %(leads)s AND r.competitor_id IN %(competitors)s""",
            competitors=competitors.subselect(),
            company=self.env.company.id,
            leads=seen,
        )

    def action_open_lead(self):
        """Open the opportunity."""
        self.ensure_one()
        self.check_access("read")
        return self.lead_id.get_formview_action()

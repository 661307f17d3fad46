from odoo import fields, models
from odoo.tools import SQL

SOURCES = [("pipeline", "Pipeline"), ("campaign", "Campaigns")]


class CrmCampaignSalesForecast(models.Model):
    """Sales forecast: the open opportunities, and what campaigns will add to them (ROI-4).

    What a campaign is still to sell falls by what its own open opportunities are expected to
    bring, so that nothing is counted twice: together they are the larger of the two. Each company
    is looked at by itself, in its currency.
    """

    _name = "crm.campaign.sales.forecast"
    _description = "Sales forecast with campaigns"
    _auto = False
    _order = "date, id"
    _rec_name = "campaign_id"
    _depends = {
        "crm.campaign.demand": [
            "campaign_id", "company_id", "expected_revenue", "product_id", "sold_revenue",
            "state", "week",
        ],
        "crm.lead": [
            "active", "campaign_id", "company_id", "date_deadline", "expected_revenue",
            "prorated_revenue", "team_id", "type", "user_id", "won_status",
        ],
        "utm.campaign": ["kind_id", "phase", "team_id", "user_id"],
    }  # fmt: skip

    source = fields.Selection(SOURCES, readonly=True)
    date = fields.Date("Expected on", readonly=True, help="Closing date, or Monday of the week.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    kind_id = fields.Many2one("crm.campaign.kind", readonly=True)
    phase = fields.Selection(
        lambda self: self.env["utm.campaign"]._fields["phase"].selection, readonly=True,
        string="Phase of the campaign",
    )  # fmt: skip
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", readonly=True,
        groups="sales_team.group_sale_salesman,crm_campaign_roi.group_campaign_user",
    )  # fmt: skip
    demand_id = fields.Many2one("crm.campaign.demand", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    full_revenue = fields.Monetary(
        "Without probability", readonly=True, help="Of opportunities before their probability, of "
        "campaigns before their opportunities are taken off.",
    )  # fmt: skip
    revenue = fields.Monetary(
        "Expected revenue", readonly=True, help="Opportunities by their probability; campaigns "
        "without what their opportunities bring.",
    )  # fmt: skip

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id::bigint * 2 AS id, 'pipeline' AS source, l.date_deadline AS date,
                l.company_id, COALESCE(rc.currency_id, %(currency)s) AS currency_id,
                l.campaign_id, c.kind_id, c.phase, l.id AS lead_id, NULL::integer AS demand_id,
                NULL::integer AS product_id, l.user_id, l.team_id,
                l.expected_revenue::numeric AS full_revenue, l.prorated_revenue::numeric AS revenue
            FROM crm_lead l
            LEFT JOIN res_company rc ON rc.id = l.company_id
            LEFT JOIN utm_campaign c ON c.id = l.campaign_id
            WHERE %(open)s
            UNION ALL
            SELECT d.id::bigint * 2 + 1, 'campaign', d.week, d.company_id, rc.currency_id,
                d.campaign_id, c.kind_id, c.phase, NULL, d.id, d.product_id, c.user_id, c.team_id,
                d.due, d.due * GREATEST(0, 1 - COALESCE(p.revenue / NULLIF(d.whole, 0), 0))
            FROM (%(due)s) d
            JOIN utm_campaign c ON c.id = d.campaign_id
            JOIN res_company rc ON rc.id = d.company_id
            LEFT JOIN (
                SELECT l.campaign_id, COALESCE(l.company_id, o.company_id, %(company)s)
                    AS company_id, SUM(l.prorated_revenue)::numeric AS revenue
                FROM crm_lead l JOIN utm_campaign o ON o.id = l.campaign_id
                WHERE %(open)s GROUP BY 1, 2
            ) p ON p.campaign_id = d.campaign_id AND p.company_id = d.company_id
            """,
            currency=self.env.company.currency_id.id,
            company=self.env.company.id,
            open=SQL("l.active AND l.type = 'opportunity' AND l.won_status = 'pending'"),
            due=self._due(),
        )

    def _due(self):
        """Demand from this week on, less what was sold of it, and the sum of its campaign."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT x.*, SUM(x.due) OVER (PARTITION BY x.campaign_id, x.company_id) AS whole FROM (
                SELECT id, campaign_id, company_id, product_id, week, GREATEST(0,
                    COALESCE(expected_revenue, 0) - COALESCE(sold_revenue, 0))::numeric AS due
                FROM crm_campaign_demand WHERE state <> 'withdrawn' AND week >= %s
            ) x WHERE x.due > 0
            """,
            self.env["crm.campaign.demand"]._monday(today),
        )

    def action_open_source(self):
        """The opportunity or the campaign behind a row, with the rights of whoever asks."""
        self.ensure_one()
        if self.source == "pipeline":
            # sudo: which one it is; opening it asks for the right
            return self.env["crm.lead"].browse(self.sudo().lead_id.id).get_formview_action()
        return self.campaign_id.get_formview_action()

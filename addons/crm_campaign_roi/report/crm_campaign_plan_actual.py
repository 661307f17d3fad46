from odoo import fields, models
from odoo.tools import SQL

STAGES = [
    ("planned", "Planned"),
    ("committed", "Committed"),
    ("actual", "Actual"),
    ("late", "After settlement"),
]


class CrmCampaignPlanActual(models.Model):
    """Approved budgets and costs of campaigns one below the other (ROI-1, ROI-2).

    One row per line of a budget that was approved, on the day the campaign starts, and per cost.
    """

    _name = "crm.campaign.plan.actual"
    _description = "Plan and actual cost of campaigns"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "campaign_id"
    _depends = {
        "crm.campaign.budget": ["amount", "campaign_id", "kind_id"],
        "crm.campaign.cost": ["amount", "campaign_id", "date", "kind_id", "stage"],
        "utm.campaign": ["company_id", "date_start", "kind_id", "phase", "window_months"],
    }

    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    campaign_kind_id = fields.Many2one("crm.campaign.kind", "Kind of campaign", readonly=True)
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", readonly=True)
    stage = fields.Selection(STAGES, readonly=True)
    date = fields.Date(readonly=True)
    published = fields.Date(readonly=True, help="When the campaign was published.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, help="Of one stage: stages do not add up.")
    planned = fields.Monetary(readonly=True)
    committed = fields.Monetary(readonly=True)
    actual = fields.Monetary(readonly=True)
    late = fields.Monetary("After settlement", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*, CASE r.stage WHEN 'planned' THEN r.amount END AS planned,
                CASE r.stage WHEN 'committed' THEN r.amount END AS committed,
                CASE r.stage WHEN 'actual' THEN r.amount END AS actual,
                CASE r.stage WHEN 'late' THEN r.amount END AS late, c.kind_id AS campaign_kind_id,
                c.window_start AS published, company.currency_id
            FROM (
                SELECT b.id::bigint * 2 AS id, b.campaign_id, b.kind_id, 'planned' AS stage,
                    p.date_start AS date, p.company_id, b.amount
                FROM crm_campaign_budget b
                JOIN utm_campaign p ON p.id = b.campaign_id
                    AND p.phase IN ('approved', 'running', 'finished', 'settled')
                UNION ALL
                SELECT id::bigint * 2 + 1, campaign_id, kind_id, stage, date, company_id, amount
                FROM crm_campaign_cost
            ) r
            JOIN utm_campaign c ON c.id = r.campaign_id AND c.is_template IS NOT TRUE
            JOIN res_company company ON company.id = r.company_id
            """
        )

from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("referral", "Referral"),
    ("campaign", "Campaign"),
    ("website", "Website"),
    ("other", "Other known source"),
    ("cold", "Cold"),
]


class CrmNurtureReport(models.Model):
    """How long leads take and how many are won, by where they came from (C360-4).

    One row per lead. Referral: somebody recommended us. Else campaign, else website (medium
    Website), else any other medium or source; cold: none of them is known, we made the lead.
    """

    _name = "crm.nurture.report"
    _description = "Nurture time"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "partner_id", "user_id", "company_id", "team_id", "won_status", "expected_revenue",
            "date_closed", "campaign_id", "medium_id", "source_id", "referrer_id",
        ],
        "crm.referral": ["lead_id"],
    }  # fmt: skip

    lead_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    source_kind = fields.Selection(
        KINDS,
        "Source",
        readonly=True,
        help="Referral before campaign before website before any other medium or source; "
        "cold: none of them is known.",
    )
    date = fields.Date("Created on", readonly=True)
    won_date = fields.Date("Won on", readonly=True)
    state = fields.Selection([("won", "Won"), ("lost", "Lost"), ("open", "Open")], readonly=True)
    lead_count = fields.Integer("Leads", readonly=True)
    won_count = fields.Integer("Deals won", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    open_count = fields.Integer("Open", readonly=True)
    days_to_win = fields.Float(
        "Nurture time (days)",
        readonly=True,
        aggregator="avg",
        help="Days from the creation of the lead until the deal was won; won deals only. "
        "Groups show the mean.",
    )
    win_rate = fields.Float(
        "Win rate",
        readonly=True,
        aggregator="avg",
        help="Won ÷ (won + lost); open leads are left out.",
    )
    revenue = fields.Monetary(
        "Revenue won", readonly=True, help="Expected revenue of the deals won."
    )

    @property
    def _table_query(self) -> SQL:
        return SQL("SELECT * FROM (%s) nurture", rows(self.env))


def rows(env):
    """SQL of one row per lead with what became of it."""
    # sudo: which medium means website is no secret
    website = env.ref("utm.utm_medium_website", raise_if_not_found=False)
    return SQL(
        """
        SELECT l.id, l.id AS lead_id, l.partner_id, l.user_id, l.team_id,
               COALESCE(l.company_id, t.company_id) AS company_id, co.currency_id,
               CASE WHEN l.referrer_id IS NOT NULL OR r.lead_id IS NOT NULL THEN 'referral'
                    WHEN l.campaign_id IS NOT NULL THEN 'campaign'
                    WHEN l.medium_id = %(website)s THEN 'website'
                    WHEN l.medium_id IS NOT NULL OR l.source_id IS NOT NULL THEN 'other'
                    ELSE 'cold' END AS source_kind,
               l.create_date::date AS date,
               CASE WHEN l.won_status = 'won' THEN l.date_closed::date END AS won_date,
               CASE l.won_status WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' ELSE 'open' END
                   AS state,
               1 AS lead_count,
               (l.won_status = 'won')::int AS won_count,
               (l.won_status = 'lost')::int AS lost_count,
               (l.won_status = 'pending')::int AS open_count,
               CASE WHEN l.won_status = 'won' AND l.date_closed >= l.create_date
                    THEN EXTRACT(epoch FROM l.date_closed - l.create_date) / 86400 END
                   AS days_to_win,
               CASE l.won_status WHEN 'won' THEN 1.0 WHEN 'lost' THEN 0.0 END AS win_rate,
               CASE WHEN l.won_status = 'won' THEN l.expected_revenue END AS revenue
          FROM crm_lead l
          LEFT JOIN crm_team t ON t.id = l.team_id
          LEFT JOIN res_company co
                 ON co.id = COALESCE(l.company_id, t.company_id, %(company)s)
          LEFT JOIN (SELECT DISTINCT lead_id FROM crm_referral) r ON r.lead_id = l.id
        """,
        website=website.id if website else None,
        company=env.company.id,
    )

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from odoo.addons.crm_customer_insight.models.report_fields import Mean, sums

from ..tools import returns
from .campaign_funnel import SILENT
from .crm_campaign_deal import BASES

QUARTERS = [
    ("1", "January–March"),
    ("2", "April–June"),
    ("3", "July–September"),
    ("4", "October–December"),
]
WORDS = [
    (returns.NO_COST, "Nothing was spent: all profit is gain"),
    (returns.NO_SALES, "No sales in the window yet"),
    (returns.LOSS, "A loss: the deals earned less than their goods cost"),
    (returns.UNKNOWN_COST, "The cost of the goods is not known"),
]
_SENSIBLE = "%(cost)s > 0 AND %(deals)s > 0 AND %(profit)s >= 0"
#: name: (what is divided, by what, when it makes sense), of sums
_RATIOS = {
    "campaign_return": ("100 * %(profit)s", "%(cost)s", _SENSIBLE),
    "net_return": ("100 * (%(profit)s - %(cost)s)", "%(cost)s", _SENSIBLE),
    "revenue_per_cost": ("%(revenue)s", "%(cost)s", "%(cost)s > 0"),
    "cost_per_lead": ("%(cost)s", "%(leads)s", "%(cost)s > 0 AND %(leads)s > 0"),
    "cost_per_deal": ("%(cost)s", "%(deals)s", "%(cost)s > 0 AND %(deals)s > 0"),
    "response_rate": ("100.0 * COALESCE(%(responded)s, 0)", "%(targets)s", "%(targets)s > 0"),
}
_SUMMED = ("cost", "revenue", "profit", "deals", "leads", "targets", "responded")


class CrmCampaignReturnReport(models.Model):
    """Campaigns compared by what they return (ROI-2): one row per campaign and company.

    Deals count by the campaign's own basis, within its window. Ratios of several campaigns are
    ratios of their sums, never means of ratios, and empty where they would mislead.
    """

    _name = "crm.campaign.return.report"
    _inherit = ["crm.campaign.report.mixin"]
    _description = "Return of campaigns"
    _auto = False
    _order = "date_start desc, id"
    _rec_name = "campaign_id"
    _depends = {
        "crm.campaign.cost": ["amount", "campaign_id", "company_id", "stage"],
        "crm.campaign.deal": ["basis", "campaign_id", "date", "profit", "revenue"],
        "crm.campaign.response": ["kind_id", "target_id"],
        "crm.campaign.target": ["arm", "campaign_id", "state"],
        "crm.lead": ["campaign_id", "company_id", "type", "won_status"],
        "utm.campaign": [
            "basis",
            "company_id",
            "date_published",
            "date_start",
            "kind_id",
            "phase",
            "purpose_id",
            "window_months",
        ],
    }

    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind_id = fields.Many2one("crm.campaign.kind", readonly=True)
    purpose_id = fields.Many2one("crm.campaign.purpose", readonly=True)
    audience_id = fields.Many2one(
        "crm.campaign.audience", readonly=True, help="The first one of the campaign."
    )
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    phase = fields.Selection(lambda self: self._phases(), readonly=True)
    date_start = fields.Date("Published", readonly=True)
    season = fields.Selection(QUARTERS, readonly=True, help="Of the publication, in any year.")
    cost = fields.Monetary(readonly=True)
    revenue = fields.Monetary(readonly=True)
    profit = fields.Monetary("Gross profit", readonly=True)
    deals = fields.Integer(readonly=True)
    leads = fields.Integer(readonly=True)
    won = fields.Integer(readonly=True)
    targets = fields.Integer(readonly=True, help="Persons treated: without the control group.")
    responded = fields.Integer("Targets who responded", readonly=True)
    response_rate = Mean(
        "Response rate (%)",
        digits=(16, 1),
        help="100 × targets who responded ÷ targets, of the sums of what is grouped.",
    )
    return_word = fields.Selection(WORDS, "Why there is no return", readonly=True)
    return_text = fields.Char("Return", compute="_compute_return_text")
    campaign_return = Mean(
        "Campaign return (%)",
        digits=(16, 1),
        help="100 × profit ÷ cost, of the sums of what is grouped.",
    )
    net_return = Mean(
        "Net return (%)",
        digits=(16, 1),
        help="100 × (profit − cost) ÷ cost, of the sums of what is grouped.",
    )
    revenue_per_cost = Mean(digits=(16, 2))
    cost_per_lead = Mean(digits=(16, 2))
    cost_per_deal = Mean(digits=(16, 2))

    @api.model
    def _phases(self):
        return self.env["utm.campaign"]._fields["phase"]._description_selection(self.env)

    @api.depends("return_word", "campaign_return")
    @api.depends_context("lang")
    def _compute_return_text(self):
        words = dict(self._fields["return_word"]._description_selection(self.env))
        for row in self:
            number = self.env._("%s %%", formatLang(self.env, row.campaign_return, 1))
            row.return_text = words.get(row.return_word) or number

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*, %(word)s AS return_word,
                CASE WHEN %(word)s IS NULL THEN 100 * r.profit / r.cost END AS campaign_return,
                CASE WHEN %(word)s IS NULL THEN 100 * (r.profit - r.cost) / r.cost END
                    AS net_return,
                100.0 * COALESCE(r.responded, 0) / NULLIF(r.targets, 0) AS response_rate,
                r.revenue / NULLIF(GREATEST(r.cost, 0), 0) AS revenue_per_cost,
                NULLIF(GREATEST(r.cost, 0), 0) / NULLIF(r.leads, 0) AS cost_per_lead,
                NULLIF(GREATEST(r.cost, 0), 0) / NULLIF(r.deals, 0) AS cost_per_deal
            FROM (%(rows)s) r
            """,
            rows=self._rows(),
            word=SQL(
                """CASE WHEN COALESCE(r.deals, 0) = 0 THEN 'no_sales'
                    WHEN r.profit IS NULL THEN 'unknown_cost' WHEN r.profit < 0 THEN 'loss'
                    WHEN COALESCE(r.cost, 0) <= 0 THEN 'no_cost' END"""
            ),
        )

    def _rows(self):
        """Campaigns with what they cost and brought; those with nothing of it stay away."""
        return SQL(
            """
            SELECT c.id::bigint * 4096 + s.company_id AS id, c.id AS campaign_id, s.company_id,
                company.currency_id, c.kind_id, c.purpose_id, c.user_id, c.team_id, c.phase,
                c.window_start AS date_start,
                EXTRACT(quarter FROM c.window_start)::integer::text AS season,
                (SELECT MIN(a.audience_id) FROM crm_campaign_audience_rel a
                    WHERE a.campaign_id = c.id) AS audience_id,
                s.cost, s.revenue, s.profit, s.deals, s.leads, s.won, s.targets, s.responded
            FROM (
                SELECT campaign_id, company_id, SUM(cost) AS cost, SUM(revenue) AS revenue,
                    SUM(profit) AS profit, SUM(deals)::integer AS deals,
                    SUM(leads)::integer AS leads, SUM(won)::integer AS won,
                    SUM(targets)::integer AS targets, SUM(responded)::integer AS responded
                FROM (
                    %(costs)s UNION ALL %(deals)s UNION ALL %(leads)s UNION ALL %(targets)s
                ) parts
                GROUP BY campaign_id, company_id
            ) s
            JOIN utm_campaign c ON c.id = s.campaign_id AND c.is_template IS NOT TRUE
            JOIN res_company company ON company.id = s.company_id
            """,
            costs=SQL(
                """SELECT campaign_id, company_id, SUM(amount) AS cost, NULL::numeric AS revenue,
                    NULL::numeric AS profit, NULL::bigint AS deals, NULL::bigint AS leads,
                    NULL::bigint AS won, NULL::bigint AS targets, NULL::bigint AS responded
                FROM crm_campaign_cost WHERE stage = 'actual' GROUP BY campaign_id, company_id"""
            ),
            deals=self._deals(),
            leads=self._leads(),
            targets=self._targets(),
        )

    def _deals(self):
        """One part per basis: the database leaves out what is of the others."""
        deals = self.env["crm.campaign.deal"].with_context(deal_all_read=True)
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT d.campaign_id, d.company_id, NULL, SUM(d.revenue), SUM(d.profit),
                    %(count)s, NULL, NULL, NULL, NULL
                FROM (%(deals)s) d
                WHERE d.in_window AND d.campaign_basis = %(basis)s
                GROUP BY d.campaign_id, d.company_id""",
                count=deals._deal_count(SQL("d.order_id"), SQL("d.move_id")),
                deals=deals.with_context(deal_bases=[basis])._table_query,
                basis=basis,
            )
            for basis, _name in BASES
        )

    def _leads(self):
        """Counted before the company is looked up that leads without one are of."""
        return SQL(
            """SELECT l.campaign_id, COALESCE(l.company_id, c.company_id), NULL, NULL, NULL, NULL,
                l.leads, l.won, NULL, NULL
            FROM (
                SELECT l.campaign_id, l.company_id, COUNT(*) AS leads,
                    COUNT(*) FILTER (WHERE l.won_status = 'won') AS won
                FROM crm_lead l
                JOIN utm_campaign c ON c.id = l.campaign_id
                    AND l.create_date >= c.window_start AND l.create_date < c.window_end + 1
                GROUP BY l.campaign_id, l.company_id
            ) l
            JOIN utm_campaign c ON c.id = l.campaign_id
            WHERE COALESCE(l.company_id, c.company_id) IS NOT NULL"""
        )

    def _targets(self):
        """Persons of campaigns that went out; without a company no row is theirs."""
        return SQL(
            """SELECT t.campaign_id, c.company_id, NULL, NULL, NULL, NULL, NULL, NULL, t.targets,
                t.responded
            FROM (
                SELECT t.campaign_id, COUNT(*) AS targets,
                    COUNT(*) FILTER (WHERE r.target_id IS NOT NULL) AS responded
                FROM crm_campaign_target t
                LEFT JOIN (
                    SELECT DISTINCT a.target_id FROM crm_campaign_response a
                    JOIN crm_campaign_response_kind k ON k.id = a.kind_id
                    WHERE k.code <> ALL(%s)
                ) r ON r.target_id = t.id
                WHERE t.state = 'in' AND t.arm = 'treated' GROUP BY t.campaign_id
            ) t
            JOIN utm_campaign c ON c.id = t.campaign_id AND c.company_id IS NOT NULL
                AND c.phase IN ('running', 'finished', 'settled')""",
            list(SILENT),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Ratios of sums; empty where they make no sense, or where currencies are mixed."""
        name, _colon, function = aggregate_spec.partition(":")
        if function != "avg" or name not in _RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        summed = sums(self, query, *_SUMMED)
        above, below, condition = (SQL(part, **summed) for part in _RATIOS[name])
        currency = self._field_to_sql(self._table, "currency_id", query)
        return SQL(
            "CASE WHEN COUNT(DISTINCT %s) = 1 AND %s THEN %s / %s END",
            currency,
            condition,
            above,
            below,
        )

    def action_open_return(self):
        """The return page of the campaign."""
        self.ensure_one()
        return self.campaign_id.action_open_return()

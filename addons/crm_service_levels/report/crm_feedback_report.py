from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import KnownMean, Mean

from ..models.crm_feedback_answer import NPS_GROUPS
from ..models.crm_feedback_invitation import SOURCES
from ..tools.feedback import LEAST, Z95
from ..tools.levels import LEVELS

#: Measures that are empty below the least number of answers.
MEANS = {"score:avg", "nps:avg", "csat_share:avg", "csat:avg", "ces:avg", "ratio:avg"}
#: Half width of the 95 % interval, of which measure.
MARGINS = {
    f"{name}_margin:avg": name for name in ("score", "nps", "csat", "csat_share", "ces", "ratio")
}


class CrmFeedbackReport(models.Model):
    """Satisfaction in figures: one row per answer the reader may see (SVC-L5, SVC-F).

    NPS is the mean of 100, 0 and −100. Margins are normal 95 % intervals, z × s ÷ √n; the
    dashboard has Student's and Wilson's. Measures are empty below five answers.
    """

    _name = "crm.feedback.report"
    _description = "Satisfaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "answer_id"
    _depends = {
        "crm.feedback.answer": [
            "score",
            "has_score",
            "nps_group",
            "csat",
            "ces",
            "ratio",
            "team_id",
            "type_id",
            "product_id",
            "sla_met",
        ],
    }

    answer_id = fields.Many2one("crm.feedback.answer", readonly=True)
    request_id = fields.Many2one("crm.service.request", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.service.team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    type_id = fields.Many2one("crm.service.type", "Request type", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    model_id = fields.Many2one("product.product", "Asset model", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    scheme_id = fields.Many2one("crm.feedback.scheme", "Questions", readonly=True)
    source = fields.Selection(SOURCES, "By", readonly=True)
    level = fields.Selection(LEVELS, "Highest level", readonly=True)
    sla_met = fields.Selection([("yes", "Met"), ("no", "Missed")], "Service level", readonly=True)
    nps_group = fields.Selection(NPS_GROUPS, "Recommends us", readonly=True)
    answers = fields.Integer(readonly=True, aggregator="sum")
    score = KnownMean("Score (%)", digits=(16, 1))
    score_margin = Mean("Score ±", digits=(16, 1), help="95 % interval.")
    nps = KnownMean("NPS", digits=(16, 0))
    nps_margin = Mean("NPS ±", digits=(16, 0), help="95 % interval.")
    csat = KnownMean("CSAT (1–5)", digits=(16, 2))
    csat_share = KnownMean("Satisfied (%)", digits=(16, 0))
    ces = KnownMean("CES (1–7)", digits=(16, 2))
    ratio = KnownMean("Perceived ÷ expected", digits=(16, 2))
    csat_margin = Mean("CSAT ±", digits=(16, 2), help="95 % interval.")
    csat_share_margin = Mean("Satisfied ±", digits=(16, 0), help="95 % interval.")
    ces_margin = Mean("CES ±", digits=(16, 2), help="95 % interval.")
    ratio_margin = Mean("Perceived ÷ expected ±", digits=(16, 2), help="95 % interval.")

    @property
    def _table_query(self):
        seen = self.env["crm.feedback.answer"]._search([])
        return SQL(
            """SELECT a.id, a.id AS answer_id, a.request_id, a.date, a.company_id, a.team_id,
                a.user_id, a.type_id, a.product_id, s.product_id AS model_id,
                a.commercial_partner_id, a.scheme_id, a.source, a.level, a.sla_met, a.nps_group,
                1 AS answers, CASE WHEN a.has_score THEN a.score END::float AS score,
                CASE a.nps_group WHEN 'promoter' THEN 100.0 WHEN 'passive' THEN 0.0
                    WHEN 'detractor' THEN -100.0 END::float AS nps,
                NULLIF(a.csat, 0)::float AS csat,
                CASE WHEN a.csat >= 4 THEN 100.0 WHEN a.csat > 0 THEN 0.0 END::float AS csat_share,
                NULLIF(a.ces, 0)::float AS ces, NULLIF(a.ratio, 0)::float AS ratio,
                NULL::float AS score_margin, NULL::float AS nps_margin,
                NULL::float AS csat_margin, NULL::float AS csat_share_margin,
                NULL::float AS ces_margin, NULL::float AS ratio_margin
            FROM crm_feedback_answer a LEFT JOIN crm_customer_asset s ON s.id = a.asset_id
            WHERE a.id IN %s""",
            seen.subselect(),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Empty below the least number of answers; margins from the spread of their measure."""
        if aggregate_spec in MARGINS:
            column = self._field_to_sql(self._table, MARGINS[aggregate_spec], query)
            return SQL(
                "CASE WHEN COUNT(%(c)s) >= %(least)s"
                " THEN %(z)s * SQRT(VAR_POP(%(c)s) / COUNT(%(c)s)) END",
                c=column,
                least=LEAST,
                z=Z95,
            )
        if aggregate_spec in MEANS:
            column = self._field_to_sql(self._table, aggregate_spec.partition(":")[0], query)
            return SQL("CASE WHEN COUNT(%(c)s) >= %(n)s THEN AVG(%(c)s) END", c=column, n=LEAST)
        return super()._read_group_select(aggregate_spec, query)

    def action_open_answer(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.feedback.answer",
            "res_id": self.answer_id.id,
            "view_mode": "form",
        }

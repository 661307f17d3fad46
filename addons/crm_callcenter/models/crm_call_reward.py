from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..report import call_quality as sql
from ..tools import fair_reward


class CrmCallReward(models.Model):
    """What an agent earned in a month by the fair reward, and by what (CC-10).

    Kept with the weights of its time, so that a paid month does not move.
    """

    _name = "crm.call.reward"
    _description = "Fair reward of an agent"
    _order = "month desc, points desc, id"

    agent_id = fields.Many2one("crm.call.agent", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    points = fields.Float(readonly=True, digits=(16, 1), aggregator="avg", help="0 to 100.")
    has_points = fields.Boolean(
        readonly=True, help="Off: nothing was measured in the month.", string="Has points"
    )
    lines = fields.Json(readonly=True)
    explanation = fields.Text(compute="_compute_explanation")

    _agent_month_uniq = models.UniqueIndex("(agent_id, month)")

    @api.depends("lines")
    def _compute_explanation(self):
        names = dict(self.env["crm.call.reward.part"]._fields["measure"]._description_selection(
            self.env))  # fmt: skip
        for one in self:
            one.explanation = "\n".join(
                self._explain(names.get(row["measure"], row["measure"]), row)
                for row in one.lines or []
            )

    def _explain(self, name, row):
        if row["points"] is None:
            return self.env._("%(name)s: not measured; it does not count", name=name)
        return self.env._(
            "%(name)s: %(value).1f gives %(points).0f of 100, weighs %(share).0f %%, "
            "brings %(brings).1f",
            name=name,
            value=row["value"],
            points=row["points"],
            share=100 * row["share"],
            brings=row["brings"],
        )

    @api.depends("agent_id", "month")
    def _compute_display_name(self):
        for one in self:
            month = one.month and one.month.strftime("%Y-%m")
            one.display_name = f"{one.agent_id.name or ''} {month or ''}".strip()

    @api.model
    def _compute_month(self, company, month):
        """The rewards of a month; those that are there stay as they are."""
        first = month.replace(day=1)
        self.env.flush_all()
        values = sql.measures(self.env, company, first, first + relativedelta(months=1))
        known = self.search([("company_id", "=", company.id), ("month", "=", first)]).agent_id.ids
        parts = self.env["crm.call.reward.part"]._parts(company)
        return self.create(
            [
                self._row(agent, company, first, fair_reward.reward(parts, found))
                for agent, found in values.items()
                if agent not in known
            ]
        )

    @api.model
    def _row(self, agent, company, month, reward):
        return {
            "agent_id": agent,
            "company_id": company.id,
            "month": month,
            "points": reward.points or 0.0,
            "has_points": reward.points is not None,
            "lines": [vars(line) for line in reward.lines],
        }

    def action_reviews(self):
        """The reviews behind quality and correctness."""
        return self._behind("crm.call.review", "call_start", [("calibration_id", "=", False)])

    def action_calls(self):
        """The calls behind resolution and handling time."""
        return self._behind("crm.call", "start", [])

    def _behind(self, model, date, domain):
        self.ensure_one()
        after = self.month + relativedelta(months=1)
        own = [("agent_id", "=", self.agent_id.id), (date, ">=", self.month), (date, "<", after)]
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [*own, *domain],
        }

    @api.model
    def _cron_month(self):
        """Last month, once its appeals had two weeks."""
        day = fields.Date.context_today(self)
        last = day.replace(day=1) - relativedelta(months=1)
        if day.day >= 15:
            for company in self.env["crm.call.reward.part"].search([("weight", ">", 0)]).company_id:
                self._compute_month(company, last)

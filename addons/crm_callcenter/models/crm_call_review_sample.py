from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import call_quality as sql
from ..tools import sampling

KINDS = [("agent", "Calls per agent"), ("customer", "Customers to call back")]


class CrmCallReviewSample(models.Model):
    """A random draw of a month: calls to review, or customers to call back (CC-5).

    Reproducible: month, purpose and company are the seed, the ranks are SHA-256
    (``tools/sampling.py``). Drawing again adds nobody who was not drawn.
    """

    _name = "crm.call.review.sample"
    _description = "Quality sample"
    _order = "month desc, kind, id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(KINDS, required=True, default="agent")
    month = fields.Date(required=True, help="Any day of the month whose calls are drawn from.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    size = fields.Integer(
        default=sampling.SIZE, required=True, help="Calls per agent, or customers in all."
    )
    least_seconds = fields.Integer(
        "Talked at least (s)", default=30, help="Shorter conversations show little."
    )
    seed = fields.Char(readonly=True, copy=False, help="Whoever has it draws the same again.")
    drawn_on = fields.Datetime("Drawn", readonly=True, copy=False)
    population = fields.Integer(
        "Drawn from", readonly=True, copy=False, help="Calls or customers there were."
    )
    left_out = fields.Integer(
        readonly=True,
        copy=False,
        help="Customers who may not be called for this purpose.",
        string="Left out",
    )
    line_ids = fields.One2many("crm.call.review.sample.line", "sample_id", "Drawn ones")
    due_count = fields.Integer("Due", compute="_compute_due_count")

    _month_uniq = models.UniqueIndex(
        "(company_id, kind, date_trunc('month', month::timestamp))",
        "This month's sample exists already.",
    )
    _size_positive = models.Constraint(
        "CHECK(size BETWEEN 1 AND 1000 AND least_seconds >= 0)", "A sample has 1 to 1,000 members."
    )

    @api.depends("kind", "month")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for sample in self:
            month = sample.month and sample.month.strftime("%Y-%m")
            sample.name = f"{kinds.get(sample.kind, '')} {month or ''}".strip()

    @api.depends("line_ids.state")
    def _compute_due_count(self):
        counts = dict(
            self.env["crm.call.review.sample.line"]._read_group(
                [("sample_id", "in", self.ids), ("state", "=", "due")], ["sample_id"], ["__count"]
            )
        )
        for sample in self:
            sample.due_count = counts.get(sample, 0)

    def _range(self):
        first = self.month.replace(day=1)
        return first, first + relativedelta(months=1)

    def action_draw(self):
        """Draw; the month has to be over, so that every call of it has the same chance."""
        for sample in self:
            if sample.drawn_on:
                raise UserError(self.env._("This sample was drawn already."))
            if sample._range()[1] > fields.Date.context_today(sample):
                raise UserError(self.env._("The month is not over yet."))
            first = sample._range()[0]
            sample.seed = f"{sample.kind} {first:%Y-%m} company {sample.company_id.id}"
            sample.drawn_on = fields.Datetime.now()
            getattr(sample, f"_draw_{sample.kind}")()

    def _draw_agent(self):
        self.env.flush_all()
        calls = sql.conversations(self.env, self.company_id, *self._range(), self.least_seconds)
        self.population = len(calls)
        # the exchange's own name of a call is the same in every copy of the database
        keys = {(agent, linked): call for agent, linked, call in calls}
        drawn = sampling.draw(keys, self.seed, self.size)
        # sudo: lines are drawn by chance, and made by nobody; who may draw was asked before
        self.env["crm.call.review.sample.line"].sudo().create(
            [
                {"sample_id": self.id, "call_id": keys[agent, linked], "agent_id": agent}
                for agent, found in drawn.items()
                for linked in found
            ]
        )

    def _draw_customer(self):
        self.env.flush_all()
        last = sql.customers(self.env, self.company_id, *self._range(), self.least_seconds)
        partners = self.env["res.partner"].browse(last)
        allowed = partners.with_company(self.company_id)._contact_decisions(
            self.env.ref("crm_customer_insight.crm_contact_channel_phone").sudo(),  # sudo: a code
            marketing=False,
        )
        known = [partner for partner in last if not _refused(allowed.get(partner))]
        self.write({"population": len(last), "left_out": len(last) - len(known)})
        drawn = sampling.draw(((0, partner) for partner in known), self.seed, self.size)
        # sudo: lines are drawn by chance, and made by nobody; who may draw was asked before
        self.env["crm.call.review.sample.line"].sudo().create(
            [
                {"sample_id": self.id, "partner_id": partner, "call_id": last[partner]}
                for partner in drawn.get(0, ())
            ]
        )

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.call.review.sample.line",
            "view_mode": "list,kanban,form",
            "domain": [("sample_id", "=", self.id)],
        }

    @api.model
    def _cron_draw(self):
        """Both samples of last month, for every company that has an agent."""
        last = fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
        companies = self.env["crm.call.agent"].search([("active", "=", True)]).company_id
        for company in companies:
            for kind, _label in KINDS:
                where = [
                    ("company_id", "=", company.id),
                    ("kind", "=", kind),
                    ("month", ">=", last.replace(day=1)),
                    ("month", "<=", last),
                ]
                sample = self.search(where, limit=1) or self.create(
                    {"kind": kind, "month": last, "company_id": company.id}
                )
                if not sample.drawn_on:
                    sample.action_draw()


def _refused(decision):
    """Whether somebody may not be called at all; quiet hours that end are no refusal."""
    return decision is None or (not decision.allowed and decision.earliest is None)

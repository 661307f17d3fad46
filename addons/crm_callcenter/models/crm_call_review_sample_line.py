from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import call_intervals as facts

STATES = [("due", "Due"), ("done", "Done"), ("excused", "Left out")]


class CrmCallReviewSampleLine(models.Model):
    """One drawn call to review, or one drawn customer to call back (CC-5)."""

    _name = "crm.call.review.sample.line"
    _description = "Drawn call or customer"
    _inherit = ["crm.call.steps.mixin"]
    _by_steps = frozenset(("sample_id", "call_id", "agent_id", "partner_id", "state", "asked_on"))
    _order = "sample_id desc, id"
    _person_data = PersonData(
        person=("partner_id",), erase="blank", blank=("service_note", "needs", "suggestions")
    )

    sample_id = fields.Many2one(
        "crm.call.review.sample", required=True, ondelete="cascade", readonly=True, index=True
    )
    kind = fields.Selection(related="sample_id.kind", store=True)
    month = fields.Date(related="sample_id.month", store=True)
    company_id = fields.Many2one(related="sample_id.company_id", store=True)
    call_id = fields.Many2one(
        "crm.call", readonly=True, ondelete="set null", index="btree_not_null"
    )
    call_start = fields.Datetime(related="call_id.start", string="Call on")
    agent_id = fields.Many2one(
        "crm.call.agent", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", "Done by", ondelete="set null")
    state = fields.Selection(STATES, required=True, default="due", readonly=True)
    reason = fields.Char("Why left out")
    review_id = fields.Many2one(
        "crm.call.review", readonly=True, ondelete="set null", index="btree_not_null"
    )
    service = fields.Selection(
        [(str(n), str(n)) for n in range(1, 6)], help="1 very bad to 5 very good."
    )
    solved = fields.Selection([("yes", "Yes"), ("partly", "Partly"), ("no", "No")])
    service_note = fields.Text("What he said about the service")
    needs = fields.Text("Latent needs", help="What would help him that he did not ask for.")
    suggestions = fields.Text()
    asked_on = fields.Datetime("Asked", readonly=True)

    @api.depends("call_id", "partner_id", "agent_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                line.partner_id.display_name or line.agent_id.name or line.call_id.display_name
            )

    def action_review(self):
        """Open the review of the call; the first time it is made."""
        self.ensure_one()
        if self.kind != "agent":
            raise UserError(self.env._("A customer is called back, not reviewed."))
        if not self.review_id:
            self.review_id = self._make_review()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call.review",
            "res_id": self.review_id.id,
            "view_mode": "form",
        }

    def _make_review(self):
        if not self.call_id:
            raise UserError(self.env._("The call does not exist any more."))
        if not self.env["crm.call.scorecard"]._for_call(self.call_id):
            raise UserError(self.env._("No scorecard is in use for this queue."))
        return self.env["crm.call.review"].create(
            {
                "call_id": self.call_id.id,
                "agent_id": self.agent_id.id,
                "sample_line_ids": [fields.Command.link(self.id)],
            }
        )

    def action_asked(self):
        """The customer has answered."""
        for line in self:
            if not line.service:
                raise UserError(self.env._("Ask how he found the service first."))
            line._take_step(
                {"state": "done", "user_id": self.env.uid, "asked_on": fields.Datetime.now()}
            )
        facts.mark_calls(self.env, self.call_id.ids)

    def action_excuse(self):
        """Not reached, or the customer does not want it: it stays in the sample with its reason."""
        for line in self:
            if not (line.reason or "").strip():
                raise UserError(self.env._("Write why this one is left out."))
        self._take_step({"state": "excused", "user_id": self.env.uid})

from odoo import api, fields, models

from ..tools.person_data import PersonData
from .bare_many2one import BareMany2one


class CrmLookalikeScore(models.Model):
    """How much a prospect or a lead looks like the marked customers, and why (ROI-5)."""

    _name = "crm.lookalike.score"
    _description = "Look-alike score"
    _order = "score desc, id"
    _log_access = False
    _person_data = PersonData(merge="recompute")

    lookalike_id = fields.Many2one(
        "crm.customer.lookalike",
        "Analysis",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    company_id = BareMany2one("res.company", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", "Prospect", readonly=True, index="btree_not_null")
    lead_id = fields.Many2one("crm.lead", ondelete="cascade", readonly=True, index="btree_not_null")
    score = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="From 0 to 100: 50 is as much for as against; unknown attributes are no evidence.",
    )
    known_count = fields.Integer("Known attributes", readonly=True, aggregator=None)
    reasons = fields.Json(readonly=True)
    why = fields.Char(compute="_compute_why", help="The strongest evidence first.")

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (row.partner_id or row.lead_id).display_name

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_why(self):
        registry = self.env["crm.customer.fact"]
        facts = registry._facts_by_code()
        pairs = {(code, value) for row in self for code, value, _w in row.reasons or ()}
        names = registry._value_names(facts, pairs)
        for row in self:
            row.why = ", ".join(
                f"{'+' if weight > 0 else '−'} {facts[code].label}: {names[code, value]}"
                for code, value, weight in row.reasons or ()
                if code in facts
            )

    def action_open_record(self):
        """Open the lead, or the prospect's 360 view."""
        self.ensure_one()
        self.check_access("read")
        if self.partner_id:
            return self.partner_id.action_open_customer_360()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "views": [(False, "form")],
            "res_id": self.lead_id.id,
        }

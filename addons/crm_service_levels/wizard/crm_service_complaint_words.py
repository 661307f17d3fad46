from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_service_complaint_procedure import STEPS


class CrmServiceComplaintWords(models.TransientModel):
    """What is done with a complaint only with words: why, or the answer itself (SVC-C)."""

    _name = "crm.service.complaint.words"
    _description = "Words on a complaint"

    complaint_id = fields.Many2one("crm.service.complaint", required=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("skip", "Leave the step out"),
            ("back", "Step back"),
            ("reject", "Do not approve"),
            ("reopen", "Reopen"),
            ("replied", "Replied by telephone or letter"),
            ("answer", "Answer of the department"),
        ],
        required=True,
        readonly=True,
    )
    step = fields.Selection(STEPS, "Back to", compute="_compute_step", store=True, readonly=False)
    text = fields.Text("Words", required=True)

    @api.depends("complaint_id", "kind")
    def _compute_step(self):
        for words in self:
            done = words.complaint_id.step_ids.filtered(lambda step: step.state == "done")
            words.step = done[-1:].code if words.kind in ("back", "reopen") else False

    def action_say(self):
        """Do what *kind* says; each way checks the rights itself."""
        self.ensure_one()
        text = (self.text or "").strip()
        if not text:
            raise UserError(self.env._("Please say why."))
        getattr(self.complaint_id, f"_say_{self.kind}")(text, self.step)
        return {"type": "ir.actions.act_window_close"}

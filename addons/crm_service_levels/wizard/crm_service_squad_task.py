from odoo import fields, models


class CrmServiceSquadTask(models.TransientModel):
    """A new task of a squad, or an open one that is handed over (SVC-L2)."""

    _name = "crm.service.squad.task"
    _description = "Task of a squad"

    request_id = fields.Many2one("crm.service.request", required=True)
    task_key = fields.Integer("Task handed over", help="Empty for a new task.")
    name = fields.Char("What is to be done")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one("res.users", "Who", domain="[('id', 'in', candidate_ids)]")
    deadline = fields.Datetime()
    description = fields.Text("Details")
    note = fields.Text("Hand-over note")

    def _compute_candidate_ids(self):
        for wizard in self:
            # sudo: who is in the squad is plain to its members; the method itself checks them
            people = wizard.request_id.sudo()._squad_people() | self.env.user
            wizard.candidate_ids = people.sudo(False)

    def action_create_task(self):
        self.ensure_one()
        self.request_id.squad_create_task(
            self.name, self.user_id.id, self.deadline, self.description
        )
        return {"type": "ir.actions.act_window_close"}

    def action_hand_over(self):
        self.ensure_one()
        self.request_id.squad_hand_over(self.task_key, self.user_id.id, self.note)
        return {"type": "ir.actions.act_window_close"}

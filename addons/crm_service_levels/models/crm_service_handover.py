from odoo import fields, models
from odoo.exceptions import LockError, UserError

HANDOVER_STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class CrmServiceHandover(models.Model):
    """A task of a squad passes from one colleague to another, who has to accept it (SVC-L2).

    Without a receiver it is offered to the whole squad, and the first who accepts has it.
    """

    _name = "crm.service.handover"
    _description = "Hand-over of a squad's task"
    _order = "id desc"
    _rec_name = "task_id"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    task_id = fields.Many2one("project.task", required=True, ondelete="cascade", index=True)
    from_user_id = fields.Many2one("res.users", "From", required=True, index=True)
    to_user_id = fields.Many2one(
        "res.users", "To", index="btree_not_null", help="Empty: whoever of the squad takes it."
    )
    taken_by_id = fields.Many2one("res.users", "Taken by", readonly=True)
    note = fields.Text("Hand-over note", required=True)
    answer = fields.Char()
    state = fields.Selection(HANDOVER_STATES, required=True, default="proposed", index=True)
    date_proposed = fields.Datetime("Proposed on", required=True, default=fields.Datetime.now)
    date_answered = fields.Datetime("Answered on")
    activity_id = fields.Many2one("mail.activity", "Reminder", ondelete="set null", readonly=True)

    _one_proposed = models.UniqueIndex(
        "(task_id) WHERE state = 'proposed'", "This task is being handed over already."
    )

    def _settle(self, state, answer=None):
        """Give the answer once: of two colleagues who accept at once, the second is told.

        :raise UserError: when it has been answered already
        """
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("A colleague is answering this hand-over now.")) from error
        self.invalidate_recordset(["state"])
        if self.state != "proposed":
            raise UserError(self.env._("This hand-over has been answered already."))
        self.activity_id.unlink()
        self.write(
            {
                "state": state,
                "answer": answer,
                "taken_by_id": self.env.uid if state == "accepted" else False,
                "date_answered": fields.Datetime.now(),
            }
        )

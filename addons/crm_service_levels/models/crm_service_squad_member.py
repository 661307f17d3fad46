from odoo import api, fields, models

ROLES = [
    ("lead", "Lead"),
    ("expert", "Expert"),
    ("helper", "Helper"),
    ("observer", "Observer"),
]
MEMBER_STATES = [
    ("invited", "Invited"),
    ("accepted", "In the squad"),
    ("declined", "Declined"),
    ("left", "Left"),
]


class CrmServiceSquadMember(models.Model):
    """One colleague in the temporary team of a request (SVC-L2).

    Whoever is in the squad sees the request whatever his department or company; that is why the
    record rules of requests ask this table for active rows. Rows are written by the audited
    methods of the request only; who declined or left keeps an archived row as history.
    """

    _name = "crm.service.squad.member"
    _description = "Member of a request's squad"
    _order = "request_id, id"
    _rec_name = "user_id"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Colleague", required=True, index=True)
    role = fields.Selection(ROLES, required=True, default="helper")
    department_id = fields.Many2one(
        "crm.service.team",
        index="btree_not_null",
        help="Department that this colleague stands for.",
    )
    invited_by_id = fields.Many2one(
        "res.users", "Invited by", readonly=True, default=lambda self: self.env.user
    )
    note = fields.Char("What for", help="Why this colleague is asked to help.")
    state = fields.Selection(MEMBER_STATES, required=True, default="invited", index=True)
    date_invited = fields.Datetime("Invited on", default=fields.Datetime.now, readonly=True)
    date_answered = fields.Datetime("Answered on", readonly=True)
    date_left = fields.Datetime("Left on", readonly=True)
    activity_id = fields.Many2one("mail.activity", "Reminder", ondelete="set null", readonly=True)
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex(
        "(request_id, user_id) WHERE active", "This colleague is in the squad already."
    )

    def _answer(self, state):
        """The colleagues say yes, no or goodbye; whoever is out keeps an archived row."""
        now, out = fields.Datetime.now(), state in ("declined", "left")
        self._close_reminders()
        self.write(
            {
                "state": state,
                "active": not out,
                **({"date_left": now} if state == "left" else {"date_answered": now}),
            }
        )

    def _close_reminders(self):
        self.activity_id.unlink()

    @api.model
    def _role_labels(self):
        return dict(self._fields["role"]._description_selection(self.env))

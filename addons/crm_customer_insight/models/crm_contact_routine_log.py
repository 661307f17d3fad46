from odoo import fields, models

from ..tools.person_data import PersonData


class CrmContactRoutineLog(models.Model):
    """What came of a routine contact: one row per routine, contact and period (C360-4)."""

    _name = "crm.contact.routine.log"
    _description = "Routine contact made"
    _order = "period_start desc, id desc"
    _rec_name = "partner_id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best", key=("routine_id", "period_start"), order="state = 'done' DESC, id"
    )

    routine_id = fields.Many2one(
        "crm.contact.routine", required=True, ondelete="cascade", index=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="routine_id.company_id")
    period_start = fields.Date("Period from", required=True, readonly=True)
    date = fields.Datetime("On", required=True, readonly=True)
    state = fields.Selection(
        [("done", "Contacted"), ("waiting", "Later"), ("skipped", "Left out")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("mail", "By mail"),
            ("task", "As a task"),
            ("nothing", "Nothing to say"),
            ("nobody", "Nobody is responsible"),
            ("archived", "Archived"),
            ("no_address", "No address"),
            ("blacklisted", "Blacklisted"),
            ("denied", "Denied"),
            ("no_permission", "No permission"),
            ("quiet_hours", "Quiet hours"),
            ("pressure", "Too many contacts"),
            ("other", "Other"),
        ],
        "Result",
        readonly=True,
    )
    earliest = fields.Datetime("Not before", readonly=True, help="When it is tried again.")

    _routine_partner_period_uniq = models.UniqueIndex("(routine_id, partner_id, period_start)")

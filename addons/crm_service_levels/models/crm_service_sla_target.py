from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.sla_policy import HOUR, Target, parse_shares

KINDS = [
    ("first_reply", "First reply"),
    ("next_reply", "Next reply"),
    ("update", "Update"),
    ("resolution", "Solution"),
    ("stage", "Stage reached"),
    ("in_stage", "Time in stage"),
]
CALENDARS = [
    ("team", "Working hours of the team"),
    ("customer", "Working hours of the team in the customer's time zone"),
    ("own", "Own working hours"),
    ("always", "Around the clock"),
]
#: States of a timer.
STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("met", "Met"),
    ("breached", "Missed"),
    ("cancelled", "Cancelled"),
]


class CrmServiceSlaTarget(models.Model):
    """Something promised within a working time, and the hours that count (SVC-S)."""

    _name = "crm.service.sla.target"
    _inherit = ["crm.service.cached.mixin"]
    _description = "Service level target"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "crm.service.sla.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        "What",
        required=True,
        default="resolution",
        help="First reply: our first message to the customer. Next reply: each time he wrote. "
        "Update: he hears from us at least that often. Solution: the request is solved. "
        "Stage reached, time in stage: for the stage named.",
    )
    stage_id = fields.Many2one("crm.service.stage", ondelete="restrict")
    hours = fields.Float("Within (hours)", required=True, default=8.0, help="Working hours.")
    calendar_kind = fields.Selection(CALENDARS, "Counted in", required=True, default="team")
    calendar_id = fields.Many2one("resource.calendar", "Own hours", ondelete="restrict")
    pauses = fields.Boolean(
        default=True,
        help="The clock stops in stages that stop it, for example while waiting for the customer.",
    )
    warning_shares = fields.Char(
        "Warn at (%)", default="75, 90", help="Percent of the time at which the owner is told."
    )

    _hours_positive = models.Constraint("CHECK(hours > 0)", "A target needs more than no time.")
    _stage_named = models.Constraint(
        "CHECK(kind NOT IN ('stage', 'in_stage') OR stage_id IS NOT NULL)",
        "Name the stage the target is about.",
    )
    _calendar_named = models.Constraint(
        "CHECK(calendar_kind <> 'own' OR calendar_id IS NOT NULL)",
        "Name the working hours the target counts in.",
    )

    @api.depends("kind", "hours", "stage_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for target in self:
            what = kinds.get(target.kind, "")
            stage = f" {target.stage_id.name}" if target.stage_id else ""
            target.display_name = f"{what}{stage}: {target.hours:g} h"

    @api.constrains("calendar_kind", "calendar_id")
    def _check_calendar_id(self):
        for target in self.filtered(lambda target: target.calendar_kind == "own"):
            target.calendar_id._check_sla_hours()

    @api.constrains("warning_shares")
    def _check_warning_shares(self):
        for target in self:
            try:
                parse_shares(target.warning_shares)
            except ValueError:
                raise ValidationError(
                    self.env._("Warnings are percentages from 1 to 99, for example: 50, 75, 90")
                ) from None

    @api.constrains("policy_id", "calendar_kind")
    def _check_teams(self):
        """Teams must have hours to count in."""
        counted = self.filtered(lambda target: target.calendar_kind in ("team", "customer"))
        if counted and not self.env.context.get("install_mode"):
            # sudo: teams of other companies are judged by the same policy
            self.env["crm.service.team"].sudo()._service_teams(counted.policy_id)._check_sla_hours()

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets.policy_id._sla_changed()
        return targets

    def write(self, vals):
        res = super().write(vals)
        if vals.keys() - {"sequence"}:
            self.policy_id._sla_changed()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a target that timers of any company count by is in use
        if self.env["crm.service.sla.timer"].sudo().search_count([("target_id", "in", self.ids)]):
            raise UserError(
                self.env._("Requests were judged by this target: make a new version of the policy.")
            )

    def _as_plain(self):
        return Target(
            id=self._origin.id,
            kind=self.kind,
            seconds=max(1, round(self.hours * HOUR)),
            stage=self.stage_id.id or 0,
            calendar_kind=self.calendar_kind,
            calendar=self.calendar_id.id or 0,
            pauses=self.pauses,
            shares=parse_shares(self.warning_shares),
        )

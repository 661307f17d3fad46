from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServicePeriodPrint(models.TransientModel):
    """Period and team of a printed service report; last month is proposed."""

    _name = "crm.service.period.print"
    _description = "Service report"

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._last_month(),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: self._last_month() + relativedelta(months=1, days=-1),
    )
    team_id = fields.Many2one(
        "crm.service.team",
        domain=[("kind", "=", "service")],
        help="Empty: all teams you may see.",
    )

    @api.model
    def _last_month(self):
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for one in self:
            if one.date_to < one.date_from:
                raise ValidationError(self.env._("The period ends before it begins."))

    @api.depends("date_from", "date_to", "team_id")
    def _compute_display_name(self):
        for one in self:
            team = one.team_id.display_name or self.env._("All teams")
            one.display_name = f"{team} {one.date_from} – {one.date_to}"

    def action_print(self):
        return self.env.ref("crm_service_levels.action_report_service_period").report_action(self)

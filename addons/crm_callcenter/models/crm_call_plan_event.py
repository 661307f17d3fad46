from odoo import api, fields, models


class CrmCallPlanEvent(models.Model):
    """Days that are not like others: holidays, campaigns, days that teach nothing (CC-8)."""

    _name = "crm.call.plan.event"
    _description = "Day with unusual calls"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, help="Holidays of one name are alike, year after year.")
    kind = fields.Selection(
        [
            ("holiday", "Holiday"),
            ("campaign", "Campaign"),
            ("ignored", "Teaches nothing (exchange down)"),
        ],
        required=True,
        default="campaign",
    )
    campaign_kind = fields.Char(
        "Kind of campaign", help="Campaigns of one kind teach each other how many calls they bring."
    )
    date_from = fields.Date("First day", required=True)
    date_to = fields.Date("Last day", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    queue_ids = fields.Many2many("crm.call.queue", string="Queues", help="Empty: all.")
    knows_uplift = fields.Boolean("Planned", help="Off: as campaigns of this kind brought.")
    uplift = fields.Float(help="Share of calls more than usual: 0.3 are 30 % more.")

    _dates = models.Constraint(
        "CHECK(date_to >= date_from AND uplift >= -1 AND date_to <= date_from + 366)",
        "It ends after it began, within a year, and takes no more calls than all.",
    )

    @api.onchange("date_from")
    def _onchange_date_from(self):
        if self.date_from and not self.date_to:
            self.date_to = self.date_from

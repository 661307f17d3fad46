from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCampaignGroupTurn(models.TransientModel):
    """What to make of a response group (ROI-1)."""

    _name = "crm.campaign.group.turn"
    _description = "Next measure for a response group"

    group_id = fields.Many2one("crm.campaign.response.group", required=True, readonly=True)
    campaign_id = fields.Many2one(related="group_id.campaign_id")
    company_id = fields.Many2one(related="group_id.company_id")
    member_count = fields.Integer(related="group_id.member_count")
    done_count = fields.Integer("Handed over before", compute="_compute_done_count")
    closed_count = fields.Integer(
        "Left out",
        compute="_compute_closed_count",
        help="No contact, and the lead is archived or gone: there is nothing a task could be "
        "about.",
    )
    measure = fields.Selection(
        [
            ("lead", "Opportunities"),
            ("activity", "Tasks"),
            ("letter", "A letter"),
            ("campaign", "A sub-campaign"),
        ],
        required=True,
        default="lead",
    )
    distribution_id = fields.Many2one(
        "crm.campaign.distribution",
        default=lambda self: self.env["crm.campaign.distribution"].search([], limit=1),
        domain="[('company_id', 'in', (company_id, False))]",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity",
        default=lambda self: self.env.ref("mail.mail_activity_data_call", False),
        domain="[('res_model', 'in', (False, 'res.partner'))]",
    )
    summary = fields.Char()
    note = fields.Html()
    days = fields.Integer("Within (days)", default=5)
    title = fields.Char(
        compute="_compute_title", store=True, readonly=False, precompute=True, required=True
    )

    @api.depends("group_id")
    def _compute_title(self):
        for turn in self:
            turn.title = f"{turn.campaign_id.title}: {turn.group_id.name}"

    @api.depends("group_id", "measure")
    def _compute_done_count(self):
        for turn in self:
            turn.done_count = self.env["crm.campaign.handover"].search_count(
                [("group_id", "=", turn.group_id.id), ("kind", "=", turn.measure)]
            )

    @api.depends("group_id", "measure")
    def _compute_closed_count(self):
        for turn in self:
            asked = turn.group_id and turn.measure in ("lead", "activity")
            turn.closed_count = asked and turn.group_id._without_document(turn.measure)

    def action_turn(self):
        """Do it and open what was made.

        :raises UserError: when everybody was handed over before
        """
        self.ensure_one()
        return getattr(self, f"_turn_into_{self.measure}")()

    def _turn_into_lead(self):
        if not self.distribution_id:
            raise UserError(self.env._("Choose by which rule the opportunities are shared."))
        leads = self._something(self.group_id._make_leads(self.distribution_id))
        return self._open(leads, self.env._("Opportunities"), "list,kanban,form")

    def _turn_into_activity(self):
        if not self.activity_type_id:
            raise UserError(self.env._("Choose what is to be done."))
        self._something(
            self.group_id._make_activities(
                self.distribution_id, self.activity_type_id, self.summary, self.days, self.note
            )
        )
        return self.group_id.action_open_handovers()

    def _turn_into_letter(self):
        wave = self.group_id._make_wave("letter", self.title)
        return self._open(wave, wave.name, "form")

    def _turn_into_campaign(self):
        campaign = self.group_id._make_campaign(self.title)
        return self._open(campaign, campaign.title, "form")

    def _something(self, records):
        if not records:
            raise UserError(self.env._("Everybody in this group was handed over before."))
        return records

    def _open(self, records, name, modes):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "view_mode": modes,
        }
        if modes == "form":
            return {**action, "res_id": records.id}
        return {**action, "domain": [("id", "in", records.ids)]}

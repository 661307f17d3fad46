from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class CrmCampaignWave(models.Model):
    """Waves branch by response: a wave goes to a response group of an earlier one (ROI-1)."""

    _inherit = "crm.campaign.wave"

    response_group_id = fields.Many2one(
        "crm.campaign.response.group",
        "Response group",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        domain="[('campaign_id', '=', campaign_id), ('wave_id', '!=', id)]",
        help="Only its members get this wave; empty: all targets.",
    )
    after_wave_id = fields.Many2one(
        compute="_compute_after_wave_id", store=True, readonly=False, precompute=True
    )
    response_group_ids = fields.One2many(
        "crm.campaign.response.group", "wave_id", "Response groups"
    )

    @api.depends("response_group_id.wave_id")
    def _compute_after_wave_id(self):
        """A wave to a response group comes after the wave that the group is about."""
        for wave in self:
            wave.after_wave_id = wave.response_group_id.wave_id or wave.after_wave_id

    @api.constrains("response_group_id", "after_wave_id", "campaign_id")
    def _check_response_group_id(self):
        """No branch back: groups follow their waves, and waves never follow themselves."""
        for wave in self.filtered("response_group_id"):
            group = wave.response_group_id
            if group.wave_id == wave:
                raise ValidationError(self.env._("A wave cannot go to those who answered it."))
            if group.campaign_id != wave.campaign_id:
                raise ValidationError(
                    self.env._("“%s” is a group of another campaign.", group.name)
                )
            if group.wave_id and wave.after_wave_id != group.wave_id:
                raise ValidationError(
                    self.env._("%(wave)s comes after the wave of its group.", wave=wave.name)
                )

    def _condition_sql(self):
        """Only members of the response group, if there is one."""
        targets = super()._condition_sql()
        if not self.response_group_id:
            return targets
        members = self.response_group_id._members_sql()
        return SQL("SELECT c.id FROM (%s) c JOIN (%s) m ON m.id = c.id", targets, members)

    def action_usual_groups(self):
        """Add the response groups that fit the method."""
        self.env["utm.campaign"]._check_marketer()
        if not self.env["crm.campaign.response.group"]._make_usual(self):
            raise UserError(self.env._("This wave has response groups already."))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

from odoo import api, fields, models

READERS = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"


class CrmCampaignWavedMixin(models.AbstractModel):
    """What waves are about, such as an event or a survey: it tells how many campaigns (ROI-1).

    A model that inherits says by ``_campaign_wave_field`` which field of ``crm.campaign.wave``
    names its records, and has ``campaign_wave_ids``, the waves that do.
    """

    _name = "crm.campaign.waved.mixin"
    _description = "Subject of waves"
    _campaign_wave_field = ""

    campaign_count = fields.Integer("Campaigns", compute="_compute_campaign_count", groups=READERS)

    @api.depends(lambda self: ["campaign_wave_ids"] if self._campaign_wave_field else [])
    def _compute_campaign_count(self):
        """In one query, whatever the number of records."""
        name = self._campaign_wave_field
        counts = dict(
            self.env["crm.campaign.wave"]._read_group(
                [(name, "in", self.ids)], [name], ["campaign_id:count_distinct"]
            )
        )
        for record in self:
            record.campaign_count = counts.get(record._origin, 0)

    def action_open_campaigns(self):
        """Open the campaigns whose waves name the record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Campaigns"),
            "res_model": "utm.campaign",
            "view_mode": "list,kanban,form",
            "domain": [(f"wave_ids.{self._campaign_wave_field}", "=", self.id)],
        }

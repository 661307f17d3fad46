from odoo import fields, models

from .crm_campaign_money_mixin import ROLES


class CrmCampaignWaveMaterialMixin(models.AbstractModel):
    """The marketing material that a wave uses, in the version that was approved then (ROI-1)."""

    _name = "crm.campaign.wave.material.mixin"
    _description = "Material of a wave"

    material_use_ids = fields.One2many(
        "crm.campaign.wave.material", "wave_id", "Material", copy=True, groups=ROLES
    )

    def _with_material(self, field, ids):
        """The window of the waves, begun or not, that use material or a version of it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_wave"
        )
        return {**action, "domain": [(f"material_use_ids.{field}", "in", ids)], "context": {}}

    def _material_missing(self):
        """A sentence for each material that has no approved version."""
        # sudo: whoever starts the wave is told, whatever material he may read
        uses = self.sudo().material_use_ids
        return [
            self.env._(
                "No version of the material “%s” is approved: have one approved, or take the "
                "material off the wave.",
                use.material_id.name,
            )
            for use in uses
            if use._lacks_version()
        ]

    def _record_material(self):
        """Keep which version is approved now; what was kept before stays."""
        # sudo: versions are recorded by this method only
        for use in self.sudo().material_use_ids.filtered(lambda use: not use.version_id):
            use.write(
                {
                    "version_id": use.material_id.current_id.id,
                    "recorded_on": fields.Datetime.now(),
                }
            )

    def _forget_material(self):
        """A wave that nobody got records its versions anew when it starts."""
        # sudo: as above
        waves = self.sudo().filtered(lambda wave: not wave._has_gone_out())
        waves.material_use_ids.write({"version_id": False, "recorded_on": False})

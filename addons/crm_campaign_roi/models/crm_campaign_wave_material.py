from odoo import api, fields, models
from odoo.exceptions import UserError

#: Written when the wave is made ready or started, by nobody else.
RECORDED = {"version_id", "recorded_on"}


class CrmCampaignWaveMaterial(models.Model):
    """Material that a wave uses, and which version of it that was (ROI-1).

    The version is the one approved when the wave was made ready or started. It stays, whatever is
    approved later.
    """

    _name = "crm.campaign.wave.material"
    _description = "Material of a wave"
    _order = "wave_id, id"
    _rec_name = "material_id"
    _check_company_auto = True

    wave_id = fields.Many2one("crm.campaign.wave", required=True, ondelete="cascade", index=True)
    campaign_id = fields.Many2one(related="wave_id.campaign_id")
    company_id = fields.Many2one(related="wave_id.company_id", store=True, index="btree_not_null")
    state = fields.Selection(related="wave_id.state")
    material_id = fields.Many2one(
        "crm.campaign.material", required=True, ondelete="restrict", index=True, check_company=True
    )
    current_id = fields.Many2one(related="material_id.current_id")
    version_id = fields.Many2one(
        "crm.campaign.material.version",
        "Version used",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The one that was approved when the wave was made ready or started.",
    )
    recorded_on = fields.Datetime("Recorded on", readonly=True, copy=False)
    is_superseded = fields.Boolean("Newer version approved", compute="_compute_is_superseded")

    _material_uniq = models.UniqueIndex(
        "(wave_id, material_id)", "The wave uses this material already."
    )

    @api.depends("version_id", "current_id")
    def _compute_is_superseded(self):
        for use in self:
            use.is_superseded = bool(use.version_id and use.version_id != use.current_id)

    def _lacks_version(self):
        """Whether nothing of it may be sent; a wave that went out keeps what it used."""
        if self.material_id.current_id:
            return False
        return not (self.version_id and (self.wave_id._has_begun() or self.wave_id._has_gone_out()))

    @api.model_create_multi
    def create(self, vals_list):
        """Chosen for a wave that has not begun; the campaign uses the material, too."""
        chosen = [{key: vals[key] for key in vals if key not in RECORDED} for vals in vals_list]
        uses = super().create(chosen)
        uses._check_open()
        uses._tell_campaigns()
        return uses

    def write(self, vals):
        """Other material has no version yet.

        :raises UserError: when the wave has begun, or a version is to be set by hand
        """
        if not self.env.su and not RECORDED.isdisjoint(vals):
            raise UserError(self.env._("Versions are recorded when a wave is ready or started."))
        if {"wave_id", "material_id"}.isdisjoint(vals):
            return super().write(vals)
        self._check_open()
        super().write({**vals, **dict.fromkeys(RECORDED, False)})
        self._check_open()
        self._tell_campaigns()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_open()

    def _check_open(self):
        for wave in self.wave_id:
            if wave._has_begun() or wave._has_gone_out():
                raise UserError(self.env._("%s has begun: its material stays as it is.", wave.name))

    def _tell_campaigns(self):
        for use in self:
            if use.material_id not in use.campaign_id.material_ids:
                use.campaign_id.material_ids += use.material_id

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCampaignMaterial(models.Model):
    """Marketing material: a flyer, a film, a letter, in versions that are approved (ROI-1)."""

    _name = "crm.campaign.material"
    _inherit = ["mail.thread"]
    _description = "Marketing material"
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    user_id = fields.Many2one("res.users", "Owner", default=lambda self: self.env.user)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("picture", "Picture"),
            ("print", "Print"),
            ("film", "Film or sound"),
            ("slides", "Slides"),
            ("gift", "Gift or sample"),
            ("other", "Other"),
        ],
        default="print",
        required=True,
    )
    description = fields.Text()
    product_ids = fields.Many2many(
        "product.product", "crm_campaign_material_product_rel", string="About"
    )
    campaign_ids = fields.Many2many(
        "utm.campaign",
        "crm_campaign_material_rel",
        "material_id",
        "campaign_id",
        "Used in",
        copy=False,
    )
    use_ids = fields.One2many(
        "crm.campaign.wave.material", "material_id", "Waves with it", copy=False
    )
    wave_count = fields.Integer("Waves", compute="_compute_wave_count")
    campaign_count = fields.Integer("Campaigns", compute="_compute_campaign_count")
    version_ids = fields.One2many("crm.campaign.material.version", "material_id", "Versions")
    current_id = fields.Many2one(
        "crm.campaign.material.version",
        "Approved version",
        compute="_compute_current_id",
        store=True,
    )

    @api.depends("version_ids.state")
    def _compute_current_id(self):
        for material in self:
            approved = material.version_ids.filtered(lambda one: one.state == "approved")
            material.current_id = approved[:1]

    @api.depends("campaign_ids")
    def _compute_campaign_count(self):
        for material in self:
            material.campaign_count = len(material.campaign_ids)

    @api.depends("use_ids")
    def _compute_wave_count(self):
        for material in self:
            material.wave_count = len(material.use_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: waves of other companies count, too
        if used := self.sudo().filtered("use_ids")[:1]:
            raise UserError(self.env._("Waves use “%s”: archive it instead.", used.name))

    def action_open_waves(self):
        """Open the waves that use it."""
        return self.env["crm.campaign.wave"]._with_material("material_id", self.ids)

    def action_open_campaigns(self):
        """Open the campaigns that use it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign"
        )
        return {**action, "domain": [("material_ids", "in", self.ids)], "context": {}}

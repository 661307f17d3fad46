from odoo import fields, models


class CrmCallMenuVersion(models.Model):
    """A design as it was published; it does not change any more (CC-4)."""

    _name = "crm.call.menu.version"
    _description = "Published version of a telephone menu"
    _order = "menu_id, number desc"
    _rec_name = "number"

    menu_id = fields.Many2one(
        "crm.call.menu", required=True, ondelete="cascade", readonly=True, index=True
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    design = fields.Json(required=True, readonly=True)
    is_live = fields.Boolean("Published", compute="_compute_is_live")

    _number_uniq = models.UniqueIndex("(menu_id, number)")

    def _compute_is_live(self):
        for version in self:
            version.is_live = version.menu_id.version_id == version

    def action_restore(self):
        """Let the next call hear this version again; the design stays as it is."""
        self.ensure_one()
        self.menu_id.version_id = self

    def _files(self):
        """Checksums of the recordings that are played."""
        prompts = (
            prompt
            for version in self
            for node in version.design["nodes"]
            for prompt in [*node["prompts"], *node["wrong"]]
        )
        return sorted({value for kind, value in prompts if kind == "file"})

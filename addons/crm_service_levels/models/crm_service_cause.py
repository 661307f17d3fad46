from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServiceCause(models.Model):
    """Why something went wrong, as a tree: for Pareto charts and education (SVC-C, SVC-E)."""

    _name = "crm.service.cause"
    _description = "Cause"
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "name"]

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        "Cause", compute="_compute_complete_name", recursive=True, store=True
    )
    code = fields.Char()
    parent_id = fields.Many2one(
        "crm.service.cause", "Part of", index="btree_not_null", ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.service.cause", "parent_id", "Narrower causes")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "This code is in use already.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for cause in self:
            parts = [cause.parent_id.complete_name, cause.name]
            cause.complete_name = " / ".join(filter(None, parts))

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """As the complete name, which is stored for the order, in the reader's language."""
        for cause in self:
            cause.display_name = " / ".join(
                filter(None, [cause.parent_id.display_name, cause.name])
            )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause cannot be part of itself."))

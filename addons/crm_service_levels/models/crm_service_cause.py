from dateutil.relativedelta import relativedelta

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
    display_name = fields.Char(recursive=True)
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

    def action_educate(self):
        """Start a measure for the owners of the model on which this cause recurs most (SVC-E)."""
        self.ensure_one()
        self.env["crm.service.education"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.education",
            "views": [[False, "form"]],
            "context": {
                "default_name": self.name,
                "default_cause_id": self.id,
                "default_product_id": self._recurs_on().id,
            },
        }

    def _recurs_on(self):
        """Model with most requests of this cause or a narrower one in the last twelve months."""
        since = fields.Datetime.now() - relativedelta(months=12)
        rows = self.env["crm.service.request"]._read_group(
            [
                ("cause_id", "child_of", self.id),
                ("product_id", "!=", False),
                ("state", "!=", "cancelled"),
                ("date_open", ">=", since),
            ],
            ["product_id"],
            ["__count"],
            order="__count DESC, product_id",
            limit=1,
        )
        return rows[0][0] if rows else self.env["product.product"]

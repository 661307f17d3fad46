from odoo import models


class UtmMixin(models.AbstractModel):
    """Links that name a campaign that was merged lead to the one that it was merged into."""

    _inherit = "utm.mixin"

    def _find_or_create_record(self, model_name, name):
        record = super()._find_or_create_record(model_name, name)
        if model_name != "utm.campaign":
            return record
        # sudo: visitors know names; only the campaign's identity is taken from it
        return record.sudo().merged_into_id.with_env(self.env) or record

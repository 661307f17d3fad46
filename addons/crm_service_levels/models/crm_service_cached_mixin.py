from odoo import api, models


class CrmServiceCachedMixin(models.AbstractModel):
    """Rules that are read from a cache (``tools.ormcache``): every change empties it."""

    _name = "crm.service.cached.mixin"
    _description = "Rule in the cache"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

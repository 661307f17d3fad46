from odoo import api, models
from odoo.fields import Domain

from ..tools import finding
from ..tools.finding import FindSource


class CrmServiceFinder(models.AbstractModel):
    """Serial numbers in the find box (SVC-L1, SVC-L3)."""

    _inherit = "crm.service.finder"

    @api.model
    def _service_find_providers(self):
        source = FindSource(
            "assets",
            self.env._("Assets"),
            "fa-cube",
            25,
            frozenset({"code"}),
            "_find_assets",
            "crm.customer.asset",
        )
        return [*super()._service_find_providers(), source]

    @api.model
    def _find_assets(self, term, limit):
        """Assets by serial number, on its trigram index."""
        found = self.env["crm.customer.asset"].search(
            Domain("serial", "ilike", term), order="id desc", limit=limit
        )
        return [
            self._hit(
                asset,
                asset.display_name,
                [asset.serial, asset.partner_id.name],
                finding.fitness(term, asset.serial),
                new=self._new_for(asset.partner_id, default_asset_id=asset.id),
            )
            for asset in found
        ]

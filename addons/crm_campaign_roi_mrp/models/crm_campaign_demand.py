from odoo import models


class CrmCampaignDemand(models.Model):
    """Kits are not stored: their parts are replenished (ROI-4)."""

    _inherit = "crm.campaign.demand"

    def _shipped(self, products):
        return super()._shipped(products) | self._kits(products)

    def _kits(self, products):
        """Those of *products* that are sold as a kit."""
        # sudo: what is in a kit decides what is wanted, whoever asks
        found = self.env["mrp.bom"].sudo()._bom_find(products, bom_type="phantom")
        return products.filtered(found.get)

    def _needs(self):
        """Kits become what they are made of."""
        rows = super()._needs()
        products = self.env["product.product"].browse({row[0] for row in rows})
        parts = {kit.id: self._parts_of(kit) for kit in self._kits(products)}
        found = []
        for product, warehouse, week, units in rows:
            for part, each in parts.get(product, {product: 1.0}).items():
                found.append((part, warehouse, week, units * each))
        return self._summed(found)

    @staticmethod
    def _summed(rows):
        sums = {}
        for *key, units in rows:
            sums[tuple(key)] = sums.get(tuple(key), 0.0) + units
        return [(*key, units) for key, units in sums.items()]

    def _parts_of(self, kit):
        """``{product id: units}`` of one *kit*, kits within kits included."""
        # sudo: as above
        bom = self.env["mrp.bom"].sudo()._bom_find(kit, bom_type="phantom")[kit]
        _boms, lines = bom.explode(kit, 1.0)
        parts = {}
        for line, data in lines:
            part = line.product_id
            units = line.product_uom_id._compute_quantity(data["qty"], part.uom_id, round=False)
            parts[part.id] = parts.get(part.id, 0.0) + units / (bom.product_qty or 1.0)
        return parts

    def action_open_components(self):
        """What the planned quantities are made of."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi_mrp.action_crm_campaign_component"
        )
        return {**action, "domain": [("demand_id", "in", self.ids)], "context": {}}

from odoo import models


class CrmCampaignDemand(models.Model):
    """Kits are not stored: their parts are replenished (ROI-4)."""

    _inherit = "crm.campaign.demand"

    def _shipped(self, products, company):
        return super()._shipped(products, company) | self._kits(products, company)

    def _kits(self, products, company):
        """Those of *products* that *company* sells as a kit."""
        found = self._kit_bills(products, company)
        return products.filtered(found.get)

    def _kit_bills(self, products, company):
        """``{product: its bill as a kit}``; another company's bills say nothing of this one."""
        # sudo: what is in a kit decides what is wanted, whoever asks
        bills = self.env["mrp.bom"].sudo().with_company(company)
        return bills._bom_find(products, company_id=company.id, bom_type="phantom")

    def _needs(self):
        """Kits become what they are made of."""
        rows = super()._needs()
        # sudo: whose warehouse it is; who plans may work in one company only
        warehouses = self.env["stock.warehouse"].sudo().browse({row[1] for row in rows})
        company_of = {warehouse.id: warehouse.company_id for warehouse in warehouses}
        parts = self._parts_by_company({(row[0], company_of[row[1]]) for row in rows})
        found = []
        for product, warehouse, week, units in rows:
            made_of = parts.get((product, company_of[warehouse].id), {product: 1.0})
            for part, each in made_of.items():
                found.append((part, warehouse, week, units * each))
        return self._summed(found)

    def _parts_by_company(self, pairs):
        """``{(kit id, company id): {product id: units}}`` of *pairs* (product id, company)."""
        found, wanted = {}, {}
        for product, company in pairs:
            wanted.setdefault(company, set()).add(product)
        for company, keys in wanted.items():
            products = self.env["product.product"].browse(keys)
            for kit in self._kits(products, company):
                found[kit.id, company.id] = self._parts_of(kit, company)
        return found

    @staticmethod
    def _summed(rows):
        sums = {}
        for *key, units in rows:
            sums[tuple(key)] = sums.get(tuple(key), 0.0) + units
        return [(*key, units) for key, units in sums.items()]

    def _parts_of(self, kit, company):
        """``{product id: units}`` of one *kit* in its own unit, kits within kits included.

        The bill may be in another unit: of a dozen kits one is a twelfth.
        """
        bom = self._kit_bills(kit, company)[kit]
        one = kit.uom_id._compute_quantity(1.0, bom.product_uom_id, round=False)
        _boms, lines = bom.explode(kit, one / (bom.product_qty or 1.0))
        parts = {}
        for line, data in lines:
            part = line.product_id
            units = line.product_uom_id._compute_quantity(data["qty"], part.uom_id, round=False)
            parts[part.id] = parts.get(part.id, 0.0) + units
        return parts

    def action_open_components(self):
        """What the planned quantities are made of."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi_mrp.action_crm_campaign_component"
        )
        return {**action, "domain": [("demand_id", "in", self.ids)], "context": {}}

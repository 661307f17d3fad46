from odoo import models


class CrmProductSuggestion(models.AbstractModel):
    """What is not in stock is not suggested, where a company says so (ROI-5)."""

    _inherit = "crm.product.suggestion"

    def _offerable(self, products, partner, company):
        found = super()._offerable(products, partner, company)
        setting = self.env["crm.value.setting"]._for_companies(company)[company.id]
        if not setting.offer_in_stock_only:
            return found
        # sudo: whether there is any; who sells or buys need not read stock
        stock = found.sudo().with_company(company)
        return found.browse(
            [product.id for product in stock if not product.is_storable or product.free_qty > 0]
        )

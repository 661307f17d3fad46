from odoo import api, fields, models


class CrmCompetitorProduct(models.Model):
    """A competitor's product beside ours, with the price that was seen (ROI-6)."""

    _name = "crm.competitor.product"
    _description = "Product of a competitor"
    _order = "competitor_id, name, id"

    competitor_id = fields.Many2one("crm.competitor", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="competitor_id.company_id", store=True)
    name = fields.Char(required=True)
    product_id = fields.Many2one(
        "product.product", "Ours", index="btree_not_null", domain=[("sale_ok", "=", True)]
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    price = fields.Monetary("His price", help="Empty when nobody knows it.")
    seen_on = fields.Date("Seen on", default=fields.Date.context_today)
    our_price = fields.Monetary(compute="_compute_our_price", help="List price, in his currency.")
    dearer = fields.Float(
        "He is dearer by (%)",
        compute="_compute_our_price",
        help="His price compared with ours; negative when he is cheaper.",
    )
    comparison = fields.Char(help="Where his product is better or worse.")

    _price_positive = models.Constraint("CHECK(price >= 0)", "A price is not negative.")

    @api.depends("product_id.lst_price", "price", "currency_id", "seen_on")
    def _compute_our_price(self):
        for one in self:
            ours = one.product_id
            one.our_price = bool(ours) and ours.currency_id._convert(
                ours.lst_price,
                one.currency_id,
                one.company_id or self.env.company,
                one.seen_on or fields.Date.context_today(self),
            )
            one.dearer = one._by(one.our_price)

    def _by(self, ours):
        """Difference in per cent of our price; nothing when one of the two is not known."""
        return (self.price - ours) / ours * 100 if ours and self.price else False

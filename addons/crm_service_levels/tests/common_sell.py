from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .common_asset import AssetCase

MODULE = "crm_service_levels"


class SellCase(AssetCase):
    """A pump of Acme, 18 months old: parts are in warranty for 24 months, labor for 12.

    ==========  ====================================================
    sal         representative who may sell from requests
    seal        part, 2 for a pump, 50.00 (cost 30.00), covered
    filter      consumable, 1 for a pump, 20.00 (cost 5.00)
    hour        labor, 80.00 an hour; drive: travel, 40.00 an hour
    old_pump    trade-in, at most 100.00
    kit         optional product of the pump, 100.00
    ==========  ====================================================

    Limits of the role: orders of 1,000, discounts of 5 percent; of the leader: 10,000 and 20.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sal = cls._user("sal", f"{MODULE}.group_service_sales")
        cls.env["crm.service.part"].search([]).active = False
        cls.seal = cls._sold("Seal", 50.0, 30.0, default_code="SEAL-1", barcode="4006381333931")
        cls.filter = cls._sold("Filter", 20.0, 5.0)
        hour = cls.env.ref("uom.product_uom_hour")
        cls.hour = cls._sold("Work", 80.0, 0.0, type="service", uom_id=hour.id)
        cls.drive = cls._sold("Drive", 40.0, 0.0, type="service", uom_id=hour.id)
        cls.old_pump = cls._sold("Old pump", 0.0, 0.0)
        cls.kit = cls._sold("Care kit", 100.0, 60.0)
        cls.pump.product_tmpl_id.optional_product_ids = cls.kit.product_tmpl_id
        model = cls.pump.product_tmpl_id
        cls.seal_part = cls._part(cls.seal, "part", model, quantity=2)
        cls.filter_part = cls._part(cls.filter, "consumable", model)
        cls._part(cls.old_pump, "trade_in", model, trade_value=100.0)
        cls._part(cls.hour, "labor")
        cls._part(cls.drive, "travel")
        cls._rule()
        cls.until = fields.Date.today() + relativedelta(months=6)
        bought = cls.until - relativedelta(months=24)
        cls.asset = cls._asset(delivered_on=bought)
        cls.until = cls.asset.warranty_parts_until
        cls.request = cls._request(asset_id=cls.asset.id, user_id=cls.sal.id)

    @classmethod
    def _sold(cls, name, price, cost, **values):
        defaults = {"type": "consu", "categ_id": cls.categ.id, "taxes_id": [Command.clear()]}
        product = cls.env["product.product"].create({**defaults, "name": name, **values})
        product.write({"lst_price": price, "standard_price": cost})
        return product

    @classmethod
    def _part(cls, product, kind, model=None, **values):
        values |= {"product_id": product.id, "kind": kind, "model_tmpl_id": model and model.id}
        return cls.env["crm.service.part"].create(values)

    def _as(self, user, request=None):
        self.env.invalidate_all()
        return (request or self.request).with_user(user)

    @staticmethod
    def _want(product, kind, quantity=1.0, discount=0.0, credit=0.0):
        return {
            "product_id": product.id,
            "kind": kind,
            "quantity": quantity,
            "discount": discount,
            "credit": credit,
        }

    def _sell(self, *wanted, user=None, follow=None, request=None, **values):
        order = self._as(user or self.sal, request)._sell(list(wanted), follow, **values)
        return self.env["sale.order"].browse(order.id)

    def _suggested(self, request=None):
        """``{product: (kind, quantity, whether free)}`` of the card."""
        card = self._as(self.rita, request).get_sale_card()
        return {
            self.env["product.product"].browse(row["product_id"]): (
                row["kind"],
                row["quantity"],
                bool(row["free"]),
            )
            for row in card["suggestions"]
        }

    def _level_open(self):
        spans = self.request.level_span_ids.filtered(lambda span: span.level == "4")
        return [not span.date_to for span in spans]

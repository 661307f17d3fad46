from datetime import date

from .common_service import ServiceCase


class AssetCase(ServiceCase):
    """Pumps of Acme: a product with a category, a maker, and a rule of 24 and 12 months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Asset = cls.env["crm.customer.asset"]
        cls.categ = cls.env["product.category"].create({"name": "Machines"})
        cls.pumps = cls.env["product.category"].create({"name": "Pumps", "parent_id": cls.categ.id})
        cls.pump = cls._product("Pump P1", cls.pumps)
        cls.motor = cls._product("Motor M1", cls.categ)
        cls.maker = cls.env["crm.service.maker"].create({"name": "Works of the asset tests"})
        cls.site = cls.env["res.partner"].create(
            {"name": "Plant North", "parent_id": cls.acme.id, "type": "delivery"}
        )
        cls.beta = cls.env["res.partner"].create({"name": "Beta", "is_company": True})

    @classmethod
    def _product(cls, name, categ):
        return cls.env["product.product"].create({"name": name, "categ_id": categ.id})

    @classmethod
    def _rule(cls, **values):
        defaults = {"name": "Pumps", "categ_id": cls.pumps.id, "months_parts": 24}
        defaults |= {"months_labor": 12, "months_travel": 0}
        return cls.env["crm.service.warranty.rule"].create({**defaults, **values})

    @classmethod
    def _asset(cls, user=None, **values):
        defaults = {
            "product_id": cls.pump.id,
            "partner_id": cls.acme.id,
            "contact_id": cls.anna.id,
            "delivered_on": date(2026, 3, 15),
        }
        return cls.Asset.with_user(user or cls.env.user).create({**defaults, **values})

    @classmethod
    def _assets(cls, count, **values):
        """*count* pumps with the serials S00000, S00001 …"""
        defaults = {
            "product_id": cls.pump.id,
            "partner_id": cls.acme.id,
            "delivered_on": date(2026, 3, 15),
        }
        return cls.Asset.create(
            [{**defaults, **values, "serial": f"S{number:05d}"} for number in range(count)]
        )

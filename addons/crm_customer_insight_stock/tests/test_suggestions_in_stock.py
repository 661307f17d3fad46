from odoo.tests import tagged

from odoo.addons.crm_customer_insight.tests.association_common import AssociationCommon


@tagged("post_install", "-at_install")
class TestSuggestionsInStock(AssociationCommon):
    """What is not in stock is not suggested, where the company says so (ROI-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filter.is_storable = True
        cls.setting = cls.env["crm.value.setting"].create({"company_id": cls.company.id})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def offerable(self):
        products = self.filter | self.hose
        return self.Suggestion._offerable(products, self.alma, self.company)

    def receive(self, quantity):
        self.env["stock.quant"]._update_available_quantity(
            self.filter, self.warehouse.lot_stock_id, quantity
        )
        self.env.invalidate_all()

    def test_only_when_the_company_says_so(self):
        self.assertEqual(self.offerable(), self.filter | self.hose)
        self.setting.offer_in_stock_only = True
        self.assertEqual(self.offerable(), self.hose)
        self.receive(2)
        self.assertEqual(self.offerable(), self.filter | self.hose)

    def test_not_on_the_quotation(self):
        self.twenty_baskets(partner=self.bert)
        self.find_rules()
        order = self.quotation(self.pump)
        self.assertTrue(self.Suggestion.get_order_suggestions(order.id))
        self.setting.offer_in_stock_only = True
        self.assertFalse(self.Suggestion.get_order_suggestions(order.id))

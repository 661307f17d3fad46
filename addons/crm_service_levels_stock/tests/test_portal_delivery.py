from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.crm_service_levels.tests.common_portal import PageMixin, PortalCase


@tagged("post_install", "-at_install")
class TestPortalDelivery(PageMixin, PortalCase, HttpCase):
    """SVC-T: deliveries with steps like a parcel, of the own company only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.write({"type": "consu", "is_storable": True})
        domain = [("company_id", "=", cls.company.id)]
        cls.stock = cls.env["stock.warehouse"].search(domain, limit=1).lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.pump, cls.stock, 5)
        cls.order = cls._order(cls.anna)
        cls.picking = cls.order.picking_ids
        cls.request.sale_order_id = cls.order

    @classmethod
    def _order(cls, partner):
        order = cls.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": cls.pump.id})]}
        )
        order.action_confirm()
        return order

    def _stations(self):
        rows = self.picking._service_portal_values()["stations"]
        return [(row["code"], row["status"]) for row in rows if row["status"] != "ahead"]

    def test_the_way_of_a_delivery(self):
        self.assertEqual(
            self._stations(),
            [("ordered", "done"), ("prepared", "done"), ("ready", "current")],
        )
        self.picking.do_unreserve()
        self.assertEqual(self._stations()[-1], ("prepared", "current"))
        self.picking.action_assign()
        self.picking.button_validate()
        self.assertEqual(self._stations()[-1], ("shipped", "done"))

    def test_the_customer_follows_his_deliveries_and_nobody_elses(self):
        theirs = self._order(self.bert).picking_ids
        self.env.flush_all()
        self._login(self.alan_user)
        self.assertIn(self.picking.name, self.url_open("/my/deliveries").text)
        page = self.url_open(f"/my/deliveries/{self.picking.id}").text
        self.assertIn("Pump P1", page)
        self.assertIn("Ready to ship", page)
        self.assertNotIn(theirs.name, self.url_open("/my/deliveries").text)
        self.assertEqual(self.url_open(f"/my/deliveries/{theirs.id}").status_code, 404)
        self._login(self.bert_user)
        self.assertEqual(self.url_open(f"/my/deliveries/{self.picking.id}").status_code, 404)

    def test_another_customers_delivery_to_my_address_is_not_mine(self):
        self.picking.partner_id = self.bert
        portal = self.env["crm.service.portal"].with_user(self.bert_user)
        self.assertFalse(portal._delivery(self.picking.id))

    def test_the_request_leads_to_the_delivery_and_a_guest_sees_its_name(self):
        url = f"/my/deliveries/{self.picking.id}"
        self.assertIn(url, [link["url"] for link in self.request._portal_values()["links"]])
        links = self.request._portal_values(guest=True)["links"]
        self.assertTrue([link for link in links if self.picking.name in link["name"]])
        self.assertFalse([link for link in links if link["url"]])

    def test_the_order_shows_when_it_was_delivered_and_leads_to_the_delivery(self):
        def delivered():
            row = self.order._service_portal_stations()[1]
            return row["code"], row["status"], row["date"]

        self.assertEqual(delivered(), ("delivered", "current", None))
        theirs = self._order(self.bert)
        self.env.flush_all()
        self._login(self.anna_user)
        page = self.url_open(self.order.access_url).text
        self.assertIn(f'href="/my/deliveries/{self.picking.id}"', page)
        self.assertNotIn(theirs.picking_ids.name, page)
        self.picking.button_validate()
        self.assertEqual(delivered(), ("delivered", "done", self.picking.date_done))

    def test_the_reference_of_the_carrier(self):
        """Odoo's carriers bring two fields; without them there is no reference and no error."""
        self.assertEqual(
            self.picking._service_portal_tracking(), {"tracking": "", "tracking_url": ""}
        )
        with self._carrier("JD0146", "https://parcel.example.com/JD0146"):
            values = self.picking._service_portal_values()
            told = {"tracking": "JD0146", "tracking_url": "https://parcel.example.com/JD0146"}
            self.assertEqual({name: values[name] for name in told}, told)
            self._login(self.anna_user)
            page = self.url_open(f"/my/deliveries/{self.picking.id}").text
            self.assertIn('href="https://parcel.example.com/JD0146"', page)
            self.assertIn(">JD0146</a>", page)

    @contextmanager
    def _carrier(self, reference, address):
        """As if the delivery had gone out by a carrier, whether Odoo's addon for them is there."""
        pickings = type(self.picking)
        told = patch.object(pickings, "carrier_tracking_ref", reference, create=True)
        shown = patch.object(pickings, "carrier_tracking_url", address, create=True)
        with told, shown:
            yield

    def test_opening_a_delivery_changes_nothing(self):
        self._login(self.anna_user)
        query = "SELECT sum(hashtext(t::text)::bigint) FROM stock_picking t"
        self.env.flush_all()
        self.env.cr.execute(query)
        before = self.env.cr.fetchone()
        for path in ("/my", "/my/deliveries", f"/my/deliveries/{self.picking.id}"):
            self.assertEqual(self.url_open(path).status_code, 200)
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_counters_of_the_home_page(self):
        portal = self.env["crm.service.portal"].with_user(self.anna_user)
        names = ["service_delivery_count"]
        self.assertEqual(portal._counts(names), {"service_delivery_count": 1})

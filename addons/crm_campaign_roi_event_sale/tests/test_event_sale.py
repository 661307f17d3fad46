"""Tickets sold to whom a campaign invited are its deals (ROI-1, ROI-2)."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi_event.tests.common_event import DAY, NOW, EventCase


@tagged("post_install", "-at_install")
class TestEventSale(EventCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {
                "name": "Seat",
                "type": "service",
                "service_tracking": "event",
                "list_price": 80.0,
                "standard_price": 30.0,
                "taxes_id": False,
            }
        )
        cls.ticket = cls.env["event.event.ticket"].create(
            {
                "name": "Seat",
                "event_id": cls.event.id,
                "product_id": cls.product.id,
                "price": 80.0,
            }
        )

    def setUp(self):
        super().setUp()
        self._go()

    def _order(self, person, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": person.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "price_unit": 80.0,
                            "event_id": self.event.id,
                            "event_ticket_id": self.ticket.id,
                        }
                    )
                ],
                **values,
            }
        )

    def _buy(self, person, **values):
        """As the page of the event does after a visit by the personal link."""
        order = self._order(person, **values)
        marks = self._row(self.wave, person)._event_marks()
        with self._at(NOW + DAY):
            registration = self.env["event.registration"].create(
                {
                    "name": person.name,
                    "email": person.email,
                    "sale_order_line_id": order.order_line.id,
                    **marks,
                }
            )
        return order, registration

    def test_the_order_of_a_ticket_is_a_deal_of_the_campaign(self):
        """One seat at 80: revenue 80, and the log says by answer to which event."""
        order, registration = self._buy(self.anna)
        self.assertEqual(order.campaign_id, self.campaign)
        self.assertEqual(order.source_id, self.wave.mailing_ids.source_id)
        self.assertEqual(registration.utm_campaign_id, self.campaign)
        log = self.env["crm.campaign.link"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual((log.how, log.reason), ("answer", "Seminar"))
        order.action_confirm()
        self.env.flush_all()
        deals = self.env["crm.campaign.deal"].search(
            [("basis", "=", "ordered"), ("campaign_id", "=", self.campaign.id)]
        )
        self.assertEqual(sum(deals.mapped("revenue")), 80.0)
        self.assertEqual(deals.partner_id, self.anna)

    def test_an_invitation_that_is_gone_does_not_stop_a_sale(self):
        """Nothing in the database holds it; the order then has no campaign by it."""
        order = self._order(self.dora)
        gone = self.env["crm.campaign.delivery"].search([], order="id desc", limit=1).id + 1000
        with self._at(NOW + DAY):
            registration = self.env["event.registration"].create(
                {
                    "name": "Dora",
                    "event_id": self.event.id,
                    "campaign_delivery_id": gone,
                    "sale_order_line_id": order.order_line.id,
                }
            )
        self.assertEqual(registration.sale_order_id, order)
        self.assertFalse(order.campaign_id)

    def test_the_campaign_of_an_order_is_not_overwritten(self):
        other = self._campaign("Autumn")
        order, _registration = self._buy(self.bert, campaign_id=other.id)
        self.assertEqual(order.campaign_id, other)

    def test_without_an_invitation_nothing_is_marked(self):
        order = self._order(self.carl)
        with self._at(NOW + DAY):
            self.env["event.registration"].create(
                {"name": "Carl", "sale_order_line_id": order.order_line.id}
            )
        self.assertFalse(order.campaign_id)

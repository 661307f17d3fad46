from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from ..models.crm_service_sale_mixin import Channel
from ..tools.warranty import Contract
from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSell(SellCase):
    """SVC-L4: parts, labor and add-ons are sold from a request, without rights in Sales."""

    # Suggestions

    def test_suggestions_come_from_the_model_the_work_and_optional_products(self):
        efforts = self.env["crm.service.effort"]
        efforts.create({"request_id": self.request.id, "minutes": 30, "name": "Look"})
        efforts.create({"request_id": self.request.id, "minutes": 20, "name": "Repair"})
        efforts.create({"request_id": self.request.id, "minutes": 31, "work_kind": "travel"})
        # 50 minutes are four quarters of an hour begun, 31 minutes are three
        self.assertEqual(
            self._suggested(),
            {
                self.seal: ("part", 2.0, True),
                self.filter: ("consumable", 1.0, False),
                self.hour: ("labor", 1.0, False),
                self.drive: ("travel", 0.75, False),
                self.kit: ("add_on", 1.0, False),
                self.old_pump: ("trade_in", 1.0, False),
            },
        )

    def test_an_upgrade_is_suggested_and_never_free(self):
        better = self._sold("Pump P2", 900.0, 500.0)
        self._part(better, "upgrade", self.pump.product_tmpl_id)
        self.assertEqual(self._suggested()[better], ("upgrade", 1.0, False))
        order = self._sell(self._want(better, "upgrade", 1))
        self.assertEqual((order.amount_untaxed, order.order_line.service_kind), (900.0, "upgrade"))

    def test_another_model_has_only_what_is_for_all(self):
        other = self._request(product_id=self.motor.id)
        self.assertEqual(set(self._suggested(other)), {self.hour, self.drive})

    def test_work_is_charged_once_and_again_after_cancelling(self):
        self.env["crm.service.effort"].create({"request_id": self.request.id, "minutes": 120})
        self.assertEqual(self._suggested()[self.hour], ("labor", 2.0, False))
        order = self._sell(self._want(self.hour, "labor", 2))
        self.assertEqual(self._suggested()[self.hour], ("labor", 1.0, False))  # the list's one
        self._as(self.sal).cancel_quotation(order.id)
        self.assertEqual(self._suggested()[self.hour], ("labor", 2.0, False))

    # Warranty

    def test_parts_are_free_by_warranty_and_labor_is_not(self):
        order = self._sell(
            self._want(self.seal, "part", 2),
            self._want(self.hour, "labor", 1),
            self._want(self.filter, "consumable", 1),
        )
        seal, hour, dirt = order.order_line
        # 2 × 50 free + 1 × 80 + 1 × 20
        self.assertEqual(order.amount_untaxed, 100.0)
        self.assertEqual((seal.price_unit, seal.discount, seal.price_subtotal), (50.0, 100.0, 0.0))
        reason = f"In warranty until {format_date(self.env, self.until)}"
        self.assertEqual(seal.service_free_reason, reason)
        self.assertIn(reason, seal.name)
        self.assertEqual((hour.discount, dirt.discount), (0.0, 0.0))
        self.assertFalse(order._service_held())

    def test_an_expired_warranty_frees_nothing(self):
        self.asset.delivered_on = "2020-01-01"
        order = self._sell(self._want(self.seal, "part", 2))
        self.assertEqual(order.amount_untaxed, 100.0)

    def test_a_contract_covers_what_it_names_while_it_runs(self):
        self.asset.delivered_on = "2020-01-01"  # out of warranty
        today, asset = fields.Date.today(), type(self.asset)
        for until, labor in ((today, 0.0), (None, 0.0), (date(2020, 1, 1), 80.0)):
            contract = Contract("C7", until, ("labor",))
            told = {self.asset.id: contract}
            with patch.object(asset, "_service_contracts", lambda _self, t=told: t):
                card = self.env["crm.customer.asset"].get_service_card(self.asset.id)
                self.assertEqual(card["contract"]["name"], "C7")
                order = self._sell(self._want(self.hour, "labor", 1), self._want(self.seal, "part"))
            work, seal = order.order_line
            self.assertEqual((work.price_subtotal, seal.price_subtotal), (labor, 50.0), until)
            reason = "Covered by contract C7" if not labor else False
            self.assertEqual(work.service_free_reason, reason)
            self._as(self.sal).cancel_quotation(order.id)

    def test_only_the_parts_list_makes_lines_free(self):
        order = self._sell(self._want(self.kit, "part", 1))
        self.assertEqual(order.amount_untaxed, 100.0)
        self.seal_part.covered = False
        order = self._sell(self._want(self.seal, "part", 2))
        self.assertEqual(order.amount_untaxed, 100.0)

    def test_what_was_given_free_is_not_given_again(self):
        first = self._sell(self._want(self.seal, "part", 2))
        self.assertEqual(first.amount_untaxed, 0.0)
        second = self._sell(self._want(self.seal, "part", 2))
        self.assertEqual(second.amount_untaxed, 100.0)
        self._as(self.sal).cancel_quotation(first.id)
        third = self._sell(self._want(self.seal, "part", 2))
        self.assertEqual(third.amount_untaxed, 0.0)

    def test_the_reason_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.anna.lang = "de_DE"
        order = self._sell(self._want(self.seal, "part", 2))
        self.assertIn(self.until.strftime("%d.%m.%Y"), order.order_line.service_free_reason)

    def test_more_than_the_list_needs_an_approval(self):
        order = self._sell(self._want(self.seal, "part", 3))
        # 3 − 2 seals beyond the rule, 50.00 each
        approval = order.service_approval_ids
        self.assertEqual((approval.kind, approval.amount), ("free_part", 50.0))

    # Limits

    def test_a_discount_within_the_limit_needs_nobody(self):
        order = self._sell(self._want(self.kit, "add_on", 1, discount=5))
        self.assertEqual(order.amount_untaxed, 95.0)
        self.assertFalse(order.service_approval_ids)

    def test_a_discount_beyond_the_limit_waits_and_goes_on_when_approved(self):
        order = self._sell(
            self._want(self.kit, "add_on", 1, discount=10), follow="send", reason="Good customer"
        )
        approval = order.service_approval_ids
        self.assertEqual((approval.kind, approval.amount, order.state), ("discount", 10.0, "draft"))
        self.assertIn("Good customer", approval.reason)
        self.assertTrue(self.request.awaiting_approval)
        with self.assertRaisesRegex(UserError, "waits for approval"):
            self._as(self.sal).send_quotation(order.id)
        with self.assertRaisesRegex(UserError, "waits for approval"):
            self._as(self.sal).print_quotation(order.id)
        approval.with_user(self.leo).decide("approved")
        self.assertEqual((order.state, order.amount_untaxed), ("sent", 90.0))
        self.assertFalse(order.service_next)
        self.assertFalse(self.request.awaiting_approval)

    def test_an_order_beyond_the_amount_waits(self):
        order = self._sell(self._want(self.kit, "add_on", 11))
        approval = order.service_approval_ids
        self.assertEqual((approval.kind, approval.amount), ("order", 1100.0))

    def test_a_large_order_in_small_ones_is_a_large_order(self):
        first = self._sell(self._want(self.kit, "add_on", 6))
        self.assertFalse(first.service_approval_ids)
        second = self._sell(self._want(self.kit, "add_on", 5))
        # 600 + 500
        self.assertEqual(second.service_approval_ids.amount, 1100.0)
        self._as(self.sal).cancel_quotation(second.id)
        third = self._sell(self._want(self.kit, "add_on", 4))
        self.assertFalse(third.service_approval_ids)

    def test_two_decisions_are_both_needed(self):
        order = self._sell(self._want(self.kit, "add_on", 20, discount=10))
        order.service_approval_ids[0].with_user(self.leo).decide("approved")
        self.assertTrue(order._service_held())
        order.service_approval_ids[1].with_user(self.leo).decide("approved")
        self.assertFalse(order._service_held())

    def test_nobody_approves_his_own(self):
        groups = "crm_service_levels.group_service_manager,crm_service_levels.group_service_sales"
        lena = self._user("lena", groups)
        order = self._sell(self._want(self.kit, "add_on", 1, discount=50), user=lena)
        approval = order.service_approval_ids
        self.assertNotIn(lena, approval.decider_ids)
        with self.assertRaises(AccessError):
            approval.with_user(lena).decide("approved")
        self.assertTrue(order._service_held())

    def test_a_held_order_cannot_be_confirmed_signed_or_paid(self):
        seller = self._user("seller", "sales_team.group_sale_manager")
        order = self._sell(
            self._want(self.kit, "add_on", 1, discount=10),
            require_signature=True,
            require_payment=True,
        )
        with self.assertRaisesRegex(UserError, "waits for approval"):
            order.with_user(seller).action_confirm()
        with self.assertRaisesRegex(UserError, "waits for approval"):
            order.with_user(seller).action_quotation_send()
        self.assertTrue(order.with_user(seller).service_held)
        self.assertFalse(order._has_to_be_signed() or order._has_to_be_paid())
        order.service_approval_ids.with_user(self.leo).decide("approved")
        self.assertTrue(order._has_to_be_signed() and order._has_to_be_paid())

    def test_taking_the_question_back_does_not_free_the_order(self):
        order = self._sell(self._want(self.kit, "add_on", 1, discount=10))
        order.service_approval_ids.with_user(self.sal).action_withdraw()
        self.assertTrue(order._service_held())

    def test_a_refused_quotation_is_cancelled(self):
        order = self._sell(self._want(self.kit, "add_on", 20, discount=10))
        order.service_approval_ids[0].with_user(self.leo).decide("refused", "Too much")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(
            sorted(order.service_approval_ids.mapped("state")), ["cancelled", "refused"]
        )
        self.assertEqual(self._level_open(), [False])

    # Trade-in

    def test_a_trade_in_reduces_the_amount(self):
        order = self._sell(
            self._want(self.kit, "add_on", 2), self._want(self.old_pump, "trade_in", 1, credit=80)
        )
        # 2 × 100 − 80
        self.assertEqual(order.amount_untaxed, 120.0)
        self.assertEqual(order.order_line[1].product_uom_qty, -1.0)
        self.assertFalse(order.service_approval_ids)

    def test_a_trade_in_above_its_value_needs_an_approval(self):
        order = self._sell(self._want(self.old_pump, "trade_in", 2, credit=130))
        # 2 × (130 − 100)
        approval = order.service_approval_ids
        self.assertEqual((approval.kind, approval.amount), ("refund", 60.0))

    # The order

    def test_the_order_is_an_ordinary_one(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        self.assertEqual(order.origin, self.request.number)
        self.assertEqual(order.partner_id, self.anna)
        self.assertEqual(order.service_seller_id, self.sal)
        self.assertFalse(order.user_id)  # not a salesperson
        self.assertFalse(order.campaign_id or order.source_id or order.medium_id)
        self.assertEqual(self.request.service_order_count, 1)
        action = self.request.action_open_service_orders()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), order)
        self.assertEqual(order.action_open_service_request()["res_id"], self.request.id)

    def test_the_customers_salesperson_keeps_him(self):
        seller = self._user("seller", "sales_team.group_sale_salesman")
        self.acme.user_id = seller
        order = self._sell(self._want(self.kit, "add_on", 1))
        self.assertEqual(order.user_id, seller)

    def test_level_four_lasts_while_a_quotation_is_open(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        self.assertEqual((self._level_open(), self.request.level), ([True], "4"))
        self._as(self.sal).confirm_by_phone(order.id)
        self.assertEqual((self._level_open(), self.request.level_highest), ([False], "4"))

    def test_confirmed_on_the_phone(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        when = fields.Datetime.to_datetime("2026-01-05 10:00:00")
        state = self._as(self.sal).confirm_by_phone(order.id, self.acme.id, when)
        self.assertEqual((state, order.state), ("sale", "sale"))
        self.assertEqual(
            (
                order.service_confirmed_by_id,
                order.service_confirmed_on,
                order.service_confirmed_user_id,
            ),
            (self.acme, when, self.sal),
        )
        with self.assertRaisesRegex(UserError, "Only a quotation"):
            self._as(self.sal).confirm_by_phone(order.id)

    def test_a_stranger_or_the_future_cannot_confirm(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        with self.assertRaisesRegex(UserError, "contact of the customer"):
            self._as(self.sal).confirm_by_phone(order.id, self.beta.id)
        with self.assertRaisesRegex(UserError, "future"):
            self._as(self.sal).confirm_by_phone(order.id, None, "2999-01-01 00:00:00")
        self.assertEqual(order.state, "draft")

    def test_a_confirmation_waits_with_the_order(self):
        order = self._sell(self._want(self.kit, "add_on", 1, discount=10))
        self.assertEqual(self._as(self.sal).confirm_by_phone(order.id), "draft")
        order.service_approval_ids.with_user(self.leo).decide("approved")
        self.assertEqual(order.state, "sale")

    def test_the_quotation_is_mailed_as_a_document(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        self._as(self.sal).send_quotation(order.id)
        self.assertEqual(order.state, "sent")
        message = order.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.anna)
        self.assertEqual(message.author_id, self.sal.partner_id)
        self.assertIn(order.name, message.attachment_ids.name)
        with self.assertRaisesRegex(UserError, "not available"):
            self._as(self.sal).send_quotation(order.id, "fax")

    def test_another_addon_adds_a_channel(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        fax = Channel("fax", "Send by fax", "fa-fax", "_send_by_fax")
        sent = []
        requests = type(self.request)
        with (
            patch.object(requests, "_service_document_channels", lambda self: [fax]),
            patch.object(requests, "_send_by_fax", lambda _r, o: sent.append(o), create=True),
        ):
            card = self._as(self.sal).get_sale_card()
            self.assertEqual([channel["code"] for channel in card["channels"]], ["fax"])
            self._as(self.sal).send_quotation(order.id, "fax")
        self.assertEqual(sent, [order])

    def test_without_an_address_nothing_is_made_to_be_sent(self):
        self.anna.email = False
        with self.assertRaisesRegex(UserError, "no e-mail"):
            self._sell(self._want(self.kit, "add_on", 1), follow="send")
        self.assertFalse(self.request.service_order_ids)

    def test_the_document_is_kept_with_the_request(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        action = self._as(self.sal).print_quotation(order.id)
        self.assertEqual(action["type"], "ir.actions.act_url")
        domain = [("res_model", "=", "crm.service.request"), ("res_id", "=", self.request.id)]
        self.assertEqual(self.env["ir.attachment"].search(domain).name, f"{order.name}.pdf")

    def test_the_card_shows_where_the_order_stands(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        card = self._as(self.sal).get_sale_card()
        self.assertEqual([row["id"] for row in card["orders"]], order.ids)
        steps = [(step["code"], step["state"]) for step in card["orders"][0]["steps"]]
        self.assertEqual(steps[:3], [("quotation", "done"), ("sent", "now"), ("confirmed", "open")])
        order.action_confirm()
        order.order_line.qty_delivered = 1.0
        steps = self._as(self.sal).get_sale_card()["orders"][0]["steps"]
        self.assertEqual({step["code"]: step["state"] for step in steps}["delivered"], "done")

    def test_what_cannot_be_sold(self):
        self.kit.sale_ok = False
        for wanted in (
            [],
            [self._want(self.kit, "add_on")],
            [self._want(self.seal, "part", 0)],
            [self._want(self.seal, "part", 1, discount=101)],
            [self._want(self.seal, "unknown")],
            [self._want(self.old_pump, "trade_in", 1, credit=-1)],
        ):
            with self.assertRaises(UserError):
                self._sell(*wanted)
        self.assertFalse(self.request.service_order_ids)

    def test_a_request_that_is_merged_takes_its_orders_along(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        other = self._request()
        self.request._merge_into(other)
        self.assertEqual(order.service_request_id, other)

    # The dialog

    def test_the_dialog_shows_what_odoo_will_charge(self):
        self.env["crm.service.effort"].create({"request_id": self.request.id, "minutes": 60})
        action = self._as(self.sal).action_sell(self.seal.id)
        sell = self.env["crm.service.sell"].with_user(self.sal).browse(action["res_id"])
        chosen = sell.line_ids.filtered("chosen")
        self.assertEqual(chosen.product_id, self.seal | self.hour)
        self.assertEqual((sell.total, sell.beyond), (80.0, False))  # the seals are free
        sell.line_ids.filtered(lambda line: line.product_id == self.kit).write(
            {"chosen": True, "discount": 10.0}
        )
        self.assertEqual(sell.total, 170.0)
        self.assertIn("10 %", sell.beyond)
        with self.assertRaisesRegex(UserError, "Say why"):
            sell.action_quotation()
        sell.reason = "Old customer"
        sell.action_quotation()
        order = self.request.service_order_ids
        self.assertEqual(order.amount_untaxed, sell.total)
        self.assertTrue(order._service_held())

    def test_a_product_of_the_look_up_is_added(self):
        other = self._sold("Hose", 7.0, 1.0)
        action = self._as(self.sal).action_sell(other.id, 3)
        sell = self.env["crm.service.sell"].with_user(self.sal).browse(action["res_id"])
        line = sell.line_ids.filtered("chosen")
        self.assertEqual((line.product_id, line.quantity, line.subtotal), (other, 3.0, 21.0))

    # How much it asks

    def test_the_card_asks_the_same_for_ten_times_as_much(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.request.with_user(self.sal).get_sale_card()
            return self.env.cr.sql_log_count - before

        self._parts(2)
        count()
        few = count()
        self._parts(20)
        count()
        self.assertEqual(count(), few)

    def _parts(self, number):
        for index in range(number):
            product = self._sold(f"Spare {number}.{index}", 10.0, 5.0)
            self._part(product, "part", self.pump.product_tmpl_id)

    # Companies

    def test_another_company_is_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Works GmbH"})
        stranger = self._user(
            "stranger",
            "crm_service_levels.group_service_sales",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        order = self._sell(self._want(self.kit, "add_on", 1))
        for call in (
            lambda one: one.get_sale_card(),
            lambda one: one.action_sell(),
            lambda one: one.send_quotation(order.id),
            lambda one: one._sell([self._want(self.kit, "add_on")]),
        ):
            with self.assertRaises(AccessError):
                call(self._as(stranger))
        theirs = self._sold("Theirs", 5.0, 1.0, company_id=other.id)
        with self.assertRaisesRegex(UserError, "not for sale"):
            self._sell(self._want(theirs, "add_on", 1))

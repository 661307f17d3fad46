from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_campaign import MODULE
from .test_locks import LockCase


class LateCase(LockCase):
    """Spring was settled: 30 by hand and a bill of 800."""

    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settled_bill = cls.vendor_bill(800.0, share=100)
        cls.Cost._fill()
        cls.spring.date_published = "2026-03-01"
        for phase in ("approved", "running", "finished", "settled"):
            cls.spring._set_phase(phase)

    def shown(self):
        """(cost as settled, what came later) after a fill."""
        self.Cost._fill()
        self.spring.invalidate_recordset()
        return self.spring.cost_actual, self.spring.cost_late

    def late(self):
        action = self.spring.action_open_late_costs()
        return sorted(self.Cost.search(action["domain"]).mapped("amount"))


@tagged("post_install", "-at_install")
class TestLateCosts(LateCase):
    """ROI-1, ROI-2: what comes after the settlement never moves the settled figures silently."""

    def test_nothing_came(self):
        self.assertEqual(self.shown(), (830.0, 0.0))
        self.assertEqual(self.Cost._fill(), 0)

    def test_a_bill_that_arrives_later(self):
        bill = self.vendor_bill(120.0, "2026-06-15", share=100)
        self.assertEqual(self.shown(), (830.0, 120.0))
        self.assertEqual(self.late(), [120.0])
        self.assertEqual(self.Cost._fill(), 0, "again changes nothing")
        cost = self.Cost.search([("stage", "=", "late"), ("campaign_id", "=", self.spring.id)])
        self.assertEqual((cost.move_id, cost.kind_id), (bill, self.printing))
        bill.button_draft()
        self.assertEqual(self.shown(), (830.0, 0.0))

    def test_a_settled_bill_that_changes_or_vanishes(self):
        """800 become 750: 50 less; taken back altogether: 800 less."""
        self.settled_bill.button_draft()
        self.assertEqual(self.shown(), (830.0, -800.0))
        self.settled_bill.invoice_line_ids.price_unit = 750.0
        self.settled_bill.action_post()
        self.assertEqual(self.shown(), (830.0, -50.0))
        self.settled_bill.button_draft()
        self.settled_bill.invoice_line_ids.price_unit = 800.0
        self.settled_bill.action_post()
        self.assertEqual(self.shown(), (830.0, 0.0))

    def test_a_bill_that_moves_to_another_month(self):
        """The sum stays; out of March, into May."""
        self.settled_bill.button_draft()
        self.settled_bill.name = False
        self.settled_bill.date = self.settled_bill.invoice_date = "2026-05-05"
        self.settled_bill.action_post()
        self.assertEqual(self.shown(), (830.0, 0.0))
        self.assertEqual(self.late(), [-800.0, 800.0])

    def test_a_credit_note_of_the_vendor(self):
        refund = self.settled_bill._reverse_moves([{"invoice_date": "2026-06-01"}])
        refund.invoice_line_ids.price_unit = 100.0
        refund.action_post()
        self.assertEqual(self.shown(), (830.0, -100.0))

    def test_the_return_stays_and_the_settlement_shows_it(self):
        """Profit 60 of 830 stays at 7.2 % whatever comes later."""
        settlement = self.env["crm.campaign.settlement"].create({"campaign_id": self.spring.id})
        before = self.spring.campaign_return
        self.vendor_bill(120.0, "2026-06-15", share=100)
        self.shown()
        self.assertEqual(self.spring.campaign_return, before)
        self.assertAlmostEqual(before, 60 / 830 * 100, places=6)
        self.assertEqual(settlement.late, 120.0)
        self.assertEqual(settlement.action_open_late_costs()["domain"][-1][-1], "late")

    def test_a_locked_result_shows_it_as_a_difference(self):
        result = self.lock("2026-03-31")
        self.assertEqual(self.figures(result)[2], 830.0)
        self.vendor_bill(120.0, "2026-06-15", share=100)
        self.Cost._fill()
        self.spring.invalidate_recordset()
        self.assertEqual(self.since(result), (0.0, 0.0, 120.0))
        self.assertEqual(self.figures(result)[2], 830.0)
        self.assertTrue(result.is_changed)

    def test_a_campaign_that_is_opened_again_takes_it_in(self):
        self.vendor_bill(120.0, "2026-06-15", share=100)
        self.shown()
        self.spring._set_phase("finished")
        self.assertEqual(self.shown(), (950.0, 0.0))
        self.assertEqual(self.late(), [])

    def test_who_sees_it(self):
        self.vendor_bill(120.0, "2026-06-15", share=100)
        self.shown()
        self.assertEqual(self.spring.with_user(self.controller).cost_late, 120.0)
        salesperson = self.make_user("sam_late", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            _late = self.spring.with_user(salesperson).cost_late
        marketer = self.make_user("mara_late", f"{MODULE}.group_campaign_user")
        self.assertEqual(self.spring.with_user(marketer).cost_late, 120.0)

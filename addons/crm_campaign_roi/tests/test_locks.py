from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common_campaign import MODULE
from .common_costs import CostCase


class LockCase(CostCase):
    """Spring sold 10 pumps for 10 at a cost of 4 and spent 30: profit 60, return 200 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls.make_user("cara_lock", f"{MODULE}.group_campaign_controller")
        cls.move = cls.bill(cls.sold(cls.spring), "2026-03-20")
        cls.spend(30.0)

    def lock(self, day="2026-03-31", campaign=None):
        campaigns = (campaign or self.spring).with_user(self.controller)
        results = self.env["crm.campaign.result"].with_user(self.controller)
        return results._lock(campaigns, Date.to_date(day)).with_user(self.controller)

    def figures(self, result):
        result.invalidate_recordset()
        return (result.revenue, result.gross_profit, result.cost, result.campaign_return)

    def since(self, result):
        self.env.flush_all()
        result.invalidate_recordset()
        return (result.revenue_since, result.profit_since, result.cost_since)


@tagged("post_install", "-at_install")
class TestLocks(LockCase):
    """ROI-2: locked results of closed periods never move; what comes later is a difference."""

    def test_what_is_locked(self):
        result = self.lock()
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))
        self.assertEqual((result.net_return, result.deal_count), (100.0, 1))
        self.assertEqual((result.user_id, result.return_text), (self.controller, "200.0 %"))
        self.assertEqual(result.window_end, Date.to_date("2026-05-31"))
        self.assertEqual(self.since(result), (0.0, 0.0, 0.0))
        self.assertFalse(result.is_changed)

    def test_a_credit_note_after_the_lock(self):
        """3 pumps come back: revenue −30, profit −18; the locked figures stay."""
        result = self.lock()
        refund = self.move._reverse_moves([{"invoice_date": "2026-04-02"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.assertEqual(self.since(result), (-30.0, -18.0, 0.0))
        self.assertTrue(result.is_changed)
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))
        later = self.env["crm.campaign.deal"].search(result.action_open_later()["domain"])
        self.assertEqual(later.move_id, refund)

    def test_a_credit_note_of_the_closed_period_posted_after_the_lock(self):
        result = self.lock()
        refund = self.move._reverse_moves([{"invoice_date": "2026-03-25"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.assertEqual(self.since(result), (-30.0, -18.0, 0.0))
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))

    def test_what_changed_after_the_lock_opens(self):
        """A draft from before the lock that was posted after it, dated within the period."""
        draft = self.bill(self.sold(self.spring), "2026-03-25")
        result = self.lock()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET create_date = %(at)s::timestamp - INTERVAL '1 day',"
            " write_date = %(at)s::timestamp + (id = %(draft)s)::int * INTERVAL '1 day'"
            " WHERE id IN (%(draft)s, %(move)s)",
            {"at": result.locked_on, "draft": draft.id, "move": self.move.id},
        )
        self.env.invalidate_all()
        later = self.env["crm.campaign.deal"].search(result.action_open_later()["domain"])
        self.assertEqual(later.move_id, draft)

    def test_a_bill_posted_after_the_lock(self):
        result = self.lock()
        self.vendor_bill(20.0, "2026-03-28", share=100)
        self.Cost._fill()
        self.assertEqual(self.since(result), (0.0, 0.0, 20.0))
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))

    def test_only_what_was_until_that_day_is_locked(self):
        self.bill(self.sold(self.spring), "2026-04-10")
        result = self.lock()
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))
        self.assertEqual(self.since(result), (100.0, 60.0, 0.0))
        self.assertEqual(self.figures(self.lock("2026-04-30"))[:2], (200.0, 120.0))

    def test_a_changed_window_or_basis_moves_nothing(self):
        result = self.lock()
        self.spring.date_published = "2026-04-01"
        self.spring.basis = "ordered"
        self.assertEqual(self.figures(result), (100.0, 60.0, 30.0, 200.0))
        self.assertEqual((result.basis, self.since(result)[0]), ("invoiced", -100.0))

    def test_words_are_locked_too(self):
        result = self.lock(campaign=self.summer)
        self.assertEqual(result.return_text, "No sales in the window yet")
        self.bill(self.sold(self.summer), "2026-03-20")
        result.invalidate_recordset()
        self.assertEqual(result.return_text, "No sales in the window yet")

    def test_nobody_changes_or_deletes_a_result(self):
        result = self.lock().sudo()
        with self.assertRaisesRegex(UserError, "never changes"):
            result.revenue = 1
        with self.assertRaisesRegex(UserError, "is kept"):
            result.unlink()

    def test_a_day_is_locked_once(self):
        self.lock()
        with self.assertRaisesRegex(UserError, "locked for this day already"):
            self.lock()

    def test_a_campaign_without_a_window(self):
        idle = self.env["utm.campaign"].create({"title": "Idle"})
        with self.assertRaisesRegex(UserError, "Idle was not published yet"):
            self.lock(campaign=idle)

    def test_only_controllers_lock(self):
        marketer = self.make_user("mara_lock", f"{MODULE}.group_campaign_user")
        with self.assertRaises(AccessError):
            self.spring.with_user(marketer).action_lock_result()
        with patch.object(Date, "context_today", return_value=Date.to_date("2026-03-31")):
            self.spring.with_user(self.controller).action_lock_result()
        self.assertEqual(self.spring.result_ids.closed_on, Date.to_date("2026-03-31"))
        self.assertTrue(self.spring.result_ids.with_user(marketer).revenue)

    def test_a_campaign_with_results_is_not_deleted(self):
        self.lock()
        with self.assertRaisesRegex(UserError, "Spring has locked results: archive it"):
            self.spring.unlink()

    def _rate(self, day, rate):
        self.env["res.currency.rate"].create(
            {
                "name": day,
                "rate": rate,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )

    def test_all_companies_that_take_part_are_locked(self):
        """30 dollars here and 20 euros there: 40 dollars at the rate of the closing day.

        The controller works in one of the two companies. When the rate moves in April nothing
        differs: no document came.
        """
        self._rate("2026-03-01", 0.5)
        self.spring.company_ids = self.company_eur
        abroad = self.spend(20.0, company_id=self.company_eur.id)
        result = self.lock()
        self.assertEqual(self.figures(result)[:3], (100.0, 60.0, 70.0))
        self._rate("2026-04-10", 0.25)
        self.assertEqual(self.since(result), (0.0, 0.0, 0.0))
        both = self.company | self.company_eur
        everywhere = result.sudo().with_context(allowed_company_ids=both.ids)
        self.assertEqual(self.since(everywhere), (0.0, 0.0, 0.0))
        abroad.amount = 25.0
        self.assertEqual(self.since(result), (0.0, 0.0, 10.0))

    def test_a_campaign_with_leads_is_not_deleted(self):
        """Lost ones are archived: they count as well."""
        fresh = self.env["utm.campaign"].create({"title": "Fresh"})
        lead = self.env["crm.lead"].create({"name": "Asked", "campaign_id": fresh.id})
        lead.active = False
        with self.assertRaisesRegex(UserError, "Fresh has leads: archive it"):
            fresh.unlink()
        self.assertEqual(lead.campaign_id, fresh)

    def test_a_campaign_that_a_document_belonged_to_is_not_deleted(self):
        fresh, other = self.env["utm.campaign"].create([{"title": "Fresh"}, {"title": "Other"}])
        lead = self.env["crm.lead"].create({"name": "Asked", "campaign_id": fresh.id})
        lead.campaign_id = other
        with self.assertRaisesRegex(UserError, "Fresh has documents that once belonged to it"):
            fresh.unlink()

    def test_a_campaign_with_responses_is_not_deleted(self):
        fresh = self.env["utm.campaign"].create({"title": "Fresh"})
        self.env["crm.campaign.target"].create(
            {"campaign_id": fresh.id, "partner_id": self.alma.id}
        )
        self.env["crm.campaign.response"].create(
            {
                "campaign_id": fresh.id,
                "partner_id": self.alma.id,
                "kind_id": self.env.ref(f"{MODULE}.response_kind_replied").id,
                "date": "2026-03-04 08:00:00",
            }
        )
        with self.assertRaisesRegex(UserError, "Fresh has responses: archive it"):
            fresh.unlink()

    def test_what_went_out_is_kept(self):
        """Neither the campaign nor its wave, though it was cancelled and is a draft again."""
        fresh = self.env["utm.campaign"].create({"title": "Fresh"})
        target = self.env["crm.campaign.target"].create(
            {"campaign_id": fresh.id, "partner_id": self.alma.id}
        )
        wave, idle = self.env["crm.campaign.wave"].create(
            [{"name": name, "campaign_id": fresh.id} for name in ("First", "Idle")]
        )
        delivery = self.env["crm.campaign.delivery"].create(
            {
                "wave_id": wave.id,
                "campaign_id": fresh.id,
                "target_id": target.id,
                "partner_id": self.alma.id,
                "state": "failed",
            }
        )
        idle.unlink()
        for state in ("failed", "sent"):
            delivery.state = state
            with self.assertRaisesRegex(UserError, "Fresh has sent messages: archive it"):
                fresh.unlink()
            with self.assertRaisesRegex(UserError, "First went out to some already"):
                wave.unlink()
        wave.action_cancel()
        with self.assertRaisesRegex(UserError, "First went out to some already"):
            wave.unlink()

    def test_a_campaign_with_deals_is_not_deleted(self):
        self.sold(self.summer)
        with self.assertRaisesRegex(UserError, "Summer has orders: archive it"):
            self.summer.unlink()
        self.env["utm.campaign"].create({"title": "Unused"}).unlink()

    def test_queries_do_not_grow_with_results(self):
        def count(results):
            self.env.flush_all()
            self.env.invalidate_all()
            results.mapped("campaign_id.currency_id.rounding")
            results.mapped("currency_id.rounding")
            results.mapped("closed_on")
            before = self.env.cr.sql_log_count
            results.mapped("profit_since")
            return self.env.cr.sql_log_count - before

        few = self.lock() | self.lock(campaign=self.summer)
        many = self.env["crm.campaign.result"]
        for day in range(1, 10):
            many |= self.lock(f"2026-04-{day:02}") | self.lock(f"2026-04-{day:02}", self.summer)
        count(few.sudo())  # with warm caches
        self.assertEqual(count(few.sudo()), count((few | many).sudo()))

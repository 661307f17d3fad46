from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common_responses import ResponseCase


@tagged("post_install", "-at_install")
class TestResponses(ResponseCase):
    """ROI-1: responses read from the touch ledger, and by hand."""

    def test_what_mailings_bring(self):
        for number, event in enumerate(("sent", "opened", "clicked", "replied", "bounced")):
            self._mailed(number, event, f"2026-03-02 1{number}:00:00")
        self.assertEqual(
            self._read(),
            [
                (0, "delivered", "Invitation"),
                (1, "opened", "Invitation"),
                (2, "clicked", "Invitation"),
                (3, "replied", "Invitation"),
                (4, "bounced", "Invitation"),
            ],
        )

    def test_a_mail_that_came_back_was_not_delivered(self):
        touch = self._mailed(0, "sent", "2026-03-02 09:00:00")
        self._mailed(0, "bounced", "2026-03-02 09:05:00", res_id=touch["res_id"])
        self.assertEqual(self._read(), [(0, "bounced", "Invitation")])

    def test_documents_after_the_wave_count_without_naming_the_campaign(self):
        """The sixth got the wave, the seventh did not."""
        for number in (5, 6):
            self._touch(number, "lead", "created", "2026-03-03 10:00:00")
            self._touch(number, "quotation", "created", "2026-03-04 10:00:00")
            self._touch(number, "order", "confirmed", "2026-03-05 10:00:00")
            self._touch(number, "invoice", "posted", "2026-03-06 12:00:00")
            self._touch(number, "payment", "paid", "2026-03-07 12:00:00")
            self._touch(number, "meeting", "held", "2026-03-08 12:00:00")
            self._touch(number, "call", "done", "2026-03-09 12:00:00")
        codes = ["lead", "quotation", "ordered", "bought", "paid", "met", "called"]
        self.assertEqual(self._read(), [(5, code, "Invitation") for code in codes])

    def test_before_the_wave_nothing_is_an_answer_unless_it_names_the_campaign(self):
        self._touch(0, "order", "confirmed", "2026-03-02 08:59:59")
        self._touch(1, "order", "confirmed", "2026-03-02 09:00:00")
        self._touch(6, "order", "confirmed", "2026-03-02 10:00:00", campaign_id=self.campaign.id)
        self.assertEqual(self._read(), [(1, "ordered", "Invitation"), (6, "ordered", False)])

    def test_another_campaigns_order_is_not_taken_away(self):
        other = self._campaign("Other")
        self._touch(0, "order", "confirmed", "2026-03-03 09:00:00", campaign_id=other.id)
        self.assertEqual(self._read(), [])

    def test_the_window_ends_with_its_last_day(self):
        self._touch(0, "order", "confirmed", "2026-05-31 23:59:59")
        self._touch(1, "order", "confirmed", "2026-06-01 00:00:00")
        self.assertEqual(self._read(), [(0, "ordered", "Invitation")])

    def test_the_latest_wave_before_it_brought_it(self):
        second = self._wave("Reminder")
        self._sent(second, self.targets[:1], "2026-03-10 09:00:00")
        self._touch(0, "call", "done", "2026-03-09 09:00:00")
        self._touch(0, "order", "confirmed", "2026-03-11 09:00:00")
        self.assertEqual(self._read(), [(0, "called", "Invitation"), (0, "ordered", "Reminder")])

    def test_a_colleague_orders_for_the_company(self):
        """An order of Acme itself is that of its target known longest; a call is nobody's."""
        self._touch(0, "order", "confirmed", "2026-03-05 09:00:00", partner_id=self.acme.id)
        self._touch(0, "call", "done", "2026-03-05 09:00:00", partner_id=self.acme.id)
        self.assertEqual(self._read(), [(0, "ordered", "Invitation")])

    def test_a_stranger_with_the_address_of_a_target(self):
        self._mailed(
            3,
            "opened",
            "2026-03-03 09:00:00",
            partner_id=False,
            email_normalized="person3@example.com",
        )
        self.assertEqual(self._read(), [(3, "opened", "Invitation")])

    def test_a_duplicate_answers_for_the_one_who_was_kept(self):
        self.targets[9].sudo().write({"state": "duplicate", "kept_id": self.targets[2].id})
        self._touch(9, "call", "done", "2026-03-05 09:00:00")
        self.assertEqual(self._read(), [(2, "called", "Invitation")])

    def test_reading_twice_changes_nothing_and_late_touches_join(self):
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._read()
        self.assertEqual(self.env["crm.campaign.response"]._fill(self.campaign), 0)
        self._mailed(1, "opened", "2026-03-02 10:00:00")
        self.assertEqual(self.env["crm.campaign.response"]._fill(self.campaign), 1)
        self.assertEqual(
            self._responses(), [(1, "opened", "Invitation"), (0, "opened", "Invitation")]
        )

    def test_what_was_voided_is_withdrawn(self):
        touch = self._touch(0, "order", "confirmed", "2026-03-03 09:00:00")
        self.assertEqual(len(self._read()), 1)
        self.env["crm.touchpoint"]._append([{**touch, "voided": True}])
        self.assertEqual(self._read(), [])

    def test_companies_that_take_no_part(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.campaign.company_id = self.company
        self._touch(0, "order", "confirmed", "2026-03-03 09:00:00", company_id=company.id)
        self.assertEqual(self._read(), [])
        self.campaign.company_ids = [Command.set((self.company | company).ids)]
        self.assertEqual(self._read(), [(0, "ordered", "Invitation")])

    def test_glue_adds_kinds(self):
        """The hook that addons extend: event and model of the ledger become a response."""
        self.patch(
            type(self.env["crm.campaign.response"]),
            "_response_kinds",
            lambda responses: {
                ("other", "complained", "x.complaint"): "complained",
                ("other", "came", None): "attended",
            },
        )
        self._touch(0, "other", "complained", "2026-03-03 09:00:00", res_model="x.complaint")
        self._touch(1, "other", "complained", "2026-03-03 09:00:00", res_model="x.else")
        self._touch(2, "other", "came", "2026-03-04 09:00:00")
        self.assertEqual(
            self._read(), [(0, "complained", "Invitation"), (2, "attended", "Invitation")]
        )

    def test_the_button_fills_the_ledger_first(self):
        self.campaign.with_user(self.mara).action_fill_responses()
        lead = self.env["crm.lead"].create(
            {
                "name": "Shop",
                "partner_id": self.people[7].id,
                "campaign_id": self.campaign.id,
            }
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-03-05 10:00:00' WHERE id = %s", [lead.id]
        )
        self.campaign.with_user(self.mara).action_fill_responses()
        self.assertEqual(self._responses(), [(7, "lead", False)])
        with self.assertRaisesRegex(AccessError, "by marketers"):
            self.campaign.with_user(self.emma).action_fill_responses()

    def test_the_cron_reads_campaigns_in_hand(self):
        """Today is long after the window of 2026-05-31 or before it; only the phase is changed."""
        self.campaign.window_months = 240
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self.env["crm.campaign.response"]._cron_fill()
        self.assertEqual(self._responses(), [])
        self.campaign._set_phase("approved")
        self.campaign._set_phase("running")
        self.campaign.date_published = "2026-03-01"
        self.env["crm.campaign.response"]._cron_fill()
        self.assertEqual(self._responses(), [(0, "opened", "Invitation")])

    # -- by hand -------------------------------------------------------------------------------

    def _by_hand(self, person, user=None, **values):
        return (
            self.env["crm.campaign.response"]
            .with_user(user or self.mara)
            .create(
                {
                    "campaign_id": self.campaign.id,
                    "partner_id": person.id,
                    "kind_id": self.kinds["replied"].id,
                    "date": Datetime.to_datetime("2026-03-04 09:00:00"),
                    **values,
                }
            )
        )

    def test_by_hand(self):
        response = self._by_hand(self.people[3], note="Wrote a card")
        self.assertEqual(response.target_id, self.targets[3])
        self.assertEqual((response.by_hand, response.user_id), (True, self.mara))
        self.assertEqual(self._read(), [(3, "replied", False)])
        response.partner_id = self.people[4]
        self.assertEqual(response.target_id, self.targets[4])
        response.unlink()
        self.assertEqual(self._responses(), [])

    def test_by_hand_of_targets_only(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(UserError, "among the targets"):
            self._by_hand(stranger)

    def test_what_was_read_is_not_changed(self):
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._read()
        response = self.env["crm.campaign.response"].search(
            [("target_id", "=", self.targets[0].id)]
        )
        with self.assertRaisesRegex(UserError, "only those by hand"):
            response.with_user(self.mara).note = "x"
        with self.assertRaisesRegex(UserError, "only those by hand"):
            response.with_user(self.mara).unlink()

    # -- persons -------------------------------------------------------------------------------

    def test_responses_follow_a_merged_person(self):
        self._mailed(1, "opened", "2026-03-03 09:00:00")
        self._mailed(0, "clicked", "2026-03-03 09:00:00")
        self._read()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(self.people[:2].ids, self.people[1])
        self.env.invalidate_all()
        kept = self.env["crm.campaign.target"].search([("partner_id", "=", self.people[1].id)])
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(len(kept), 1)
        self.assertEqual(rows.target_id, kept)
        self.assertEqual(rows.partner_id, self.people[1])
        self.assertEqual(
            sorted(self._read()), [(1, "clicked", "Invitation"), (1, "opened", "Invitation")]
        )

    def test_a_deleted_contact_leaves_the_response(self):
        """Figures stay, the name goes."""
        self._by_hand(self.people[3])
        self.people[3].unlink()
        self.env.invalidate_all()
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual((len(rows), len(rows.partner_id)), (1, 0))

    # -- rights --------------------------------------------------------------------------------

    def test_who_reads_responses(self):
        self.people[0].user_id = self.sam
        self._mailed(0, "opened", "2026-03-03 09:00:00")
        self._mailed(1, "opened", "2026-03-03 09:00:00")
        self._read()
        responses = self.env["crm.campaign.response"]
        mine = [("campaign_id", "=", self.campaign.id)]
        for user, count in ((self.mara, 2), (self.cara, 2), (self.sam, 1)):
            self.assertEqual(responses.with_user(user).search_count(mine), count, user.login)
        with self.assertRaises(AccessError):
            responses.with_user(self.emma).search(mine)
        for user in (self.cara, self.sam):
            with self.assertRaises(AccessError):
                self._by_hand(self.people[0], user=user)

    # -- size ----------------------------------------------------------------------------------

    def test_ten_times_the_responses_cost_no_more_queries(self):
        def queries(numbers):
            for number in numbers:
                for _again in range(10):
                    self._mailed(number, "opened", "2026-03-03 09:00:00")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["crm.campaign.response"]._fill(self.campaign)
            return self.env.cr.sql_log_count - before

        few = queries([0])
        self.assertEqual(queries(range(6)), few)
        self.assertEqual(len(self._responses()), 70)

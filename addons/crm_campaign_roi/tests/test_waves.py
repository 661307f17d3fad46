"""Who gets a wave, when, and why not (ROI-1). Moments are UTC; NOW is a Monday noon."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestWaves(WaveCase):
    # -- who -----------------------------------------------------------------------------------

    def test_everybody_who_may_be_written_to_is_planned_now(self):
        wave = self._wave()
        self._start(wave)
        wave._refresh_targets()
        wave._plan(NOW)
        planned = self._rows(wave, "planned")
        self.assertEqual(planned.partner_id, self.people - self.fritz)
        self.assertEqual(planned.lead_id, self.lead)
        self.assertEqual(set(planned.mapped("due_at")), {NOW})
        # 6 mails of 0.10
        self.assertAlmostEqual(wave.planned_cost, 0.6)

    def test_why_somebody_is_left_out_is_kept(self):
        self.env["mail.blacklist"]._add("bert@waves.example.com")
        self.carl.email = False
        permission = self.env["crm.contact.permission"]
        permission.search([("partner_id", "=", self.dora.id)]).state = "denied"
        self.env["mail.blacklist"]._add("gustav@waves.example.com")
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        reasons = {
            (row.partner_id or row.lead_id): row.reason for row in self._rows(wave, "left_out")
        }
        self.assertEqual(
            reasons,
            {
                self.bert: "blacklisted",
                self.carl: "no_address",
                self.dora: "denied",
                self.fritz: "no_permission",
                self.lead: "blacklisted",
            },
        )
        self.assertEqual(wave.left_out_count, 5)
        action = wave.with_context(delivery_state="left_out").action_open_deliveries()
        self.assertEqual(len(wave.delivery_ids.search(action["domain"])), 7)
        self.assertIn("search_default_filter_left_out", action["context"])
        self.assertIn("search_default_group_reason", action["context"])

    def test_all_reasons_of_one_person_are_kept(self):
        self.fritz.email = False
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.fritz)
        self.assertEqual((row.reason, row.reasons), ("no_address", "no_address,no_permission"))

    def test_the_control_group_and_removed_targets_get_nothing(self):
        self.campaign._fill_targets()
        targets = self.campaign.target_ids
        targets.filtered(lambda t: t.partner_id == self.anna).arm = "control"
        targets.filtered(lambda t: t.partner_id == self.bert).action_remove()
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self.assertFalse(wave.delivery_ids.partner_id & (self.anna | self.bert))

    def test_only_one_variant(self):
        self.campaign._fill_targets()
        for target in self.campaign.target_ids:
            target.variant = "A" if target.partner_id in self.people[:2] else "B"
        wave = self._wave(variant="A")
        self._start(wave)
        self._run(wave)
        self.assertEqual(wave.delivery_ids.partner_id, self.people[:2])
        self.assertEqual(set(wave.delivery_ids.mapped("variant")), {"A"})

    def test_living_audiences_bring_new_targets(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        self.assertEqual(len(wave.delivery_ids), 7)
        late = self._people(["Late"])
        self._permit(late)
        self.campaign.audience_ids.member_ids = [(0, 0, {"partner_id": late.id})]
        self._run(wave)
        self.assertEqual(self._row(wave, late).state, "planned")

    def test_who_leaves_before_his_turn_is_left_out(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        members = self.campaign.audience_ids.member_ids
        members.filtered(lambda member: member.partner_id == self.anna).unlink()
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("left_out", "changed"))

    # -- when ----------------------------------------------------------------------------------

    def test_nine_by_the_recipients_clock(self):
        """At noon UTC of 2 March it is past nine in Berlin: 9:00 CET of the 3rd is 8:00 UTC.

        In New York 9:00 EST is 14:00 UTC of the 2nd, in Tokyo 9:00 is 0:00 UTC of the 3rd.
        """
        self.anna.tz, self.bert.tz = "America/New_York", "Asia/Tokyo"
        wave = self._wave(use_local_hour=True, local_hour=9)
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._row(wave, self.anna).due_at, datetime(2026, 3, 2, 14))
        self.assertEqual(self._row(wave, self.bert).due_at, datetime(2026, 3, 3, 0))
        self.assertEqual(self._row(wave, self.carl).due_at, datetime(2026, 3, 3, 8))

    def test_summer_time(self):
        """From 29 March on 9:00 in Berlin is 7:00 UTC."""
        wave = self._wave(use_local_hour=True, local_hour=9, date_planned=datetime(2026, 3, 28, 22))
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._row(wave, self.carl).due_at, datetime(2026, 3, 29, 7))

    def test_no_more_than_two_in_an_hour(self):
        wave = self._wave(throttle=2)
        self._start(wave)
        self._run(wave)
        dues = sorted(self._rows(wave, "planned").mapped("due_at"))
        hour = timedelta(hours=1)
        self.assertEqual(dues, [NOW, NOW, NOW + hour, NOW + hour, NOW + 2 * hour, NOW + 2 * hour])

    def test_quiet_hours_are_waited_for(self):
        """Anna's quiet hours end at 16:00 CET, 15:00 UTC."""
        permission = self.env["crm.contact.permission"]
        permission.search([("partner_id", "=", self.anna.id)]).write(
            {"quiet_from": 12.0, "quiet_to": 16.0}
        )
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.due_at), ("planned", datetime(2026, 3, 2, 15)))
        self.assertEqual(row.reason, "quiet_hours")

    def _press(self, days_ago):
        """At most one mail a week; Anna got one some days ago."""
        self.env["crm.contact.pressure.rule"].create(
            {"name": "One a week", "max_contacts": 1, "window_days": 7}
        )
        self.env["crm.touchpoint"].create(
            {
                "partner_id": self.anna.id,
                "date": NOW - days_ago * DAY,
                "direction": "out",
                "channel_id": self.email.id,
                "kind": "mailing",
                "event": "sent",
                "res_model": "res.partner",
                "res_id": self.anna.id,
            }
        )

    def test_pressure_within_the_patience_is_waited_for(self):
        """A mail five days ago, one a week: free in two days, within three days of patience."""
        self._press(5)
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("planned", "pressure"))
        self.assertEqual(row.due_at, NOW + 2 * DAY)

    def test_pressure_beyond_the_patience_leaves_out(self):
        self._press(2)
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason, row.due_at), ("left_out", "pressure", False))

    def test_who_had_to_wait_is_decided_again_when_due(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        self.env["mail.blacklist"]._add("anna@waves.example.com")
        self._run(wave)
        self.assertEqual(self._row(wave, self.anna).state, "planned")
        self._run(wave, NOW + DAY)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("left_out", "blacklisted"))

    # -- other campaigns -----------------------------------------------------------------------

    def _rival(self, priority):
        rival = self._campaign("Rival", priority=priority)
        rival.audience_ids = self._members("Rival", self.anna)
        self._run_campaign(rival)
        wave = self._wave("Rival", rival, date_planned=NOW + timedelta(hours=6))
        self._start(wave)
        self._run(wave)
        return wave

    def test_a_campaign_of_higher_priority_comes_first(self):
        """It writes to Anna at 18:00: we write a day after, at 18:00 of the 3rd."""
        self._rival("1")
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("planned", "other_campaign"))
        self.assertEqual(row.due_at, datetime(2026, 3, 3, 18))
        self.assertEqual(self._row(wave, self.bert).due_at, NOW)

    def test_without_patience_she_is_left_out(self):
        self._rival("1")
        wave = self._wave(patience_days=0)
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("left_out", "other_campaign"))

    def test_a_campaign_of_the_same_priority_does_not(self):
        self._rival("0")
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._row(wave, self.anna).due_at, NOW)

    # -- one after the other -------------------------------------------------------------------

    def _sent(self, wave, people, when):
        rows = wave.delivery_ids.filtered(lambda row: row.partner_id in people)
        rows.sudo().write({"state": "sent", "sent_at": when, "due_at": when})

    def test_a_later_wave_asks_days_after_each_delivery(self):
        first = self._wave(date_planned=NOW + 30 * DAY)
        second = self._wave("Reminder", after_wave_id=first.id, wait_days=7)
        self._start(first, second)
        self._run(first)
        self._sent(first, self.anna, NOW)
        self._sent(first, self.bert, NOW + 2 * DAY)
        self._run(second, NOW + 7 * DAY - timedelta(seconds=1))
        self.assertFalse(second.delivery_ids)
        self._run(second, NOW + 7 * DAY)
        self.assertEqual(second.delivery_ids.partner_id, self.anna)
        self._run(second, NOW + 9 * DAY)
        self.assertEqual(second.delivery_ids.partner_id, self.anna | self.bert)
        self.assertEqual(second.state, "running", "the first wave may still reach others")

    def test_a_later_wave_waits_for_the_last_one(self):
        """The first wave is done at once; the second one only when everybody's days are over."""
        first = self._wave(method="letter")
        second = self._wave("Reminder", method="letter", after_wave_id=first.id, wait_days=7)
        self._start(first, second)
        self._run(first)
        self.assertEqual(first.state, "done")
        self._run(second)
        self._run(second, NOW + 6 * DAY)
        self.assertEqual((second.state, len(second.delivery_ids)), ("running", 0))
        self._run(second, NOW + 7 * DAY)
        self.assertEqual((second.state, second.sent_count), ("done", 6))

    def test_a_wave_to_those_who_answered_stays_open(self):
        first = self._wave(method="letter")
        group = self.env["crm.campaign.response.group"].create(
            {"name": "Answered", "campaign_id": self.campaign.id, "wave_id": first.id}
        )
        second = self._wave("Thanks", method="letter", response_group_id=group.id, wait_days=0)
        later = self._wave("Later", method="letter", date_planned=NOW + 60 * DAY)
        self._start(first, second, later)
        self._run(first)
        self._run(second, NOW + 30 * DAY)
        self._run(later, NOW + 30 * DAY)
        self.assertEqual((second.state, later.state), ("running", "running"))
        self.campaign._set_phase("finished")
        self.assertEqual((second.state, later.state), ("done", "cancelled"))
        self.assertEqual((later.planned_count, later.left_out_count), (0, 7))

    def test_a_wave_never_comes_after_itself(self):
        first = self._wave()
        second = self._wave("Second", after_wave_id=first.id)
        third = self._wave("Third", after_wave_id=second.id)
        with self.assertRaisesRegex(ValidationError, "after itself"):
            first.after_wave_id = third
        with self.assertRaisesRegex(ValidationError, "after itself"):
            first.after_wave_id = first

    def test_waves_of_one_campaign_only(self):
        other = self._wave(campaign=self._campaign("Other"))
        with self.assertRaisesRegex(ValidationError, "another campaign"):
            self._wave("Second", after_wave_id=other.id)

    # -- repeats -------------------------------------------------------------------------------

    def test_planning_twice_changes_nothing(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        before = wave.delivery_ids.read(["state", "due_at", "reason", "wanted_at"])
        self._run(wave)
        self._run(wave, NOW + timedelta(hours=3))
        self.assertEqual(wave.delivery_ids.read(["state", "due_at", "reason", "wanted_at"]), before)

    def test_a_killed_plan_is_taken_up(self):
        """The job stops when its time is up: what is new is decided by the next run."""
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        wave._refresh_targets()
        with patch.object(type(wave), "_decide_new", lambda *args: False):
            self.assertFalse(self._run(wave))
        self.assertEqual(wave.new_count, 7)
        self._run(wave)
        self.assertEqual((wave.new_count, wave.planned_count, wave.left_out_count), (0, 6, 1))

    # -- life ----------------------------------------------------------------------------------

    def test_nothing_goes_out_before_the_campaign_runs(self):
        campaign = self._campaign("Later")
        campaign.audience_ids = self.campaign.audience_ids
        wave = self._wave(campaign=campaign)
        with self.assertRaisesRegex(UserError, "Start the campaign first"):
            self._start(wave)
        wave.with_user(self.mara).action_ready()
        self.assertEqual(wave.state, "ready")
        self._run_campaign(campaign)
        self.assertEqual(wave.state, "running")

    def test_the_end_of_the_campaign_cancels_what_is_left(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        self.campaign._set_phase("finished")
        self.assertEqual(wave.state, "cancelled")
        self.assertFalse(self._rows(wave, "planned"))
        self.assertEqual(self._row(wave, self.anna).reason, "cancelled")

    def test_pause_and_resume(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        wave.with_user(self.mara).action_pause()
        self._run(wave, NOW + DAY)
        self.assertFalse(wave.mailing_ids, "nothing is sent meanwhile")
        wave.with_user(self.mara).action_resume()
        self.assertEqual(wave.new_count, 6)
        self._run(wave)
        self.assertEqual((wave.state, wave.planned_count), ("running", 6))

    def test_a_wave_that_lacks_something_does_not_start(self):
        wave = self._wave(subject=False, body_html="<p>Dear [[greeting]]</p>")
        with self.assertRaisesRegex(UserError, r"(?s)no subject.*\[\[?greeting"):
            self._start(wave)
        self.assertEqual(wave.state, "draft")

    def test_the_state_moves_by_buttons_only(self):
        wave = self._wave()
        with self.assertRaisesRegex(UserError, "buttons of the wave"):
            wave.state = "running"
        self._start(wave)
        with self.assertRaisesRegex(UserError, "has begun"):
            wave.variant = "A"
        with self.assertRaisesRegex(UserError, "has begun"):
            wave.unlink()
        with self.assertRaisesRegex(UserError, "cannot become"):
            self._start(wave)

    def test_a_problem_pauses_the_wave_and_not_the_others(self):
        broken, sound = self._wave("Broken"), self._wave("Sound", date_planned=NOW + DAY)
        self._start(broken, sound)

        def run(wave, now, commit=None):
            if wave.name == "Broken":
                raise UserError(self.env._("No printer"))
            return original(wave, now, lambda: True)

        original = type(sound)._run
        self.patch(type(sound), "_run", run)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_campaign_roi.ir_cron_campaign_waves").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((broken.state, broken.problem), ("paused", "No printer"))
        self.assertEqual(len(sound.delivery_ids), 7)

    def test_waves_are_copied_with_their_order(self):
        first = self._wave()
        self._wave("Reminder", after_wave_id=first.id)
        copy = self.campaign.copy()
        self.assertEqual(copy.wave_ids.mapped("name"), ["Invitation", "Reminder"])
        self.assertEqual(copy.wave_ids[1].after_wave_id, copy.wave_ids[0])
        self.assertEqual(set(copy.wave_ids.mapped("state")), {"draft"})

    # -- simulation ----------------------------------------------------------------------------

    def test_simulation_before_the_start(self):
        """Mail to six of seven at once (0.60); letters a week later to the five contacts among
        them, for the lead has no postal address (7.50). Nothing goes out, and the start plans anew.
        """
        first = self._wave()
        letter = self._wave("Letter", method="letter", after_wave_id=first.id)
        self.campaign._fill_targets()
        with self._at(NOW):
            action = self.campaign.with_user(self.mara).action_simulate_waves()
        self.assertEqual(action["domain"], [("wave_id", "in", (first | letter).ids)])
        self.assertEqual((first.planned_count, first.left_out_count), (6, 1))
        self.assertAlmostEqual(first.planned_cost, 0.6)
        self.assertEqual((letter.planned_count, letter.left_out_count), (5, 1))
        self.assertAlmostEqual(letter.planned_cost, 7.5)
        self.assertEqual(set(self._rows(letter, "planned").mapped("due_at")), {NOW + 7 * DAY})
        self.assertEqual((first.state, first.mailing_ids), ("draft", first.mailing_ids.browse()))
        self._start(first)
        self.assertFalse(first.delivery_ids)
        with self.assertRaisesRegex(UserError, "has begun"):
            first.with_user(self.mara).action_simulate()

    # -- number of queries ---------------------------------------------------------------------

    def _queries(self, name, people):
        campaign = self._campaign(name)
        campaign.audience_ids = self._members(name, people)
        self._run_campaign(campaign)
        wave = self._wave(name, campaign, date_planned=NOW + DAY)
        self._start(wave)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wave.sudo()._run(NOW)
        self.assertEqual(wave.planned_count, len(people))
        return self.env.cr.sql_log_count - before

    def test_ten_times_the_persons_cost_no_more_queries(self):
        people = self._people([f"Many{number}" for number in range(50)])
        self._permit(people)
        self._queries("Warm", people[:1])
        few = self._queries("Few", people[:5])
        self.assertEqual(self._queries("Many", people), few)

    # -- rights --------------------------------------------------------------------------------

    def test_only_marketers_run_waves(self):
        wave = self._wave()
        for user in (self.emma, self.sam, self.cara):
            for method in ("action_start", "action_ready", "action_simulate", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(wave.with_user(user), method)()
        with self.assertRaises(AccessError):
            wave.with_user(self.cara).write({"name": "Mine"})

    def test_rows_are_written_by_nobody(self):
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        with self.assertRaises(AccessError):
            wave.delivery_ids[:1].with_user(self.mara).write({"state": "new"})
        with self.assertRaises(AccessError):
            wave.delivery_ids[:1].with_user(self.mara).unlink()

    def test_salespeople_see_their_own_customers(self):
        self.anna.user_id = self.sam
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        deliveries = self.env["crm.campaign.delivery"].with_user(self.sam)
        self.assertEqual(deliveries.search([("wave_id", "=", wave.id)]).partner_id, self.anna)
        with self.assertRaises(AccessError):
            self.env["crm.campaign.delivery"].with_user(self.emma).search([])

    def test_texts_that_compute_are_for_template_editors(self):
        group = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").implied_ids -= group
        wave = self._wave().with_user(self.mara)
        with self.assertRaisesRegex(AccessError, "template editors"):
            wave.body_html = "<p t-out=\"env['res.users'].search([])\"/>"
        wave.body_html = '<p>Dear <t t-out="object.name"/></p>'
        self.assertIn("object.name", wave.body_html)

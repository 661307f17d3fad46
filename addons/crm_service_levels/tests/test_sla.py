from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..tools.warranty import Contract
from .common_sla import SlaCase


@tagged("post_install", "-at_install")
class TestSla(SlaCase):
    """SVC-S: deadlines in working time; nothing is lost when a request or a policy changes."""

    def test_friday_afternoon_is_due_on_monday_morning(self):
        policy = self._policy("One hour", {"priority": "3"}, resolution=1)
        request = self._opened("2024-03-01 16:30:00", priority="3")
        self.assertEqual(request.sla_policy_id, policy)
        self.assertEqual(request.sla_due_at, self._at("2024-03-04 09:30:00"))
        self.assertEqual((request.sla_state, request.sla_kind), ("running", "resolution"))

    def test_first_deadline_is_the_one_shown(self):
        request = self._opened("2024-03-01 10:00:00")
        self.assertEqual(request.sla_due_at, self._at("2024-03-01 12:00:00"))
        self.assertEqual(request.sla_kind, "first_reply")
        # 7 h left on Friday until 17:00, the eighth on Monday until 10:00.
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-04 10:00:00"))

    def test_reply_in_time_is_met_and_late_is_missed(self):
        early, late = self._opened("2024-03-01 10:00:00"), self._opened("2024-03-01 10:00:00")
        self._answer(early, "2024-03-01 12:00:00")
        self._answer(late, "2024-03-01 12:00:01")
        self.assertEqual(self._timer(early, "first_reply").state, "met")
        timer = self._timer(late, "first_reply")
        self.assertEqual((timer.state, timer.breached_at), ("breached", timer.due_at))
        self.assertEqual(timer.met_at, self._at("2024-03-01 12:00:01"))

    def test_a_message_of_a_colleague_is_the_reply(self):
        request = self._opened("2024-03-01 10:00:00")
        with freeze_time("2024-03-01 11:00:00"):
            request.with_user(self.rita).message_post(
                body="On it", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(self._timer(request, "first_reply").state, "met")

    def test_an_internal_note_is_none(self):
        request = self._opened("2024-03-01 10:00:00")
        request.with_user(self.rita).message_post(body="Hm", subtype_xmlid="mail.mt_note")
        self.assertEqual(self._timer(request, "first_reply").state, "running")

    def test_the_customer_waits_for_each_next_reply(self):
        request = self._opened("2024-03-01 09:00:00")
        self._answer(request, "2024-03-01 10:00:00")
        with freeze_time("2024-03-01 15:00:00"):
            request._service_customer_wrote(self._at("2024-03-01 15:00:00"))
            request._service_customer_wrote(self._at("2024-03-01 15:30:00"))
        # From his first unanswered message: 2 h on Friday, 1 h on Monday.
        timer = self._timer(request, "next_reply")
        self.assertEqual(timer.due_at, self._at("2024-03-04 10:00:00"))
        self._answer(request, "2024-03-04 09:00:00")
        self.assertEqual((timer.state, timer.elapsed_seconds), ("met", 2 * 3600))
        with freeze_time("2024-03-04 11:00:00"):
            request._service_customer_wrote(self._at("2024-03-04 11:00:00"))
        kinds = request.sla_timer_ids.mapped("kind")
        self.assertEqual(kinds.count("next_reply"), 2)

    def test_before_the_first_reply_there_is_no_next_one(self):
        request = self._opened("2024-03-01 09:00:00")
        with freeze_time("2024-03-01 09:30:00"):
            request._service_customer_wrote(self._at("2024-03-01 09:30:00"))
        self.assertFalse(self._timer(request, "next_reply"))

    def test_updates_are_due_again_and_again(self):
        self.policy.active = False
        self._policy("Updates", update=4)
        request = self._opened("2024-03-01 09:00:00")
        self.assertEqual(request.sla_due_at, self._at("2024-03-01 13:00:00"))
        self._answer(request, "2024-03-01 12:00:00")
        self.assertEqual(request.sla_due_at, self._at("2024-03-01 16:00:00"))
        self.assertEqual(request.sla_timer_ids.mapped("state"), ["met", "running"])

    def test_the_clock_stops_while_waiting_for_the_customer(self):
        request = self._opened("2024-03-01 10:00:00")
        self._change("2024-03-01 12:00:00", request, stage_id=self.waiting.id)
        timer = self._timer(request)
        self.assertEqual((timer.state, timer.due_at), ("paused", False))
        self.assertEqual((timer.elapsed_seconds, request.sla_state), (2 * 3600, "paused"))
        with freeze_time("2024-03-04 09:00:00"):
            request._service_customer_wrote(self._at("2024-03-04 09:00:00"))
        # His message ends the wait. Two of eight hours are used: six are left on Monday.
        self.assertEqual(request.state, "open")
        self.assertEqual(timer.due_at, self._at("2024-03-04 15:00:00"))
        self.assertEqual(timer.paused_seconds, 69 * 3600)

    def test_a_target_may_run_through_pauses(self):
        self.policy.active = False
        self._policy("Hard", resolution={"hours": 8, "pauses": False})
        request = self._opened("2024-03-01 10:00:00")
        self._change("2024-03-01 12:00:00", request, stage_id=self.waiting.id)
        self.assertEqual(self._timer(request).state, "running")

    def test_solved_is_judged_and_closed_never_moves(self):
        request = self._opened("2024-03-01 09:00:00")
        with freeze_time("2024-03-01 15:00:00"):
            request.action_solve()
        timer = self._timer(request)
        self.assertEqual((timer.state, request.sla_state), ("met", "breached"))
        moving = ["state", "due_at", "met_at", "elapsed_seconds", "target_seconds", "policy_id"]
        before = timer.read(moving)
        self._change("2024-03-01 15:30:00", request, priority="3", team_id=self.team.copy().id)
        self.policy.target_ids.hours = 0.5
        self.calendar.attendance_ids.hour_to = 12
        self.env.cr.flush()
        self.env["crm.service.request"]._sla_rebuild(recount=True)
        timer.invalidate_recordset()
        self.assertEqual(timer.read(moving), before)

    def test_reopened_goes_on_where_it_stopped(self):
        request = self._opened("2024-03-01 09:00:00")
        with freeze_time("2024-03-01 12:00:00"):
            request.action_solve()
        with freeze_time("2024-03-04 10:00:00"):
            request.action_reopen()
        timer = self._timer(request)
        # Three of eight hours are used; five are left on Monday from ten.
        self.assertEqual((timer.state, timer.elapsed_seconds), ("running", 3 * 3600))
        self.assertEqual(timer.due_at, self._at("2024-03-04 15:00:00"))
        self.assertEqual(self._timer(request, "first_reply").state, "breached")

    def test_cancelled_is_no_promise(self):
        request = self._opened("2024-03-01 09:00:00")
        with freeze_time("2024-03-01 10:00:00"):
            request.action_cancel()
        self.assertEqual(set(request.sla_timer_ids.mapped("state")), {"cancelled"})
        self.assertFalse(request.sla_state)

    def test_what_we_open_ourselves_needs_no_first_reply(self):
        request = self._opened("2024-03-01 09:00:00", proactive=True)
        self.assertEqual(request.sla_timer_ids.mapped("kind"), ["resolution"])

    def test_stage_targets(self):
        self.policy.active = False
        stage = self.env.ref("crm_service_levels.stage_open")
        self._policy(
            "Stages",
            stage={"hours": 1, "stage_id": stage.id},
            in_stage={"hours": 2, "stage_id": stage.id},
        )
        request = self._opened("2024-03-01 09:00:00")
        self.assertEqual(request.sla_timer_ids.mapped("kind"), ["stage"])
        self._change("2024-03-01 09:30:00", request, stage_id=stage.id)
        self.assertEqual(self._timer(request, "stage").state, "met")
        self.assertEqual(request.sla_due_at, self._at("2024-03-01 11:30:00"))
        self._change(
            "2024-03-01 12:00:00",
            request,
            stage_id=self.env.ref("crm_service_levels.stage_third_party").id,
        )
        self.assertEqual(self._timer(request, "in_stage").state, "breached")
        self._change("2024-03-01 13:00:00", request, stage_id=stage.id)
        self.assertEqual(request.sla_timer_ids.mapped("kind").count("in_stage"), 2)
        self.assertEqual(request.sla_timer_ids.mapped("kind").count("stage"), 1)

    # Every kind of change keeps what has elapsed

    def _changed_after_two_hours(self, **values):
        request = self._opened("2024-03-01 09:00:00")
        self._change("2024-03-01 11:00:00", request, **values)
        return self._timer(request), request

    def test_another_priority(self):
        urgent = self._policy("Urgent", {"priority": "3"}, resolution=4)
        timer, request = self._changed_after_two_hours(priority="3")
        self.assertEqual((request.sla_policy_id, timer.policy_id), (urgent, urgent))
        # Two of four hours are used.
        self.assertEqual(timer.due_at, self._at("2024-03-01 13:00:00"))
        self.assertEqual(timer.elapsed_seconds, 2 * 3600)
        self.assertEqual(self._timer(request, "first_reply").state, "cancelled")

    def test_another_type_child_types_included(self):
        self._policy("Faults", {"type_ids": [Command.set(self.fault.ids)]}, resolution=3)
        narrower = self.fault.create({"name": "Leak", "parent_id": self.fault.id})
        timer, _request = self._changed_after_two_hours(type_id=narrower.id)
        self.assertEqual(timer.due_at, self._at("2024-03-01 12:00:00"))

    def test_another_severity(self):
        self._policy("Critical", {"severity": "3"}, resolution=3)
        timer, _request = self._changed_after_two_hours(severity="3")
        self.assertEqual(timer.due_at, self._at("2024-03-01 12:00:00"))

    def test_another_team_with_other_hours(self):
        late = self._calendar("Late shift", 13, 21)
        other = self.team.copy({"name": "Evening", "resource_calendar_id": late.id})
        timer, _request = self._changed_after_two_hours(team_id=other.id)
        # Two of eight hours are used; the evening has six from 13:00 to 19:00.
        self.assertEqual(timer.due_at, self._at("2024-03-01 19:00:00"))

    def test_an_edited_target(self):
        request = self._opened("2024-03-01 09:00:00")
        target = self.policy.target_ids.filtered(lambda t: t.kind == "resolution")
        self._change("2024-03-01 11:00:00", target, hours=3)
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-01 12:00:00"))

    def test_other_hours_of_the_calendar(self):
        request = self._opened("2024-03-01 09:00:00")
        self._change("2024-03-01 11:00:00", self.calendar.attendance_ids, hour_to=13)
        timer = self._timer(request)
        # Two used; two more on Friday until 13:00, four on Monday from nine.
        self.assertEqual(timer.elapsed_seconds, 2 * 3600)
        self.assertEqual(timer.due_at, self._at("2024-03-04 13:00:00"))

    def test_another_calendar_of_the_team(self):
        request = self._opened("2024-03-01 09:00:00")
        late = self._calendar("Late shift", 13, 21)
        self._change("2024-03-01 11:00:00", self.team, resource_calendar_id=late.id)
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-01 19:00:00"))

    def test_a_holiday_moves_the_deadline(self):
        request = self._opened("2024-03-01 16:00:00")
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-04 16:00:00"))
        with freeze_time("2024-03-01 16:30:00"):
            holiday = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": self.calendar.id,
                    "date_from": "2024-03-04 00:00:00",
                    "date_to": "2024-03-04 23:59:59",
                }
            )
            self.env.cr.flush()
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-05 16:00:00"))
        with freeze_time("2024-03-01 16:45:00"):
            holiday.unlink()
            self.env.cr.flush()
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-04 16:00:00"))

    def test_a_holiday_of_the_company_counts_too(self):
        request = self._opened("2024-03-01 16:00:00")
        with freeze_time("2024-03-01 16:30:00"):
            self.env["resource.calendar.leaves"].create(
                {"date_from": "2024-03-04 00:00:00", "date_to": "2024-03-04 23:59:59"}
                | {"name": "Holiday", "calendar_id": False, "company_id": self.company.id}
            )
            self.env.cr.flush()
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-05 16:00:00"))

    def test_recounting_applies_late_holidays_and_pauses(self):
        request = self._opened("2024-02-29 09:00:00")
        self._change("2024-02-29 11:00:00", request, stage_id=self.waiting.id)
        self._change(
            "2024-02-29 13:00:00",
            request,
            stage_id=self.env.ref("crm_service_levels.stage_open").id,
        )
        with freeze_time("2024-03-01 11:00:00"):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Entered too late",
                    "calendar_id": self.calendar.id,
                    "date_from": "2024-02-29 14:00:00",
                    "date_to": "2024-02-29 23:59:59",
                }
            )
            self.env.cr.flush()
            timer = self._timer(request)
            # Counted as it was: 2 h, pause, 4 h on Thursday, 2 h on Friday: eight, used up.
            self.assertEqual(timer.elapsed_seconds, 8 * 3600)
            self.env["crm.service.request"]._sla_rebuild(recount=True)
        # With the holiday: 2 h, pause, 1 h on Thursday, 2 h on Friday; three are left.
        self.assertEqual(timer.elapsed_seconds, 5 * 3600)
        self.assertEqual(timer.due_at, self._at("2024-03-01 14:00:00"))

    # Calendars

    def test_summer_time_keeps_local_hours(self):
        self.team.resource_calendar_id = self._calendar("Berlin", 9, 17, tz="Europe/Berlin")
        # Friday 2024-03-29 16:30 in Berlin is 15:30 UTC; on Monday 09:00 is 07:00 UTC:
        # 30 minutes on Friday, 7 h 30 until 16:30, which is 14:30 UTC.
        request = self._opened("2024-03-29 15:30:00")
        self.assertEqual(self._timer(request).due_at, self._at("2024-04-01 14:30:00"))

    def test_hours_of_the_team_in_the_customer_s_time_zone(self):
        self.policy.active = False
        self._policy("Far away", resolution={"hours": 1, "calendar_kind": "customer"})
        self.anna.tz = "America/New_York"
        # Nine in New York in winter is 14:00 UTC.
        request = self._opened("2024-03-01 10:00:00")
        self.assertEqual(request.sla_due_at, self._at("2024-03-01 15:00:00"))

    def test_around_the_clock_and_own_hours(self):
        self.policy.active = False
        sunday = self._calendar("Sunday", 10, 12, days=[6])
        self._policy(
            "Emergency",
            first_reply={"hours": 2, "calendar_kind": "always"},
            resolution={"hours": 3, "calendar_kind": "own", "calendar_id": sunday.id},
        )
        request = self._opened("2024-03-02 23:00:00")
        self.assertEqual(request.sla_due_at, self._at("2024-03-03 01:00:00"))
        self.assertEqual(self._timer(request).due_at, self._at("2024-03-10 11:00:00"))

    def test_a_target_far_beyond_the_usual_horizon(self):
        self.policy.active = False
        # 1,040 h are 26 weeks of 40 h; 6,240 h are 156 weeks: Friday 2027-02-26 at 17:00.
        self._policy("Long", resolution=6240)
        request = self._opened("2024-03-04 09:00:00")
        self.assertEqual(request.sla_due_at, self._at("2027-02-26 17:00:00"))

    def test_hours_that_are_gone_never_hang(self):
        request = self._opened("2024-03-01 10:00:00")
        with freeze_time("2024-03-01 10:30:00"):
            self.calendar.attendance_ids.unlink()
            self.env.cr.flush()
        timer = self._timer(request)
        self.assertEqual((timer.due_at, timer.state), (False, "running"))
        self.assertEqual(timer.elapsed_seconds, 1800)

    # Policies

    def test_policies_are_explained(self):
        self._policy("Tier A", {"tier_a": True}, resolution=4)
        request = self._opened("2024-03-01 10:00:00")
        self.assertEqual(
            request.sla_explanation.splitlines(),
            ["✗ Tier A: tier of the customer differs", "✓ Standard: for every request"],
        )

    def test_versions_are_chosen_by_the_day_of_receipt(self):
        with freeze_time("2024-03-04 08:00:00"):
            action = self.policy.action_new_version()
        new = self.policy.browse(action["res_id"])
        self.assertEqual((new.version, new.previous_id), (2, self.policy))
        self.assertEqual(new.target_ids.mapped("hours"), self.policy.target_ids.mapped("hours"))
        self.assertEqual(self._opened("2024-03-01 10:00:00").sla_policy_id, self.policy)
        self.assertEqual(self._opened("2024-03-04 10:00:00").sla_policy_id, new)

    def test_the_day_of_receipt_is_that_of_the_team(self):
        """Monday 2024-03-04 07:00 in Shanghai is Sunday 23:00 UTC: the version of Monday counts."""
        self.team.resource_calendar_id = self._calendar("Shanghai", 9, 17, tz="Asia/Shanghai")
        self.policy.valid_to = "2024-03-03"
        new = self.policy.copy({"name": "From Monday", "valid_from": "2024-03-04"})
        self.assertEqual(self._opened("2024-03-03 15:59:59").sla_policy_id, self.policy)
        self.assertEqual(self._opened("2024-03-03 16:00:00").sla_policy_id, new)

    def test_without_a_policy_nothing_is_promised(self):
        self.policy.active = False
        request = self._opened("2024-03-01 10:00:00")
        self.assertFalse(request.sla_timer_ids)
        self.assertFalse(request.sla_state)
        self.assertIn("nothing is promised", request.sla_explanation)

    def test_contract_level_comes_from_a_hook(self):
        gold = self._policy("Gold", {"contract_level": "gold"}, resolution=1)
        facts = self._opened("2024-03-01 10:00:00")._sla_facts()
        fact = next(iter(facts.values()))
        choose = self.env["crm.service.request"]._sla_chooser()
        self.assertEqual(choose(fact).id, self.policy.id)
        fact.contract = "gold"
        self.assertEqual(choose(fact).id, gold.id)

    def test_the_contract_is_the_one_of_the_asset(self):
        """One hook tells contracts, ``_service_contracts``; only a running one counts."""
        asset = self.env["crm.customer.asset"].create({"name": "Pump", "partner_id": self.anna.id})
        covered = self._opened("2024-03-01 10:00:00", asset_id=asset.id)
        both = covered | self._opened("2024-03-01 10:00:00")
        self.assertEqual(both._sla_contract_levels(), {})
        for until, expected in ((date(2024, 3, 1), {covered.id: "gold"}), (date(2024, 2, 29), {})):
            contract = Contract("C7", until, (), "gold")
            told = {asset.id: contract}
            hook = patch.object(type(asset), "_service_contracts", lambda _self, t=told: t)
            with hook, freeze_time("2024-03-01 12:00:00"):
                self.assertEqual(both._sla_contract_levels(), expected)

    def test_a_message_moves_many_at_once(self):
        requests = self._opened("2024-03-01 10:00:00") | self._opened("2024-03-01 10:00:00")
        with freeze_time("2024-03-01 11:00:00"):
            requests._service_answered(self._at("2024-03-01 11:00:00"))
        replies = requests.sla_timer_ids.filtered(lambda timer: timer.kind == "first_reply")
        self.assertEqual(replies.mapped("state"), ["met", "met"])

    def test_countdown_data(self):
        request = self._opened("2024-03-01 10:00:00")
        first, solution = request.sla_clock
        self.assertEqual(
            first,
            {
                "label": "First reply",
                "state": "running",
                "runs": True,
                "due": "2024-03-01 12:00:00",
                "left": 7200,
                "warned": 0,
            },
        )
        self.assertEqual(solution["due"], "2024-03-04 10:00:00")

    def test_hours_used_are_those_until_now(self):
        timer = self._timer(self._opened("2024-03-01 10:00:00"))
        with freeze_time("2024-03-01 12:30:00"):
            timer.invalidate_recordset()
            self.assertEqual((timer.target_hours, timer.elapsed_hours), (8.0, 2.5))

    def test_the_board_counts_what_is_late_and_due_today(self):
        self._opened("2024-03-01 10:00:00")
        self._opened("2024-03-01 13:00:00")
        with freeze_time("2024-03-01 13:30:00"):
            mine = [("team_id", "=", self.team.id)]
            counts = self.env["crm.service.request"].get_board_counts(mine)
        found = {count["code"]: count["count"] for count in counts}
        # First replies were due at noon and are due at three.
        self.assertEqual((found["sla_late"], found["sla_today"]), (1, 1))

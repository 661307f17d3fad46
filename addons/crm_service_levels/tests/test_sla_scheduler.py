from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_sla import SlaCase


@tagged("post_install", "-at_install")
class TestSlaScheduler(SlaCase):
    """SVC-S: warnings, breaches and escalation; two schedulers, and one that is killed."""

    def _told(self, user):
        return self.env["mail.message"].search(
            [("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids)]
        )

    def _with_step(self, **values):
        self.policy.step_ids = [
            Command.create({"name": "Decide", "moment": "after", "after_hours": 1, **values})
        ]
        self.env.cr.flush()

    def test_a_warning_at_its_share(self):
        request = self._opened("2024-03-01 10:00:00")
        # 75 % of two hours is half past eleven.
        self._tick("2024-03-01 11:29:00")
        self.assertEqual(request.sla_state, "running")
        self._tick("2024-03-01 11:30:00")
        self.assertEqual(request.sla_state, "warned")
        self.assertEqual(len(self._told(self.rita)), 1)
        self.assertFalse(self._told(self.leo))
        self._tick("2024-03-01 11:32:00")
        self.assertEqual(len(self._told(self.rita)), 1)

    def test_without_an_owner_the_leader_is_warned(self):
        request = self._opened("2024-03-01 10:00:00")
        request.user_id = False
        self._tick("2024-03-01 11:30:00")
        self.assertFalse(self._told(self.rita))
        self.assertEqual(len(self._told(self.leo)), 1)
        self.assertIn(request.number, self._told(self.leo).body)

    def test_working_time_that_ends_on_friday_is_warned_of_on_monday(self):
        """75 % of two hours from 16:00 are 90 minutes: one on Friday, half an hour on Monday."""
        request = self._opened("2024-03-01 16:00:00")
        for quiet in ("2024-03-01 17:00:00", "2024-03-02 12:00:00", "2024-03-04 09:29:00"):
            self._tick(quiet)
            self.assertEqual((request.sla_state, len(self._told(self.rita))), ("running", 0))
        self._tick("2024-03-04 09:30:00")
        self.assertEqual((request.sla_state, len(self._told(self.rita))), ("warned", 1))

    def test_a_breach_tells_owner_and_leader(self):
        request = self._opened("2024-03-01 10:00:00")
        self._tick("2024-03-01 12:05:00")
        timer = self._timer(request, "first_reply")
        self.assertEqual(timer.breached_at, self._at("2024-03-01 12:00:00"))
        self.assertEqual(request.sla_state, "late")
        self.assertIn("missed", self._told(self.leo).body)
        self.assertEqual(len(self._told(self.rita)), 1)

    def test_one_message_for_many_requests(self):
        for _number in range(3):
            self._opened("2024-03-01 10:00:00")
        self._tick("2024-03-01 11:30:00")
        self.assertEqual(len(self._told(self.rita)), 1)
        self.assertEqual(self._told(self.rita).body.count("<li>"), 3)

    def test_a_breach_at_night_is_noted_at_once_and_told_in_the_morning(self):
        self.policy.active = False
        self._policy("Night", first_reply={"hours": 2, "calendar_kind": "always"})
        request = self._opened("2024-03-01 20:00:00")
        self._tick("2024-03-01 22:01:00")
        self.assertEqual(request.sla_state, "late")
        self.assertFalse(self._told(self.rita))
        timer = self._timer(request, "first_reply")
        self.assertEqual(timer.next_check, self._at("2024-03-04 09:00:00"))
        self._tick("2024-03-04 09:00:00")
        self.assertEqual(len(self._told(self.rita)), 1)

    def test_an_emergency_step_wakes_people(self):
        self.policy.active = False
        self._policy(
            "Night",
            {
                "step_ids": [
                    Command.create(
                        {"name": "Wake up", "moment": "share", "share": 50, "any_time": True}
                    )
                ]
            },
            first_reply={"hours": 2, "calendar_kind": "always"},
        )
        self._opened("2024-03-01 20:00:00")
        self._tick("2024-03-01 21:00:00")
        self.assertIn("Wake up", self._told(self.leo).body)

    def test_the_chain_after_a_breach(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._with_step(
            kind="first_reply",
            reassign=True,
            raise_priority=True,
            activity_type_id=todo.id,
            activity_days=2,
        )
        request = self._opened("2024-03-01 10:00:00")
        self._tick("2024-03-01 12:30:00")
        self.assertEqual((request.user_id, request.priority), (self.rita, "1"))
        self._tick("2024-03-01 13:00:00")
        self.assertEqual((request.user_id, request.priority), (self.leo, "2"))
        activity = request.activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.leo, "Decide"))
        self.assertEqual(activity.date_deadline, fields.Date.to_date("2024-03-03"))

    def test_a_step_for_a_role_and_a_person(self):
        self._with_step(
            recipient="group", group_id=self.env.ref("crm_service_levels.group_service_admin").id
        )
        self._opened("2024-03-01 10:00:00")
        self._tick("2024-03-01 13:00:00")
        self.assertTrue(self._told(self.ada))

    def test_what_is_answered_is_not_warned_of(self):
        request = self._opened("2024-03-01 10:00:00")
        self._answer(request, "2024-03-01 11:00:00")
        self._tick("2024-03-01 12:30:00")
        self.assertFalse(self._told(self.rita))

    def test_paused_timers_are_not_looked_at(self):
        request = self._opened("2024-03-01 10:00:00")
        self._change("2024-03-01 10:30:00", request, stage_id=self.waiting.id)
        self.assertFalse(any(request.sla_timer_ids.mapped("next_check")))
        self._tick("2024-03-20 10:30:00")
        self.assertEqual(request.sla_state, "paused")

    def test_two_schedulers_share_the_work(self):
        """What another one has locked is left to it, and looked at later when it was killed."""
        request = self._opened("2024-03-01 10:00:00")
        timers = type(self.timers)
        none = self.timers.browse()
        with patch.object(timers, "try_lock_for_update", return_value=none) as lock:
            self._tick("2024-03-01 11:30:00")
        lock.assert_called_once()
        self.assertEqual((request.sla_state, len(self._told(self.rita))), ("running", 0))
        self._tick("2024-03-01 11:34:00")
        self.assertEqual((request.sla_state, len(self._told(self.rita))), ("warned", 1))

    def test_a_killed_scheduler_goes_on_where_it_stopped(self):
        """Batches that were committed stay; the one that failed is done again, once."""
        requests = [self._opened("2024-03-01 10:00:00") for _number in range(4)]
        timers, check, runs = type(self.timers), type(self.timers)._check, []

        def killed(records, now):
            runs.append(len(records))
            if len(runs) == 2:
                raise RuntimeError("killed")
            return check(records, now)

        module = "odoo.addons.crm_service_levels.models.crm_service_sla_timer"
        with (
            patch(f"{module}.BATCH", 2),
            patch.object(timers, "_check", killed),
            self.assertRaises(RuntimeError),
        ):
            self._tick("2024-03-01 11:30:00")
        self.env.invalidate_all()
        self._tick("2024-03-01 11:32:00")
        self.assertEqual({request.sla_state for request in requests}, {"warned"})
        told = "".join(self._told(self.rita).mapped("body"))
        self.assertEqual([told.count(request.number) for request in requests], [1, 1, 1, 1])

    def test_cost_is_flat_in_the_number_of_open_requests(self):
        few = self._queries_of_a_tick(5)
        many = self._queries_of_a_tick(50)
        self.assertLessEqual(many, few + 3)

    def _queries_of_a_tick(self, count):
        values = {"name": "x", "partner_id": self.anna.id, "user_id": self.rita.id}
        with freeze_time("2024-03-01 10:00:00"):
            self.env["crm.service.request"].create([dict(values) for _n in range(count)])
            self.env.cr.flush()
            self.env.invalidate_all()
        with freeze_time("2024-03-01 11:30:00"):
            due = self.timers.sudo().search([("next_check", "<=", "2024-03-01 11:30:00")])
            start = self.env.cr.sql_log_count
            due._check(fields.Datetime.now())
            self.env.flush_all()
        return self.env.cr.sql_log_count - start

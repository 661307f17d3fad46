from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_squad import SquadCase


@tagged("post_install", "-at_install")
class TestSquadApproval(SquadCase):
    """SVC-L2: authority limits, and approvals beyond them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.service.authority"].search([]).active = False
        cls.env["crm.service.approval.rule"].search([]).active = False
        cls.users = cls.env.ref("crm_service_levels.group_service_user")
        cls._limit("refund", 50.0, group_id=cls.users.id)

    @classmethod
    def _limit(cls, kind, amount, **values):
        return cls.env["crm.service.authority"].create(
            {"kind": kind, "amount": amount, "currency_id": cls.company.currency_id.id, **values}
        )

    def _rule(self, *people, kind="refund", least=0.0, hours=8.0):
        steps = [
            Command.create(
                {
                    "name": who.name,
                    "asked": "user",
                    "user_id": who.id,
                    "sequence": n,
                    "hours": hours,
                }
            )
            for n, who in enumerate(people)
        ]
        return self.env["crm.service.approval.rule"].create(
            {"name": "Rule", "kind": kind, "least": least, "step_ids": steps}
        )

    def _ask(self, amount=100.0, user=None, **values):
        asked = self._as(user or self.rita)._ask_approval(
            "refund", amount, "Broken twice", **values
        )
        return asked.sudo()

    def test_within_ones_authority_it_is_decided_and_kept(self):
        approval = self._ask(50.0)
        self.assertEqual((approval.state, approval.decided_by_id), ("own", self.rita))
        self.assertEqual((approval.note, approval.step_ids.ids), ("Broken twice", []))
        self.assertFalse(self.request.awaiting_approval)

    def test_beyond_it_the_request_waits_for_the_leader(self):
        approval = self._ask(50.01)
        self.assertEqual((approval.state, approval.decider_ids), ("waiting", self.leo))
        self.assertTrue(self.request.awaiting_approval)
        self.assertEqual(approval.activity_ids.user_id, self.leo)
        counts = self.env["crm.service.request"].with_user(self.leo).get_board_counts()
        strip = {c["code"]: c["count"] for c in counts}
        self.assertGreaterEqual(strip["approval"], 1)
        mine = self.env["crm.service.approval"].with_user(self.leo)
        self.assertIn(approval, mine.search([("may_decide", "=", True)]))
        self.assertNotIn(approval, mine.search([("may_decide", "=", False)]))
        approval.with_user(self.leo).action_approve()
        self.assertEqual((approval.state, approval.decided_by_id), ("approved", self.leo))
        self.assertFalse(self.request.awaiting_approval)

    def test_refusal_needs_a_reason_and_keeps_it(self):
        approval = self._ask()
        with self.assertRaises(UserError):
            approval.with_user(self.leo).decide("refused", " ")
        wizard = self.env["crm.service.approval.refuse"].with_user(self.leo)
        wizard.create({"approval_ids": approval.ids, "note": "Not our fault"}).action_refuse()
        self.assertEqual((approval.state, approval.note), ("refused", "Not our fault"))
        self.assertEqual(approval.step_ids.note, "Not our fault")
        self.assertFalse(self.request.awaiting_approval)

    def test_nobody_approves_his_own(self):
        approval = self._ask(user=self.leo)
        self.assertNotIn(self.leo, approval.decider_ids)
        with self.assertRaises(AccessError):
            approval.with_user(self.leo).decide("approved")
        approval.decider_ids |= self.leo  # not even if he got among them
        with self.assertRaises(AccessError):
            approval.with_user(self.leo).decide("approved")
        self.assertEqual(approval.state, "waiting")

    def test_who_is_not_asked_does_not_decide(self):
        approval = self._ask()
        for user in (self.rob, self.ada):
            with self.assertRaises(AccessError):
                approval.with_user(user).decide("approved")
        with self.assertRaises(AccessError):
            approval.with_user(self.leo).state = "approved"

    def test_two_steps(self):
        self._rule(self.leo, self.ada, least=500.0)
        approval = self._ask(500.0)
        self.assertEqual(approval.decider_ids, self.leo)
        approval.with_user(self.leo).decide("approved", "Fine with me")
        self.assertEqual((approval.state, approval.decider_ids), ("waiting", self.ada))
        self.assertTrue(self.request.awaiting_approval)
        approval.with_user(self.ada).decide("approved")
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.step_ids.mapped("state"), ["approved", "approved"])
        self.assertEqual(approval.step_ids[0].note, "Fine with me")

    def test_first_refusal_ends_it(self):
        self._rule(self.leo, self.ada)
        approval = self._ask()
        approval.with_user(self.leo).decide("refused", "No")
        self.assertEqual(approval.step_ids.mapped("state"), ["refused", "cancelled"])

    def test_an_employee_outside_the_service_decides(self):
        self._rule(self.emma)
        approval = self._ask()
        mine = approval.with_user(self.emma)
        self.assertEqual(mine.read(["display_name", "reason"])[0]["reason"], "Broken twice")
        mine.action_approve()
        self.assertEqual(approval.state, "approved")

    def test_substitute_when_absent(self):
        now = fields.Datetime.now()
        self.env["crm.service.absence"].create(
            {
                "user_id": self.leo.id,
                "substitute_id": self.rob.id,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(days=3),
            }
        )
        approval = self._ask()
        self.assertEqual(approval.decider_ids, self.rob)
        # the one who asks does not stand in for the one who decides: another leader is asked
        approval = self._ask(user=self.rob)
        self.assertNotIn(self.rob, approval.decider_ids)
        self.assertIn(self.ada, approval.decider_ids)

    def test_absence_that_begins_later_is_followed(self):
        approval = self._ask()
        now = fields.Datetime.now()
        self.env["crm.service.absence"].create(
            {
                "user_id": self.leo.id,
                "substitute_id": self.rob.id,
                "date_from": now,
                "date_to": now + timedelta(days=1),
            }
        )
        approval._cron_check()
        self.assertEqual(approval.decider_ids, self.rob)
        self.assertEqual(approval.activity_ids.user_id, self.rob)

    def test_time_limit_counts_working_hours_and_escalates(self):
        self._rule(self.leo, self.ada, hours=2.0)
        # Friday 16:00 and two hours of nine to five end on Monday at 10:00
        with freeze_time("2026-06-12 16:00:00"):
            approval = self._ask()
        self.assertEqual(approval.date_due, self._at("2026-06-15 10:00:00"))
        with freeze_time("2026-06-15 09:59:00"):
            approval._cron_check()
            self.assertEqual(approval.decider_ids, self.leo)
        with freeze_time("2026-06-15 10:00:00"):
            approval._cron_check()
        self.assertEqual(approval.decider_ids, self.ada)
        self.assertEqual(approval.step_ids.mapped("state"), ["expired", "waiting"])
        with freeze_time("2026-06-15 12:00:00"):
            approval._cron_check()
        # after the last step all leaders may decide
        self.assertIn(self.leo, approval.decider_ids)
        self.assertFalse(approval.date_due)
        approval.with_user(self.leo).decide("approved")
        self.assertEqual(approval.state, "approved")

    def test_two_approvers_at_once(self):
        approval = self._ask()
        approval.decider_ids |= self.ada
        model = type(approval)
        locked = patch.object(model, "lock_for_update", side_effect=LockError("locked"))
        with locked, self.assertRaises(UserError):
            approval.with_user(self.ada).decide("refused", "No")
        approval.with_user(self.leo).decide("approved")
        with self.assertRaises(UserError):
            approval.with_user(self.ada).decide("refused", "No")
        self.assertEqual(approval.state, "approved")

    def test_what_follows_comes_from_a_list(self):
        with self.assertRaises(AccessError):
            self._ask(on_approved="unlink")
        calls = []
        model = type(self.request)
        with patch.object(
            model, "_approval_noted", lambda request, approval: calls.append(approval)
        ):
            approval = self._ask()
            self.assertEqual(calls, [])
            approval.with_user(self.leo).decide("approved")
        self.assertEqual(calls, [approval])

    def test_bad_questions_are_refused(self):
        bad = [
            ("gift", 1.0, "x"),
            ("refund", -1.0, "x"),
            ("refund", float("nan"), "x"),
            ("refund", "100", "x"),
            ("refund", 1.0, " "),
            ("discount", 101.0, "x"),
        ]
        for args in bad:
            with self.assertRaises(UserError, msg=args):
                self._as(self.rita)._ask_approval(*args)

    def test_closing_the_request_ends_what_waits(self):
        approval = self._ask()
        self._as(self.rita).action_solve()
        self.assertEqual(approval.state, "cancelled")
        self.assertFalse(self.request.awaiting_approval)
        self.assertFalse(approval.activity_ids)

    def test_who_asked_takes_it_back(self):
        approval = self._ask()
        with self.assertRaises(AccessError):
            approval.with_user(self.rob).action_withdraw()
        approval.with_user(self.rita).action_withdraw()
        self.assertEqual(approval.state, "cancelled")

    def test_limit_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "x",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        self._limit("compensation", 100.0, group_id=self.users.id, currency_id=currency.id)
        # 100 at 2 per unit of ours are 50
        within = self._as(self.rita)._within_authority
        self.assertTrue(within("compensation", 50.0))
        self.assertFalse(within("compensation", 50.01))

    def test_a_role_in_the_squad_has_authority(self):
        self._limit("refund", 200.0, squad_role="expert")
        self._squad(self.pia, role="expert")
        approval = self._as(self.pia)._ask_approval("refund", 200.0, "Seal").sudo()
        self.assertEqual(approval.state, "own")

    # Working time, which is noted and not asked for

    def _work(self, minutes, user=None):
        self._as(user or self.rita).log_minutes(minutes)
        return self.request.approval_ids.filtered(lambda one: one.kind == "minutes")

    def test_work_beyond_the_limit_waits_for_approval(self):
        self._limit("minutes", 60.0, group_id=self.users.id)
        self.assertFalse(self._work(60))
        # 65 minutes are beyond; two full hours are asked for
        approval = self._work(5)
        self.assertEqual((approval.state, approval.amount), ("waiting", 120.0))
        self.assertEqual((approval.requested_by_id, approval.decider_ids), (self.rita, self.leo))
        self.assertTrue(self.request.awaiting_approval)
        self.assertEqual(self._work(55), approval)  # 120: asked for already
        approval.with_user(self.leo).decide("approved")
        self.assertFalse(self.request.awaiting_approval)
        again = self._work(1) - approval
        self.assertEqual((again.state, again.amount), ("waiting", 180.0))

    def test_work_of_each_counts_by_itself_and_travel_is_none(self):
        self._limit("minutes", 60.0, group_id=self.users.id)
        self._work(40)
        self.assertFalse(self._work(40, self.rob))
        effort = self.env["crm.service.effort"].with_user(self.rita)
        effort.create({"request_id": self.request.id, "minutes": 90, "work_kind": "travel"})
        self.assertFalse(self.request.approval_ids)
        self.request.effort_ids.filtered(lambda e: e.minutes == 40)[:1].minutes = 70
        mine = effort.search([("request_id", "=", self.request.id), ("work_kind", "=", "labor")])
        mine.filtered(lambda e: e.user_id == self.rita).minutes = 61
        self.assertEqual(self.request.approval_ids.mapped("amount"), [120.0])

    def test_without_limits_for_work_nobody_is_asked(self):
        self.assertFalse(self._work(600))

    def test_noting_work_on_many_requests_costs_no_query_per_request(self):
        self._limit("minutes", 60.0, group_id=self.users.id)

        def cost(count):
            requests = [self._request(user_id=self.rita.id) for _n in range(count)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["crm.service.effort"].with_user(self.rita).create(
                [{"request_id": request.id, "minutes": 5} for request in requests]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(3), cost(30))

    def test_every_kind_has_its_limit(self):
        """Refund, discount, free part, order, working time, compensation, decision (SVC-L2)."""
        limits = {"refund": 50, "discount": 10, "free_part": 20, "order": 100, "compensation": 30}
        for kind, amount in limits.items():
            self._limit(kind, amount, group_id=self.users.id)
            within = [self._as(self.rita)._within_authority(kind, amount + n) for n in (0, 0.01)]
            self.assertEqual(within, [True, False], kind)
        self.assertFalse(self._as(self.rita)._within_authority("decision", 0.0))
        self._limit("decision", 0.0, group_id=self.users.id)
        self.assertTrue(self._as(self.rita)._within_authority("decision", 0.0))

    def test_absent_without_substitute_another_leader_decides(self):
        now = fields.Datetime.now()
        self.env["crm.service.absence"].create(
            {"user_id": self.leo.id, "date_from": now - timedelta(hours=1),
             "date_to": now + timedelta(days=3)}
        )  # fmt: skip
        approval = self._ask()
        self.assertNotIn(self.leo, approval.decider_ids)
        self.assertIn(self.ada, approval.decider_ids)

    def test_a_rule_names_somebody(self):
        with self.assertRaises(ValidationError):
            self._rule()

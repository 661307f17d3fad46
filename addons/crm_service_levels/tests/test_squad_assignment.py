from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_squad import SquadCase


@tagged("post_install", "-at_install")
class TestSquadAssignment(SquadCase):
    """SVC-L2: queues, automatic assignment, escalation rules and the tone score."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request.user_id = False
        cls.rita_member, cls.rob_member = cls.team.member_ids
        cls.bob = cls.env["res.partner"].create({"name": "Bob"})
        cls.env["crm.service.escalation.rule"].search([]).active = False

    def _new(self, count=1, **values):
        row = {"name": "x", "partner_id": self.bob.id, "team_id": self.team.id, **values}
        return self.env["crm.service.request"].create([dict(row) for _n in range(count)])

    def test_nothing_is_assigned_where_the_team_does_not_want_it(self):
        self.assertFalse(self._new().user_id)

    def test_in_turn_at_creation(self):
        self.team.assign_method = "turn"
        requests = self._new(4)
        owners = [sum(r.user_id == user for r in requests) for user in (self.rita, self.rob)]
        self.assertEqual(owners, [2, 2])
        self.assertEqual(set(requests.mapped("assign_reason")), {"Next in turn"})

    def test_load_against_capacity(self):
        self.team.assign_method = "load"
        self.rita_member.capacity, self.rob_member.capacity = 4, 1
        # 0/4 and 0/1 are equal: rita is first in the list; then rob (0), then rita to the brim
        requests = self._new(6)
        owners = [sum(r.user_id == user for r in requests) for user in (self.rita, self.rob)]
        self.assertEqual(owners, [4, 1])
        self.assertEqual(len(requests.filtered(lambda r: not r.user_id)), 1)

    def test_usual_representative(self):
        self._new(3, user_id=self.rob.id)
        self.team.assign_method = "load"
        request = self._new()
        self.assertEqual(request.user_id, self.rob)
        self.assertEqual(request.assign_reason, "Usual representative of this customer")

    def test_skill_of_the_type(self):
        skill = self.env["crm.service.skill"].create({"name": "Pumps"})
        self.fault.skill_ids = skill
        self.fault.team_id = False
        self.rob_member.skill_ids = [Command.create({"skill_id": skill.id, "level": 4})]
        self.team.assign_method = "skill"
        self.assertEqual(self._new(2, type_id=self.fault.id).user_id, self.rob)

    def test_absent_members_get_nothing_and_the_queue_is_dealt_out_later(self):
        self.team.assign_method = "turn"
        now = fields.Datetime.now()
        absence = {"date_from": now - timedelta(days=1), "date_to": now + timedelta(days=1)}
        away = self.env["crm.service.absence"].create(
            [{**absence, "user_id": user.id} for user in (self.rita, self.rob)]
        )
        request = self._new()
        self.assertFalse(request.user_id)
        away[1].unlink()
        self.env["crm.service.request"]._cron_assign()
        self.assertEqual(request.user_id, self.rob)

    def _tier(self, partner, letter):
        self.env["crm.customer.snapshot"].sudo().create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": "2026-06-01",
                "date": "2026-06-15",
                "is_current": True,
                "tier": letter,
            }
        )

    def test_the_last_place_is_for_the_better_tier(self):
        self._tier(self.acme, "A")
        self._tier(self.bob, "C")
        self.rob_member.unlink()
        self.rita_member.capacity = 1
        plain = self._new(priority="3")
        good = self._new(partner_id=self.anna.id, priority="0")
        self.team.assign_method = "load"
        (plain | good)._assign_by_itself()
        self.assertEqual((good.user_id, plain.user_id), (self.rita, self.rita.browse()))

    def test_assign_now(self):
        requests = self._new(2)
        action = requests.with_user(self.leo).action_assign_now()
        self.assertEqual(requests.user_id, self.rita | self.rob)
        self.assertEqual(action["params"]["type"], "success")

    def test_creating_many_costs_no_query_per_request(self):
        self.team.assign_method = "load"
        self.team.member_ids.capacity = 10_000

        def cost(count):
            self.env.flush_all()
            self.env.invalidate_all()
            requests = self._new(count)
            self.env.flush_all()
            waiting = requests.with_context(tracking_disable=True)
            waiting.user_id = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            waiting._assign()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(2)
        # one statement more for a column list of its own, none for each request
        self.assertLessEqual(cost(100) - cost(10), 2)

    # Escalation rules

    def _rule(self, **values):
        return self.env["crm.service.escalation.rule"].create({"name": "Look", **values})

    def _aged(self, hours, **values):
        request = self._new(**values)
        span = request.stage_span_ids
        span.date_from = fields.Datetime.now() - timedelta(hours=hours)
        return request

    def test_time_in_stage_raises_priority_once(self):
        old, new = self._aged(25), self._aged(23)
        self.request.active = False
        rule = self._rule(hours=24.0, raise_priority=True, team_ids=self.team.ids)
        before = old.priority
        rule._cron_check()
        self.assertEqual(int(old.priority), int(before) + 1)
        self.assertEqual(new.priority, before)
        rule._cron_check()
        self.assertEqual(int(old.priority), int(before) + 1)
        self.assertEqual(rule.log_count, 1)

    def test_customers_of_a_segment_come_first(self):
        """Segments are usable in rules of priority (ROI-5)."""
        inside, outside = self._aged(1), self._aged(1)
        outside.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        segment = self.env["crm.customer.segment"].create({"name": "Key customers"})
        self.env["crm.customer.segment.member"].create(
            {
                "segment_id": segment.id,
                "company_id": inside.company_id.id,
                "partner_id": inside.commercial_partner_id.id,
                "date_from": "2026-01-01",
            }
        )
        rule = self._rule(segment_ids=segment.ids, raise_priority=True)
        before = int(outside.priority)
        rule._cron_check()
        self.assertEqual((int(inside.priority), int(outside.priority)), (before + 1, before))

    def test_severity_reassigns_and_asks_the_leader(self):
        critical = self._new(severity="3")
        minor = self._new(severity="0")
        todo = self.env.ref("mail.mail_activity_data_todo")
        rule = self._rule(
            severity="3", reassign=True, activity_type_id=todo.id, team_ids=self.team.ids
        )
        rule._cron_check()
        self.assertEqual((critical.user_id, minor.user_id), (self.leo, minor.user_id.browse()))
        self.assertEqual(critical.activity_ids.user_id, self.leo)

    def test_tier_of_the_customer(self):
        self._tier(self.acme, "A")
        self._tier(self.bob, "C")
        good, _plain = self._new(partner_id=self.anna.id), self._new()
        rule = self._rule(tiers="a, B", team_ids=self.team.ids)
        self.assertEqual(rule._take_hold(), good | self.request)  # both of Acme
        with self.assertRaises(ValidationError):
            self._rule(tiers=" , ")

    def test_tone_of_the_last_message(self):
        angry = self._new(description="<p>This is unacceptable, I call my lawyer</p>")
        calm = self._new(description="<p>Thanks, all good</p>")
        plain = self._new(description="<p>The pump hums</p>")
        # (-3 - 3) / 6; (2 + 2) / 6; no word of the list
        self.assertEqual((angry.tone, angry.tone_score), ("angry", -100))
        self.assertEqual(angry.tone_words, "unacceptable, lawyer")
        self.assertEqual((calm.tone, calm.tone_score), ("friendly", 67))
        self.assertFalse(plain.tone)
        rule = self._rule(tone_counts=True, tone_most=-50, team_ids=self.team.ids)
        self.assertEqual(rule._take_hold(), angry)

    def test_tone_follows_what_the_customer_writes(self):
        request = self._new(description="<p>Thanks</p>")
        request.message_post(
            body="太差",
            author_id=self.bob.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual((request.tone, request.tone_score), ("angry", -100))

    def test_a_rule_without_condition_is_refused(self):
        with self.assertRaises(ValidationError):
            self._rule(team_ids=self.team.ids)

    def test_one_message_per_person_and_run(self):
        self._new(3, severity="3")
        rule = self._rule(severity="3", team_ids=self.team.ids)
        domain = [("res_partner_id", "=", self.leo.partner_id.id)]
        before = self.env["mail.notification"].search_count(domain)
        rule._cron_check()
        self.assertEqual(self.env["mail.notification"].search_count(domain), before + 1)

    def test_taking_hold_costs_the_same_for_many(self):
        rule = self._rule(severity="3", notify=False, team_ids=self.team.ids)

        def cost(count):
            self._new(count, severity="3")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rule._take_hold()
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(20))

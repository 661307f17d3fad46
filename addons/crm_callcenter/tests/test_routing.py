"""Whom the exchange calls follows the skills entered in Odoo (CC-3)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .call_common import CallCase

START = 1_790_000_000.0


class RoutingCase(CallCase):
    """The listener's part is played here: it fetches commands and tells what the exchange did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.support | cls.sales_fr).members_by = "odoo"
        cls.moment = START

    def _sweep(self):
        """What the listener is told to do: (action, queue, telephone, penalty)."""
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        self.asked = exchanges.listener_commands("hamburg")
        return [
            (
                row["action"],
                row["values"].get("queue"),
                row["values"].get("interface"),
                row["values"].get("penalty"),
            )
            for row in self.asked
        ]

    def _hear(self, *messages):
        self.__class__.moment += 1
        rows = [{"at": self.moment, "message": one} for one in messages]
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        return exchanges.listener_events("hamburg", rows)

    def _carry_out(self, state="done"):
        """The exchange does what it was told, and says so."""
        names = {
            "queue_add": "QueueMemberAdded",
            "queue_remove": "QueueMemberRemoved",
            "queue_penalty": "QueueMemberPenalty",
        }
        if state == "done":
            self._hear(*(_said(names[one["action"]], one["values"]) for one in self.asked))
        results = [{"id": one["id"], "state": state, "text": ""} for one in self.asked]
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        exchanges.listener_results("hamburg", results)


def _said(event, values):
    return {
        "Event": event,
        "Queue": values["queue"],
        "Interface": values["interface"],
        "Penalty": str(values.get("penalty", 0)),
        "Paused": str(int(values.get("paused", False))),
        "Membership": "dynamic",
    }


@tagged("post_install", "-at_install")
class TestMembers(RoutingCase):
    def _set_up(self):
        self._sweep()
        self._carry_out()

    def test_members_are_made_from_skills(self):
        """Penalty 4 - level of the weakest skill asked for: Ada 3 → 1, Ben 2 → 2; Cyd: none."""
        self.assertEqual(
            self._sweep(),
            [
                ("queue_add", "sales_fr", "PJSIP/1001", 1),
                ("queue_add", "support", "PJSIP/1001", 1),
                ("queue_add", "support", "PJSIP/1002", 2),
            ],
        )
        # nobody is logged on: they begin paused
        self.assertTrue(all(one["values"]["paused"] for one in self.asked))
        self.assertEqual(self._sweep(), [], "an answer is still to come")
        self._carry_out()
        self._sweep()
        self.assertEqual(self.asked, [], "all is as it should be")

    def test_without_being_asked_odoo_leaves_members_alone(self):
        (self.support | self.sales_fr).members_by = "exchange"
        self.assertEqual(self._sweep(), [])

    def test_a_skill_taken_away_removes_the_member(self):
        self._set_up()
        self.ben.skill_ids.unlink()
        self.assertEqual(self._sweep(), [("queue_remove", "support", "PJSIP/1002", None)])
        self._carry_out()
        self.assertEqual(self._sweep(), [])

    def test_released_no_more(self):
        """In training for a skill: no member for it (CC-10)."""
        self._set_up()
        self.ben.skill_ids.released = False
        self.assertEqual(self._sweep(), [("queue_remove", "support", "PJSIP/1002", None)])

    def test_another_level_changes_the_penalty(self):
        self._set_up()
        self.ben.skill_ids.level = "4"
        self.assertEqual(self._sweep(), [("queue_penalty", "support", "PJSIP/1002", 0)])

    def test_the_queue_asks_for_less(self):
        self._set_up()
        self.support.skill_ids.level = "1"
        self.assertEqual(self._sweep(), [("queue_add", "support", "PJSIP/1003", 3)])

    def test_an_agent_gone(self):
        self._set_up()
        self.ada.active = False
        expected = {(queue, "PJSIP/1001") for queue in ("support", "sales_fr")}
        self.assertEqual({row[1:3] for row in self._sweep()}, expected)
        self.assertEqual({one["action"] for one in self.asked}, {"queue_remove"})

    def test_after_a_restart_of_the_exchange_all_are_added_again(self):
        """It forgot them, and says so only by a list without them."""
        self._set_up()
        self._hear({"Event": "ListenerMembers", "Members": ""})
        self.assertEqual(len(self._sweep()), 3)

    def test_who_pauses_is_paused_again_after_a_restart(self):
        """Members of the configuration begin unpaused. Ada pauses, Ben is ready, Cyd has gone home,
        and of Dan, who never logged on, the exchange decides."""
        (self.support | self.sales_fr).members_by = "exchange"
        self.ada._set_state("paused", reason="Lunch")
        self.ben._set_state("ready")
        for state in ("ready", "offline"):
            self.cyd._set_state(state)
        self.env["crm.call.command"].search([]).unlink()
        dan = new_test_user(self.env, "cc_dan", "crm_callcenter.group_call_agent")
        self.env["crm.call.agent"].create(
            {"user_id": dan.id, "exchange_id": self.exchange.id, "extension": "1004"}
        )
        lines = [f"support\tPJSIP/100{number}\t0\t0\tstatic" for number in range(1, 5)]
        self._hear({"Event": "ListenerMembers", "Members": "\n".join(lines)})
        self._sweep()
        asked = {(one["action"], *sorted(one["values"].items())) for one in self.asked}
        self.assertEqual(
            asked,
            {
                ("queue_pause", ("interface", "PJSIP/1001"), ("reason", "paused")),
                ("queue_pause", ("interface", "PJSIP/1003"), ("reason", "offline")),
            },
        )

    def test_members_of_the_configuration_and_of_others_are_left_alone(self):
        self._set_up()
        rows = ["support\tPJSIP/1009\t0\t0\tstatic", "desk\tPJSIP/1009\t0\t0\tdynamic"]
        there = [
            "\t".join(_line)
            for _line in (
                ("support", "PJSIP/1001", "1", "0", "dynamic"),
                ("support", "PJSIP/1002", "2", "0", "dynamic"),
                ("sales_fr", "PJSIP/1001", "1", "0", "dynamic"),
            )
        ]
        self._hear({"Event": "ListenerMembers", "Members": "\n".join(rows + there)})
        self.assertEqual(self._sweep(), [])

    def test_somebody_added_by_hand_is_removed(self):
        self._set_up()
        self._hear(_said("QueueMemberAdded", {"queue": "support", "interface": "PJSIP/1003"}))
        self.assertEqual(self._sweep(), [("queue_remove", "support", "PJSIP/1003", None)])

    def test_what_is_refused_is_asked_for_again_after_a_while(self):
        """A queue that the exchange does not have is no reason to ask every two seconds."""
        self._sweep()
        self._carry_out("failed")
        self.assertEqual(self._sweep(), [])
        commands = self.env["crm.call.command"].search([("exchange_id", "=", self.exchange.id)])
        earlier = fields.Datetime.now() - timedelta(minutes=6)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_call_command SET create_date = %s WHERE id = ANY(%s)",
            [earlier, commands.ids],
        )
        commands.invalidate_recordset()
        self.assertEqual(len(self._sweep()), 3)

    def test_a_comma_in_a_name(self):
        self.ben.user_id.name = "Ben, junior"
        self._sweep()
        names = {one["values"]["member_name"] for one in self.asked}
        self.assertIn("Ben junior", names)

    def test_the_other_company_has_its_own(self):
        """Agents of another company's exchange are no members here."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        there = self.env["crm.call.exchange"].create(
            {"name": "Oslo", "code": "oslo", "company_id": other.id}
        )
        self.cyd.skill_ids.level = "4"
        self.cyd.write({"exchange_id": there.id, "company_id": other.id})
        self.assertNotIn("PJSIP/1003", {row[2] for row in self._sweep()})
        self._hear(_said("QueueMemberAdded", {"queue": "support", "interface": "PJSIP/1001"}))
        row = self.env["crm.call.queue.member"].search([("exchange_id", "=", self.exchange.id)])
        self.eve.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.env["crm.call.queue.member"].with_user(self.eve).search([]) & row)

    def test_roles(self):
        """Supervisors look at members; nobody enters them."""
        self._hear(_said("QueueMemberAdded", {"queue": "support", "interface": "PJSIP/1001"}))
        row = self.env["crm.call.queue.member"].search([("exchange_id", "=", self.exchange.id)])
        admin = self.env.ref("base.user_admin")
        for user, reads in ((self.ada.user_id, False), (self.eve, True), (admin, True)):
            own = row.with_user(user)
            for operation in ("read", "create", "write", "unlink"):
                may = reads and operation == "read"
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(own.has_access(operation), may)
        with self.assertRaises(AccessError):
            row.with_user(self.ada.user_id).read(["penalty"])

    def test_as_many_queries_for_ten_times_the_agents(self):
        self._set_up()
        self._sweep()
        first = self._count_queries()
        self.assertEqual(self._sweep(), [])
        for number in range(20):
            agent = self._agent(f"n{number}", f"20{number:02d}", (self.pumps, "2"))
            place = {"queue": "support", "interface": f"PJSIP/{agent.extension}", "penalty": 2}
            self._hear(_said("QueueMemberAdded", place))
        self.env.flush_all()
        self.assertEqual(self._sweep(), [])
        self.assertLessEqual(self._count_queries(), first)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.exchange._sync_members()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestTrial(RoutingCase):
    """Who would get this call, with the reasons."""

    def _rows(self, user=None, **values):
        trials = self.env["crm.call.queue.trial"].with_user(user or self.eve)
        trial = trials.create({"queue_id": self.support.id, **values})
        trial.action_try()
        own = trial.line_ids.filtered(lambda line: line.agent_id in self.ada | self.ben | self.cyd)
        return [(line.agent_id, line.refusal or "") for line in own], own

    def test_the_one_with_the_least_to_spare(self):
        """Ada has a level more than is asked for: she is kept for whom only she can help."""
        for agent in (self.ada, self.ben, self.cyd):
            self._state(agent, "ready", "2026-05-04 08:00:00")
        rows, lines = self._rows()
        self.assertEqual(rows, [(self.ben, ""), (self.ada, ""), (self.cyd, "skill")])
        self.assertIn("0 levels", lines[0].reasons)

    def test_who_talked_to_him_last_is_first(self):
        for agent in (self.ada, self.ben):
            self._state(agent, "ready", "2026-05-04 08:00:00")
        self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": "1.1",
                "direction": "inbound",
                "state": "done",
                "result": "answered",
                "start": "2026-05-03 08:00:00",
                "e164": "+14155550123",
                "agent_id": self.ada.id,
            }
        )
        rows, lines = self._rows(number="+1 415 555 0123")
        self.assertEqual(rows[:2], [(self.ada, ""), (self.ben, "")])
        self.assertIn("last", lines[0].reasons)

    def test_who_is_not_ready_is_told_so(self):
        self._state(self.ada, "ready", "2026-05-04 08:00:00")
        rows, _lines = self._rows()
        self.assertEqual(rows, [(self.ada, ""), (self.ben, "not_ready"), (self.cyd, "skill")])

    def test_agents_do_not_rank_colleagues(self):
        with self.assertRaises(AccessError):
            self._rows(user=self.ada.user_id)

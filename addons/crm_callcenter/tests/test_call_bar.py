"""What an agent asks of the exchange, sees of a caller and notes of a call (CC-1, CC-2, CC-6)."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_agent_states import BEFORE, AgentStateCase


@tagged("post_install", "-at_install")
class TestCommands(AgentStateCase):
    def last(self):
        return self.env["crm.call.command"].search([("agent_id", "!=", False)], limit=1)

    def test_each_command_names_the_right_channel(self):
        """His own channel, and of tones the customer's; channels as in the recorded stream."""
        self.on_a_call()
        own, customer = "PJSIP/1001-00000001", "PJSIP/trunk-00000000"
        place = {"context": "from-agent", "exten": "1002"}
        room = str(8500 + self.ada.id % 100)
        to_ben = {"agent_id": self.ben.id}
        cases = (
            ("answer", {}, "answer", {"channel": own}),
            ("reject", {}, "hangup", {"channel": own, "cause": 21}),
            ("hangup", {}, "hangup", {"channel": own, "cause": 16}),
            ("hold", {}, "hold", {"channel": own}),
            ("resume", {}, "resume", {"channel": own}),
            ("mute", {}, "mute", {"channel": own, "direction": "in"}),
            ("unmute", {}, "unmute", {"channel": own, "direction": "in"}),
            ("dtmf", {"digits": "12#"}, "dtmf", {"channel": customer, "digits": "12#"}),
            ("transfer", to_ben, "transfer", {"channel": own, **place}),
            ("atxfer", to_ben, "atxfer", {"channel": own, **place}),
            ("atxfer_cancel", {}, "atxfer_cancel", {"channel": own}),
            ("conference", {}, "conference",
             {"channel": own, "other": customer, "context": "from-agent", "exten": room}),
            ("add_to_conference", to_ben, "originate",
             {"channel": "PJSIP/1002", "context": "from-agent", "exten": room, "timeout": 30,
              "caller_id": "<+14155550123>"}),
        )  # fmt: skip
        for action, values, name, sent in cases:
            with self.subTest(action=action):
                found = self.command(self.ada, action, values)
                self.assertEqual(found["state"], "waiting")
                self.assertEqual((self.last().action, self.last().values), (name, sent))
                self.assertEqual(self.last().user_id, self.ada.user_id)

    def test_what_was_confirmed_is_shown(self):
        """Muted is what the exchange confirmed, not what was asked for."""
        self.on_a_call()
        self.command(self.ada, "mute")
        self.assertFalse(self.bar(self.ada)["call"]["muted"])
        self.assertEqual(self.bar(self.ada)["commands"][0]["state"], "waiting")
        self.last()._close("done")
        self.assertTrue(self.bar(self.ada)["call"]["muted"])
        self.command(self.ada, "unmute")
        self.assertTrue(self.bar(self.ada)["call"]["muted"])
        self.last()._close("failed", "no")
        shown = self.bar(self.ada)
        self.assertTrue(shown["call"]["muted"])
        self.assertEqual((shown["commands"][0]["state"], shown["commands"][0]["text"]),
                         ("failed", "no"))  # fmt: skip

    def test_on_hold_is_what_the_exchange_says(self):
        """The recorded attended transfer: he held the line, then consulted."""
        self._state(self.ada, "ready", BEFORE)
        rows = self.stream("attended", lambda one: one.get("Event") == "Hold")
        self.deliver(rows[:-1])
        self.assertFalse(self.bar(self.ada)["call"]["held"])
        self.deliver(rows[-1:])
        self.assertTrue(self.bar(self.ada)["call"]["held"])

    def test_consulting_until_taken_back(self):
        self.on_a_call()
        self.command(self.ada, "atxfer", {"agent_id": self.ben.id})
        self.last()._close("done")
        self.assertTrue(self.bar(self.ada)["call"]["consulting"])
        self.command(self.ada, "atxfer_cancel")
        self.last()._close("done")
        self.assertFalse(self.bar(self.ada)["call"]["consulting"])

    def test_bad_commands(self):
        with self.assertRaises(UserError):
            self.command(self.ada, "hold")
        self.on_a_call()
        wrong = (
            ("explode", {}), ("__class__", {}), ("dtmf", {}), ("dtmf", {"digits": "1a"}),
            ("dtmf", {"digits": "1" * 65}), ("transfer", {}), ("transfer", {"number": "tomorrow"}),
            ("transfer", {"agent_id": self.ada.id}), ("transfer", {"agent_id": 0}),
            ("transfer", {"agent_id": 10**8}),
        )  # fmt: skip
        for action, values in wrong:
            with self.subTest(action=action, values=values), self.assertRaises(UserError):
                self.command(self.ada, action, values)
        with self.assertRaises(AccessError):
            self.env["crm.call.agent"].with_user(self.eve).bar_command("hold")
        with self.assertRaises(UserError):
            self.command(self.ben, "hold")

    def test_colleagues_ready_and_able_first(self):
        call = self.on_a_call()
        self._state(self.cyd, "ready", BEFORE)
        agents = self.env["crm.call.agent"].with_user(self.ada.user_id)
        rows = agents.get_colleagues("", call.id)
        self.assertEqual([row["id"] for row in rows], [self.cyd.id, self.ben.id])
        self.assertEqual([row["fits"] for row in rows], [False, True])
        self._state(self.ben, "ready", BEFORE)
        self.env.invalidate_all()
        rows = agents.get_colleagues("", call.id)
        self.assertEqual([row["id"] for row in rows], [self.ben.id, self.cyd.id])
        self.assertEqual([row["id"] for row in agents.get_colleagues("1003")], [self.cyd.id])
        self.assertEqual(len(agents.get_colleagues("pump")), 2)
        self.assertEqual(agents.get_colleagues("nobody"), [])

    def test_who_is_away_is_said_and_comes_last(self):
        """Ready before on a call, then who pauses, is offline, or has no telephone that rings."""
        more = [self._agent(f"more{place}", f"20{place}0") for place in range(3)]
        self._state(more[0], "paused", BEFORE)
        self._state(more[1], "on_call", BEFORE)
        self._state(more[2], "ready", BEFORE)
        self.cyd.is_reachable = False
        agents = self.env["crm.call.agent"].with_user(self.ada.user_id)
        rows = agents.get_colleagues("", self.on_a_call().id)
        self.assertEqual(
            [(row["id"], row["state"]) for row in rows],
            [(more[2].id, "ready"), (more[1].id, "on_call"), (more[0].id, "paused"),
             (self.ben.id, "offline"), (self.cyd.id, "unreachable")],
        )  # fmt: skip

    def test_as_many_queries_for_many_colleagues(self):
        call = self.on_a_call()
        agents = self.env["crm.call.agent"].with_user(self.ada.user_id)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            agents.get_colleagues("", call.id)
            return self.cr.sql_log_count - before

        queries()
        few = queries()
        skill = self.support.skill_ids.skill_id[:1]
        for number in range(20):
            user = new_test_user(self.env, f"cc_more{number}", "crm_callcenter.group_call_agent")
            self.env["crm.call.agent"].create(
                {
                    "user_id": user.id,
                    "exchange_id": self.exchange.id,
                    "extension": str(2000 + number),
                    "skill_ids": [Command.create({"skill_id": skill.id, "level": "3"})],
                }
            )
        queries()  # new users: access rules are read anew once
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestDial(AgentStateCase):
    def dial(self, agent, *args):
        return self.env["crm.call.agent"].with_user(agent.user_id).dial(*args)

    def allow(self):
        """Numbers of the United States may be dialed."""
        self.exchange.country_id = self.env.ref("base.us")

    def test_his_own_telephone_rings_first(self):
        self.allow()
        found = self.dial(self.ada, "(415) 555-0123")
        command = self.env["crm.call.command"].search([("uid", "=", found["id"])])
        self.assertEqual(command.action, "originate")
        self.assertEqual(command.values["channel"], "PJSIP/1001")
        self.assertEqual(command.values["exten"], "+14155550123")

    def test_colleagues_by_extension(self):
        found = self.dial(self.ada, "1002")
        command = self.env["crm.call.command"].search([("uid", "=", found["id"])])
        self.assertEqual((command.values["exten"], found["state"]), ("1002", "waiting"))

    def test_clear_errors(self):
        self.allow()
        with self.assertRaisesRegex(AccessError, "no telephone"):
            self.env["crm.call.agent"].with_user(self.eve).dial("+14155550123")
        for wrong in ("", None, "tomorrow", "12 34 ab"):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, "not a number"):
                self.dial(self.ada, wrong)
        self.ada.is_reachable = False
        with self.assertRaisesRegex(UserError, "does not reach your telephone 1001"):
            self.dial(self.ada, "+14155550123")
        self.ada.is_reachable = True
        self.on_a_call()
        with self.assertRaisesRegex(UserError, "on a call"):
            self.dial(self.ada, "+14155550123")

    def test_whoever_was_clicked_is_the_customer(self):
        """Of several with one number, where the number alone would not tell."""
        self.allow()
        partners = self.env["res.partner"]
        ann = partners.create({"name": "Ann", "phone": "+14155550123"})
        partners.create({"name": "Bob", "phone": "+14155550123"})
        self._state(self.ada, "ready", BEFORE)
        found = self.dial(self.ada, "+14155550123", ann.id)
        rows = self.stream("click")
        for row in rows:
            row["message"] = {
                name: value.replace("odoo-click-42", found["id"])
                for name, value in row["message"].items()
            }
        self.deliver(rows)
        call = self.env["crm.call"].search([("linked", "=", found["id"])])
        self.assertEqual(call.partner_id, ann)

    def test_only_customers_he_may_read(self):
        self.allow()
        private = self.env["res.partner"].create({"name": "Ann", "company_id": self.company.id})
        rule = self.env["ir.rule"].create(
            {
                "name": "Not Ann",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {private.id})]",
            }
        )
        self.assertTrue(rule)
        with self.assertRaises(AccessError):
            self.dial(self.ada, "+14155550123", private.id)


@tagged("post_install", "-at_install")
class TestPopup(AgentStateCase):
    def popup(self, agent, call):
        return self.env["crm.call"].with_user(agent.user_id).get_popup(call.id)

    def test_all_an_agent_needs(self):
        self.support.script = "<p>Good morning</p>"
        self.ada.user_id.group_ids += self.env.ref("sales_team.group_sale_salesman")
        jane = self.env["res.partner"].create(
            {"name": "Jane", "phone": "+14155550123", "user_id": self.ada.user_id.id}
        )
        self.env["crm.lead"].create(
            {
                "name": "Ten pumps", "type": "opportunity", "partner_id": jane.id,
                "user_id": self.ada.user_id.id,
            }
        )  # fmt: skip
        popup = self.popup(self.ada, self.on_a_call())
        self.assertEqual((popup["partner"]["name"], popup["partner"]["language"]),
                         ("Jane", "English (US)"))  # fmt: skip
        self.assertIn("Good morning", popup["script"])
        names = {row["code"]: [item["name"] for item in row["items"]] for row in popup["open"]}
        self.assertEqual(names.get("opportunities"), ["Ten pumps"])
        self.assertEqual((popup["anonymous"], popup["employee"]), (False, False))

    def test_the_name_comes_with_the_ring(self):
        """As far as he may read the customer; the rest of the card is asked for (CC-2)."""
        jane = self.env["res.partner"].create({"name": "Jane", "phone": "+14155550123"})
        self.on_a_call()
        self.assertEqual(self.bar(self.ada)["call"]["name"], "Jane")
        self.env["ir.rule"].create(
            {
                "name": "Not Jane",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {jane.id})]",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.bar(self.ada)["call"]["name"], "")

    def test_several_to_choose_from(self):
        partners = self.env["res.partner"].create(
            [{"name": name, "phone": "+14155550123"} for name in ("Ann", "Bob")]
        )
        call = self.on_a_call()
        popup = self.popup(self.ada, call)
        self.assertFalse(popup["partner"])
        self.assertEqual({row["name"] for row in popup["candidates"]}, {"Ann", "Bob"})
        chosen = self.env["crm.call"].with_user(self.ada.user_id)
        popup = chosen.choose_partner(call.id, partners[1].id)
        self.assertEqual(popup["partner"]["name"], "Bob")
        self.deliver(self.stream("inbound"))
        self.assertEqual(call.partner_id, partners[1])

    def test_unknown_and_anonymous(self):
        call = self.on_a_call()
        popup = self.popup(self.ada, call)
        self.assertEqual((popup["partner"], popup["candidates"]), (False, []))
        self.assertEqual((popup["anonymous"], popup["number"]), (False, "+14155550123"))
        call.number = False
        popup = self.popup(self.ada, call)
        self.assertEqual((popup["anonymous"], popup["candidates"]), (True, []))

    def test_a_colleague_calls(self):
        call = self.on_a_call()
        call.number = "1002"
        self.assertEqual(self.popup(self.ada, call)["employee"], self.ben.name)
        call.number = "1001"  # of a call by a click, before the customer is called
        self.assertFalse(self.popup(self.ada, call)["employee"])
        call.write({"number": "+14155550123", "partner_id": self.cyd.user_id.partner_id.id})
        self.assertEqual(self.popup(self.ada, call)["employee"], self.cyd.name)

    def test_the_context_survives_the_transfer(self):
        """The colleague who is called reads the note and sees the customer that was chosen."""
        ann = self.env["res.partner"].create({"name": "Ann"})
        self._state(self.ada, "ready", BEFORE)
        self.deliver(self.stream("attended", lambda one: one.get("Event") == "Hold"))
        call = self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])
        own = self.env["crm.call"].with_user(self.ada.user_id)
        own.save_draft(call.id, {"note": "Pump 7 leaks"})
        own.choose_partner(call.id, ann.id)
        # Cyd answers no queue: that his telephone rings gives him the right to the call
        self.ben.skill_ids.unlink()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.popup(self.ben, call)
        self.deliver(self.stream("attended"))
        popup = self.popup(self.ben, call)
        self.assertEqual((popup["note"], popup["partner"]["name"]), ("Pump 7 leaks", "Ann"))

    def test_not_for_others(self):
        call = self.on_a_call()
        for method, args in (
            ("get_popup", ()), ("choose_partner", (self.eve.partner_id.id,)),
            ("save_draft", ({"note": "x"},)), ("save_after_call", ({},)),
            ("ask_callback", ("2030-03-09 10:00:00",)),
        ):  # fmt: skip
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.env["crm.call"].with_user(self.cyd.user_id), method)(call.id, *args)
        nobody = new_test_user(self.env, "cc_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.call"].with_user(nobody).get_popup(call.id)


@tagged("post_install", "-at_install")
class TestAfterCall(AgentStateCase):
    def test_topic_result_and_note(self):
        call = self.on_a_call()
        topic = self.env["crm.call.topic"].create({"name": "Seals"})
        solved = self.env.ref("crm_callcenter.crm_call_disposition_interested")
        values = {"topic_id": topic.id, "disposition_id": solved.id, "note": " Wants ten "}
        found = self.env["crm.call"].with_user(self.ada.user_id).save_after_call(call.id, values)
        self.assertEqual(found["next_step"], "lead")
        self.assertEqual((call.topic_id, call.disposition_id, call.note),
                         (topic, solved, "Wants ten"))  # fmt: skip
        # he still talks: only after-call work is ended by it
        self.assertEqual(self.ada.state, "on_call")

    def test_a_result_that_needs_a_sentence(self):
        call = self.on_a_call()
        result = self.env["crm.call.disposition"].create({"name": "Odd", "needs_note": True})
        own = self.env["crm.call"].with_user(self.ada.user_id)
        with self.assertRaisesRegex(UserError, "needs a note"):
            own.save_after_call(call.id, {"disposition_id": result.id, "note": "  "})
        self.assertFalse(call.disposition_id)

    def test_what_was_written_is_there_after_a_reload(self):
        """Note, topic and result; what is not sent stays, and nobody else's fields change."""
        call = self.on_a_call()
        topic = self.env["crm.call.topic"].create({"name": "Seals"})
        own = self.env["crm.call"].with_user(self.ada.user_id)
        own.save_draft(call.id, {"note": "Ten seals", "topic_id": topic.id, "state": "done"})
        own.save_draft(call.id, {"disposition_id": False})
        popup = own.get_popup(call.id)
        self.assertEqual((popup["note"], popup["topic_id"]), ("Ten seals", topic.id))
        self.assertEqual(call.state, "running")

    def test_a_call_back_promised_during_the_call(self):
        """One per call: asked again, it is another time; given to the queue, nobody's."""
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        self.assertFalse(own.get_popup(call.id)["callback"])
        own.ask_callback(call.id, "2030-03-09 10:00:00")
        found = self.env["crm.call.callback"].search([("call_id", "=", call.id)])
        self.assertEqual(
            (found.number, found.queue_id, found.user_id, found.state),
            ("+14155550123", self.support, self.ada.user_id, "assigned"),
        )
        told = own.ask_callback(call.id, "2030-03-10 11:00:00", mine=False)
        self.assertEqual(
            told,
            {"at": "2030-03-10T11:00:00", "mine": False, "queue_id": self.support.id,
             "who": "support", "note": ""},
        )  # fmt: skip
        again = self.env["crm.call.callback"].search([("number", "=", "+14155550123")])
        self.assertEqual((again, again.state, again.user_id.id), (found, "waiting", False))
        self.assertEqual(own.get_popup(call.id)["callback"], told)
        found.state = "done"
        self.assertFalse(own.get_popup(call.id)["callback"])
        own.ask_callback(call.id, "2030-03-11 11:00:00")
        self.assertEqual(
            self.env["crm.call.callback"].search_count([("number", "=", "+14155550123")]), 2
        )

    def test_a_call_back_that_cannot_be(self):
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        for wrong in ("", None, "soon", "2020-01-08 10:00:00"):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, "When"):
                own.ask_callback(call.id, wrong)
        call.number = False
        with self.assertRaisesRegex(UserError, "hid the number"):
            own.ask_callback(call.id, "2030-03-09 10:00:00")

    def test_by_another_queue_and_with_a_note(self):
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        queues = own.get_callback_queues(call.id)
        self.assertEqual(queues[0], {"id": self.support.id, "name": "support"})
        self.assertIn(self.sales_fr.id, [row["id"] for row in queues])
        with self.bus_messages() as sent:
            told = own.ask_callback(
                call.id, "2030-03-09 10:00:00", False, self.sales_fr.id, " The seal "
            )
        found = self.env["crm.call.callback"].search([("call_id", "=", call.id)])
        self.assertEqual((found.queue_id, found.note, found.state),
                         (self.sales_fr, "The seal", "waiting"))  # fmt: skip
        self.assertEqual((told["who"], told["note"]), ("sales_fr", "The seal"))
        self.assertEqual(sent, [("crm_call/draft", {"id": call.id, "tab": "", "callback": told})])

    def test_the_result_makes_no_second_call_back(self):
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        own.ask_callback(call.id, "2030-03-09 10:00:00")
        # a colleague of the queue sees who has promised it
        of_ben = self.env["crm.call"].with_user(self.ben.user_id).get_popup(call.id)["callback"]
        self.assertEqual((of_ben["mine"], of_ben["who"]), (False, self.ada.name))
        result = self.env.ref("crm_callcenter.crm_call_disposition_callback")
        values = {"disposition_id": result.id, "callback_at": "2030-03-10 10:00:00"}
        found = own.save_after_call(call.id, values)
        one = self.env["crm.call.callback"].search([("number", "=", "+14155550123")])
        self.assertEqual((found["callback_id"], str(one.due_at)), (one.id, "2030-03-10 10:00:00"))

    @contextmanager
    def bus_messages(self):
        """What Ada's screens are told: [(type, payload)]."""
        sent = []
        users = self.env.registry["res.users"]
        with patch.object(users, "_bus_send", lambda user, *args, **kw: sent.append(args)):
            yield sent

    def test_what_is_written_is_told_to_his_other_tabs(self):
        """Only what was written, so that a tab never overwrites what another one wrote."""
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        with self.bus_messages() as sent:
            own.save_draft(call.id, {"note": "Wants ten", "tab": "a", "number": "110"})
        told = {"id": call.id, "tab": "a", "note": "Wants ten"}
        self.assertEqual(sent, [("crm_call/draft", told)])
        self.assertEqual(call.number, "+14155550123")

    def test_what_one_click_may_make(self):
        """Buttons of what an agent may not create are not shown."""
        call = self.on_a_call()
        own = self.env["crm.call"].with_user(self.ada.user_id)
        kinds = ("contact", "lead", "order")  # addons add theirs
        self.assertEqual([own.get_popup(call.id)["may"][kind] for kind in kinds], [False] * 3)
        sales = self.env.ref("sales_team.group_sale_salesman")
        self.ada.user_id.group_ids += sales + self.env.ref("base.group_partner_manager")
        self.assertEqual([own.get_popup(call.id)["may"][kind] for kind in kinds], [True] * 3)

    def test_topics_of_the_queue(self):
        topics = self.env["crm.call.topic"].create(
            [
                {"name": "Everywhere"},
                {"name": "Here", "queue_ids": [Command.set(self.support.ids)]},
                {"name": "Elsewhere", "queue_ids": [Command.set(self.sales_fr.ids)]},
            ]
        )
        call = self.on_a_call()
        popup = self.env["crm.call"].with_user(self.ada.user_id).get_popup(call.id)
        offered = {row["id"] for row in popup["topics"]}
        self.assertEqual(offered & set(topics.ids), set(topics[:2].ids))

    def test_roles(self):
        """Reasons of pauses: agents read them, administrators change them."""
        reason = self.env["crm.call.pause.reason"].create({"name": "Tea"})
        admin = new_test_user(self.env, "cc_admin", "crm_callcenter.group_call_admin")
        nobody = new_test_user(self.env, "cc_nobody", "base.group_user")
        expected = {
            self.ada.user_id: (True, False, False, False),
            self.eve: (True, False, False, False),
            admin: (True, True, True, True),
            nobody: (False, False, False, False),
        }
        for user, rights in expected.items():
            own = reason.with_user(user)
            found = tuple(
                own.has_access(operation) for operation in ("read", "write", "create", "unlink")
            )
            self.assertEqual(found, rights, user.login)


@tagged("post_install", "-at_install")
class TestCallBarTour(AgentStateCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the agent's browser plays the listener, too
        cls.ada.user_id.group_ids += cls.env.ref("crm_callcenter.group_call_listener")
        cls.exchange.listener_user_id = cls.ada.user_id
        cls.exchange.country_id = cls.env.ref("base.us")
        cls.jane = cls.env["res.partner"].create(
            {"name": "Jane", "phone": "+14155550123", "user_id": cls.ada.user_id.id}
        )

    def test_a_whole_call(self):
        self.support.script = "<p>Good morning</p>"
        self.env["crm.call.topic"].create({"name": "Seals"})
        self._state(self.ben, "ready", BEFORE)
        self.start_tour("/odoo/contacts", "crm_call_bar", login="cc_ada")
        call = self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])
        self.assertEqual((call.partner_id, call.note), (self.jane, "Wants ten seals"))
        self.assertEqual((call.topic_id.name, call.disposition_id.name), ("Seals", "Solved"))
        actions = self.asked("answer", "hold", "resume", "transfer")
        self.assertEqual(actions.mapped("action"), ["answer", "hold", "resume", "transfer"])
        states = [state for state, _seconds in self.intervals(self.ada)]
        self.assertEqual(states, ["ready", "ringing", "on_call", "wrap_up", "ready"])

    def test_dial_by_a_click(self):
        self._state(self.ada, "ready", BEFORE)
        url = "/odoo/action-contacts.action_contacts?view_type=list"
        self.start_tour(url, "crm_call_dial", login="cc_ada")
        dialed = self.asked("originate")
        self.assertEqual([row.values["exten"] for row in dialed], ["+14155550123"] * 2)
        self.assertEqual({row.values["partner_id"] for row in dialed}, {self.jane.id})

"""Who may call what: asked where commands are made, not in the client (CC-1, CC-6)."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestDialRules(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.call.dial.rule"].search([]).active = False
        cls.exchange.country_id = cls.env.ref("base.de")
        cls.home = cls._rule("Home", "national", "mobile")

    @classmethod
    def _rule(cls, name, *kinds, **values):
        found = cls.env["crm.call.dial.kind"].search([("code", "in", kinds)])
        values = {"name": name, "kind_ids": [(6, 0, found.ids)], **values}
        return cls.env["crm.call.dial.rule"].create(values)

    def dial(self, number, agent=None, **values):
        agent = agent or self.ada
        values = {"channel": f"PJSIP/{agent.extension}", "context": "from-agent", **values}
        commands = self.env["crm.call.command"].with_user(agent.user_id)
        return commands._ask(self.exchange, "originate", {**values, "exten": number}, agent).sudo()

    def test_what_a_rule_allows_is_asked_of_the_exchange(self):
        asked = self.dial("040 30090")
        self.assertEqual(
            (asked.state, asked.dialed, asked.dial_kind), ("waiting", "+494030090", "national")
        )
        self.assertEqual(asked.dial_rule_id, self.home)

    def test_what_no_rule_allows_never_reaches_the_exchange(self):
        for number in ("+5378612345", "0900 5 123456", "0137 123456"):
            asked = self.dial(number)
            self.assertEqual(asked.state, "failed", number)
            self.assertIn("No dialing rule", asked.text)
            self.assertFalse(asked.dial_rule_id)
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        self.assertEqual(exchanges.listener_commands("hamburg"), [])

    def test_whoever_is_refused_is_told_why(self):
        self._rule("No Cuba", decision="deny", prefixes="+53", note="Not there.", sequence=1)
        self.assertEqual(self.dial("+5378612345").text, "Not there.")
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue([one for one in told if "crm_call/command" in one and "Not there." in one])

    def test_emergency_numbers_against_every_rule(self):
        self._rule("Nothing", decision="deny", sequence=1)
        self.assertEqual(self.dial("112").state, "waiting")
        self.assertEqual(self.dial("040 30090").state, "failed")

    def test_a_channel_that_dials_outside_is_looked_at_as_well(self):
        asked = self.dial("1001", channel="Local/+5378612345@outbound")
        self.assertEqual((asked.state, asked.dialed), ("failed", "+5378612345"))

    def test_no_way_around_by_creating_the_record(self):
        values = {"exchange_id": self.exchange.id, "uid": "u1", "action": "transfer",
                  "values": {"channel": "PJSIP/1001-1", "context": "c", "exten": "+5378612345"},
                  "expires": "2030-01-01 00:00:00"}  # fmt: skip
        self.assertEqual(self.env["crm.call.command"].create(values).state, "failed")
        with self.assertRaises(AccessError):
            self.env["crm.call.command"].with_user(self.ada.user_id).create({**values, "uid": "u2"})

    def test_commands_that_dial_nothing_are_left_alone(self):
        asked = self.env["crm.call.command"]._ask(self.exchange, "hangup", {"channel": "PJSIP/1-1"})
        self.assertEqual((asked.state, asked.dialed), ("waiting", False))

    def test_rules_of_a_person_and_of_a_role(self):
        premium = self._rule("Ben", "premium", user_ids=[(6, 0, self.ben.user_id.ids)])
        self.assertEqual(self.dial("09005123456").state, "failed")
        self.assertEqual(self.dial("09005123456", self.ben).dial_rule_id, premium)
        premium.write(
            {
                "user_ids": [(5,)],
                "group_ids": [(4, self.env.ref("crm_callcenter.group_call_agent").id)],
            }
        )
        self.assertEqual(self.dial("09005123456").state, "waiting")
        premium.group_ids = self.env.ref("crm_callcenter.group_call_supervisor")
        self.assertEqual(self.dial("09005123456").state, "failed")

    def test_limits_and_the_alarm(self):
        self.home.per_hour = 2
        states = [self.dial("040 30090").state for _each in range(4)]
        self.assertEqual(states, ["waiting", "waiting", "failed", "failed"])
        self.assertEqual(self.dial("040 30090", self.ben).state, "waiting")
        [alarm] = self.env["crm.call.dial.alarm"].search([("exchange_id", "=", self.exchange.id)])
        self.assertEqual(
            (alarm.user_id, alarm.limit_kind, alarm.limit), (self.ada.user_id, "per_hour", 2)
        )
        self.assertEqual((alarm.tries, alarm.number), (2, "+494030090"))
        told = self.env["mail.message"].search(
            [("subject", "=", "Dialing limit reached on Hamburg")]
        )
        self.assertEqual(len(told), 1)
        self.assertIn(self.env.ref("base.user_admin").partner_id, told.notified_partner_ids)
        found = self.env["crm.call.command"].search(alarm.action_commands()["domain"])
        self.assertEqual((len(found), found.user_id), (2, self.ada.user_id))

    def test_a_limit_of_all_together(self):
        self.home.all_per_day = 2
        self.dial("040 30090")
        self.dial("040 30091", self.ben)
        self.assertIn("Limit of 2 calls", self.dial("040 30092", self.cyd).text)

    def test_calls_of_yesterday_are_forgotten(self):
        self.home.per_day = 1
        old = self.dial("040 30090")
        self.env.cr.execute(
            "UPDATE crm_call_command SET create_date = create_date - interval '25 hours'"
            " WHERE id = %s", [old.id]
        )  # fmt: skip
        self.assertEqual(self.dial("040 30090").state, "waiting")
        self.assertEqual(self.dial("040 30090").state, "failed")

    def test_a_batch_counts_its_own_calls_in_as_many_queries_for_more(self):
        self.home.per_hour = 3

        def batch(count, key):
            rows = [{"exchange_id": self.exchange.id, "uid": f"{key}{n}", "action": "originate",
                     "values": {"channel": "PJSIP/1001", "exten": f"0403009{n % 10}"},
                     "user_id": self.ada.user_id.id, "expires": "2030-01-01"}
                    for n in range(count)]  # fmt: skip
            tally, commands = {}, self.env["crm.call.command"]
            before = self.env.cr.sql_log_count
            reasons = [commands._dial_permit(row, tally) for row in rows]
            return self.env.cr.sql_log_count - before, sum(reason is None for reason in reasons)

        batch(1, "warm")
        self.home.per_hour = 1000
        self.assertEqual(batch(2, "a")[0], batch(20, "b")[0])
        self.home.per_hour = 3
        self.env.invalidate_all()
        made = self.env["crm.call.command"].create(
            [{"exchange_id": self.exchange.id, "uid": f"c{n}", "action": "originate",
              "values": {"channel": "PJSIP/1001", "exten": "04030090"},
              "user_id": self.ada.user_id.id, "expires": "2030-01-01"} for n in range(5)]
        )  # fmt: skip
        self.assertEqual(made.mapped("state"), ["waiting"] * 3 + ["failed"] * 2)

    def test_rules_of_another_company_and_exchange(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.home.company_id = other
        self.assertEqual(self.dial("040 30090").state, "failed")
        self.home.company_id = False
        self.assertEqual(self.dial("040 30090").state, "waiting")
        self.home.exchange_ids = self.env["crm.call.exchange"].create({"name": "B", "code": "bonn"})
        self.assertEqual(self.dial("040 30090").state, "failed")

    def test_a_prefix_without_plus_is_refused(self):
        for text in ("0049", "+49, 53", "+", "+49x"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.home.prefixes = text
        self.home.prefixes = "+49 40, +4930"
        self.assertEqual(self.dial("040 30090").state, "waiting")
        self.assertEqual(self.dial("089 1234567").state, "failed")

    def test_trying_a_number_calls_nobody(self):
        count = self.env["crm.call.command"].search_count([])
        form = Form(self.env["crm.call.dial.try"])
        form.exchange_id, form.user_id = self.exchange, self.ada.user_id
        form.number = "0900 5 123456"
        self.assertFalse(form.allowed)
        self.assertEqual(form.kind, "Premium number")
        form.number = "040 30090"
        self.assertTrue(form.allowed)
        self.assertEqual((form.dial, form.rule_id), ("+494030090", self.home))
        form.number = "112"
        self.assertEqual(form.kind, "Emergency number: always")
        self.assertEqual(self.env["crm.call.command"].search_count([]), count)

    def test_who_may_what(self):
        admin = new_test_user(self.env, "cc_dial_admin", "crm_callcenter.group_call_admin")
        names = ("crm.call.dial.rule", "crm.call.cost.class", "crm.call.dial.alarm")
        expected = {
            self.ada.user_id: ("", "", ""),
            self.eve: ("r", "r", ""),
            admin: ("rwcu", "rwcu", "rw"),
        }
        for user, rights in expected.items():
            for name, right in zip(names, rights, strict=True):
                model = self.env[name].with_user(user)
                found = "".join(
                    op[0] for op in ("read", "write", "create", "unlink") if model.has_access(op)
                )
                self.assertEqual(found, right, (user.login, name))

    def test_alarms_of_another_company_are_not_seen(self):
        self.home.per_hour = 1
        self.dial("040 30090")
        self.dial("040 30090")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "cc_dial_other", "crm_callcenter.group_call_admin",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        alarms = self.env["crm.call.dial.alarm"]
        self.assertTrue(alarms.search([("exchange_id", "=", self.exchange.id)]))
        self.assertFalse(alarms.with_user(stranger).search([]))


@tagged("post_install", "-at_install")
class TestDialRulesAsInstalled(CallCase):
    def test_at_home_and_abroad_but_not_to_premium_numbers(self):
        self.exchange.country_id = self.env.ref("base.us")
        verdict = self.env["crm.call.dial.rule"]._verdict
        expensive = "+19005551234", "+881612345678"
        found = {
            number: verdict(self.exchange, number, self.ada.user_id).allowed
            for number in ("+14155550999", "+494030090", "911", "1002", *expensive)
        }
        self.assertEqual(list(found.values()), [True, True, True, True, False, False], found)

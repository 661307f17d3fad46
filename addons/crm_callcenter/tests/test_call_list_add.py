"""Who comes onto a call list, and who is left out, and why (CC-6, C360-2)."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .dialer_common import DialerCase


@tagged("post_install", "-at_install")
class TestCallListAdd(DialerCase):
    def reasons(self, one):
        return {entry.partner_id: entry.left_out for entry in one.entry_ids}

    def test_reasons(self):
        good, denied, silent, blocked, no_number = self._people(
            "+4940111111", "+4940222222", "+4940333333", "+4940444444", ""
        )
        permissions = self.env["crm.contact.permission"]
        permissions.search([("partner_id", "=", denied.id)]).state = "denied"
        permissions.search([("partner_id", "=", silent.id)]).unlink()
        self.env["phone.blacklist"].create({"number": "+4940444444"})
        one = self._list()
        everybody = good | denied | silent | blocked | no_number
        counts = one._add_partners([("id", "in", everybody.ids)])
        self.assertEqual(
            counts, {"": 1, "denied": 1, "no_permission": 1, "blacklisted": 1, "no_address": 1}
        )
        self.assertEqual(
            self.reasons(one),
            {good: False, denied: "denied", silent: "no_permission", blocked: "blacklisted",
             no_number: "no_address"},
        )  # fmt: skip
        entry = one.entry_ids.filtered(lambda entry: entry.partner_id == good)
        self.assertEqual((entry.state, entry.e164), ("waiting", "+4940111111"))
        self.assertEqual((entry.zones, entry.country_id), ("Europe/Berlin", self.germany))

    def test_service_needs_no_permission(self):
        [silent] = self._people("+4940333333", granted=False)
        one = self._list(purpose="service")
        self.assertEqual(one._add_partners([("id", "=", silent.id)]), {"": 1})

    def test_a_register_holds_for_offers(self):
        [person] = self._people("+4940111111")
        register = self.env["crm.call.list.register"].create(
            {"name": "Robinson", "country_id": self.germany.id}
        )
        found = register._import("Number\n040 111111;x\n+49 40 111111\nnothing 12\n")
        self.assertEqual((found["added"], found["known"]), (1, 0))
        self.assertEqual(found["invalid"], ["nothing 12"])
        offers, service = self._list(), self._list(purpose="service")
        self.assertEqual(offers._add_partners([("id", "=", person.id)]), {"register": 1})
        self.assertEqual(service._add_partners([("id", "=", person.id)]), {"": 1})
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        register.company_id = elsewhere
        again = self._list(name="Again", active=True)
        service.action_done()
        self.assertEqual(again._add_partners([("id", "=", person.id)]), {"": 1})

    def test_a_whole_register_replaces(self):
        register = self.env["crm.call.list.register"].create(
            {"name": "R", "country_id": self.germany.id}
        )
        register._import("+4940111111\n+4940222222")
        self.assertEqual(register._import("+4940222222\n+4940333333", replace=True)["added"], 1)
        numbers = self.env["crm.call.list.register.number"].search(
            [("register_id", "=", register.id)]
        )
        self.assertEqual(numbers.mapped("e164"), ["+4940222222", "+4940333333"])

    def test_one_number_is_called_once(self):
        first, second = self._people("+4940111111", "+4940111111")
        one, other = self._list(), self._list(name="Summer")
        everybody = [("id", "in", (first | second).ids)]
        self.assertEqual(one._add_partners(everybody), {"": 1, "twice": 1})
        # adding again says nothing twice
        self.assertEqual(one._add_partners(everybody), {})
        self.assertEqual(other._add_partners([("id", "=", first.id)]), {"elsewhere": 1})
        one.action_done()
        third = self._list(name="Autumn")
        self.assertEqual(third._add_partners([("id", "=", first.id)]), {"": 1})

    def test_pressure_lets_him_wait(self):
        [person] = self._people("+4940111111")
        self.env["crm.contact.pressure.rule"].create(
            {"name": "One a week", "max_contacts": 1, "window_days": 7}
        )
        sent = fields.Datetime.now() - timedelta(days=2)
        self.env["crm.touchpoint"].create(
            {
                "partner_id": person.id,
                "date": sent,
                "channel_id": self.phone.id,
                "direction": "out",
                "kind": "call",
                "event": "x",
                "res_model": "res.partner",
                "res_id": person.id,
            }
        )
        one = self._list()
        self.assertEqual(one._add_partners([("id", "=", person.id)]), {"": 1})
        self.assertAlmostEqual(
            one.entry_ids.next_at, sent + timedelta(days=7), delta=timedelta(seconds=2)
        )

    def test_zones_of_customers(self):
        states = self.env["res.country.state"].search(
            [("country_id.code", "=", "US"), ("code", "in", ["CA", "TX"])]
        )
        usa = self.env.ref("base.us")
        people = self._people("+14155550123", "+12145550123", country_id=usa.id)
        people[0].state_id = states.filtered(lambda state: state.code == "CA")
        people[1].state_id = states.filtered(lambda state: state.code == "TX")
        [nowhere] = self._people("+12125550123", country_id=usa.id)
        one = self._list()
        one._add_partners([("id", "in", (people | nowhere).ids)])
        zones = {entry.partner_id: entry.zones for entry in one.entry_ids}
        self.assertEqual(zones[people[0]], "America/Los_Angeles")
        self.assertEqual(zones[people[1]], "America/Chicago,America/Denver")
        self.assertEqual(zones[nowhere], "America/New_York")

    def wizard(self, one, **values):
        return self.env["crm.call.list.add"].create({"list_id": one.id, **values})

    def test_sources(self):
        [person] = self._people("+4940111111")
        one = self._list()
        selection = self.env["crm.customer.selection"].create({"name": "All"})
        wizard = self.wizard(one, source="selection", selection_id=selection.id)
        wizard.action_add()
        self.assertIn(person, one.entry_ids.partner_id)
        self.assertIn("will be called", wizard.summary)
        for source in ("selection", "segment", "lead", "file"):
            with self.subTest(source=source), self.assertRaises(UserError):
                self.wizard(one, source=source).action_add()
        team = self.env["crm.team"].create({"name": "Team"})
        self.env["crm.lead"].create(
            {"name": "Pump", "phone": "+4940777777", "team_id": team.id, "expected_revenue": 500}
        )
        leads = self._list(name="Leads", purpose="service")
        self.wizard(leads, source="lead", team_id=team.id).action_add()
        self.assertEqual(leads.entry_ids.mapped("value"), [500.0])
        self.assertEqual(leads.entry_ids.lead_id.name, "Pump")

    def test_a_file(self):
        [person] = self._people("+4940111111")
        text = "Name;Phone;priority;value\nA;040 111111;2;99.5\nB;040 888888;x;\nC;none;;\n"
        one = self._list(purpose="service")
        one.company_id.country_id = self.germany
        wizard = self.wizard(one, source="file", file=base64.b64encode(text.encode()))
        wizard.action_add()
        self.assertIn("2 will be called", wizard.summary)
        self.assertIn("1 left out: Not a telephone number", wizard.summary)
        known = one.entry_ids.filtered("partner_id")
        self.assertEqual((known.partner_id, known.priority, known.value), (person, 2, 99.5))
        self.assertEqual(set(one.entry_ids.mapped("e164")), {"+4940111111", "+4940888888"})
        with self.assertRaises(UserError):
            self.wizard(one, source="file", file=base64.b64encode(b"\xff\x00,x")).action_add()

    def test_alerts(self):
        [person] = self._people("+4940111111")
        rule = self.env["crm.customer.alert.rule"].search([], limit=1)
        self.env["crm.customer.alert"].create(
            {
                "rule_id": rule.id,
                "kind": rule.kind,
                "partner_id": person.id,
                "company_id": self.company.id,
                "cause": "silence",
                "raised_on": fields.Date.today(),
                "amount": 1200,
            }
        )
        one = self._list()
        self.wizard(one, source="alert", alert_rule_id=rule.id).action_add()
        self.assertEqual((one.entry_ids.partner_id, one.entry_ids.value), (person, 1200.0))

    def test_as_many_queries_for_ten_as_for_hundred(self):
        few = self._people(*(f"+4940{200_000 + n}" for n in range(10)))
        many = self._people(*(f"+4940{300_000 + n}" for n in range(100)))
        warm, one, other = self._list(name="0"), self._list(name="1"), self._list(name="2")
        warm._add_partners([("id", "=", few[0].id)])
        counts = []
        for call_list, people in ((one, few), (other, many)):
            start = self.env.cr.sql_log_count
            call_list._add_partners([("id", "in", people.ids)])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

"""Telephone menus: designed, tried, published, played, counted (CC-4)."""

import base64
import io
import wave
from datetime import UTC, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..tools import ivr
from .menu_common import MenuCase


def recording(rate=16000, seconds=1.0):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * int(rate * seconds)))
    return base64.b64encode(out.getvalue())


@tagged("post_install", "-at_install")
class TestDesign(MenuCase):
    def test_a_sound_design_is_published_and_told_to_the_listener(self):
        self.assertEqual((self.menu.state, self.menu.flaws), ("draft", False))
        self.assertEqual(self.told_menus()["menus"], [])
        self.menu.action_publish()
        self.assertEqual((self.menu.state, self.menu.version_id.number), ("live", 1))
        told = self.told_menus()
        [menu] = told["menus"]
        self.assertEqual((menu["code"], menu["number"], menu["start"]), ("main", 1, self.home.key))
        machine = ivr.from_dict(menu)
        self.assertEqual(machine.nodes[self.home.key].ways["2"], self.people.key)
        self.assertEqual(machine.nodes[self.people.key].target, "support")
        # the same again is not sent again
        self.assertEqual(self.told_menus(told["version"]), {"version": told["version"]})

    def test_what_is_changed_is_heard_when_it_is_published(self):
        self.menu.action_publish()
        before = self.told_menus()
        self.home.sounds = "hello"
        self.assertEqual(self.menu.state, "changed")
        self.assertEqual(self.told_menus(before["version"]), {"version": before["version"]})
        self.menu.action_publish()
        after = self.told_menus(before["version"])
        self.assertEqual(after["menus"][0]["number"], 2)
        self.menu.action_publish()  # nothing has changed
        self.assertEqual(len(self.menu.version_ids), 2)
        self.menu.version_ids.filtered(lambda one: one.number == 1).action_restore()
        self.assertEqual(self.told_menus()["version"], before["version"])
        self.assertEqual(self.menu.state, "changed")

    def test_flaws_are_told_in_words_and_stop_the_publishing(self):
        self.find.option_ids.filtered(lambda one: one.key == "silent").unlink()
        self.home.sounds = False
        self.assertIn(
            "“Look up” does not say what follows when Odoo does not answer.", self.menu.flaws
        )
        self.assertIn("“Welcome” says nothing", self.menu.flaws)
        self.assertIn("No caller can come to “Not now”.", self.menu.flaws)
        with self.assertRaisesRegex(UserError, "says nothing"):
            self.menu.action_publish()
        self.assertFalse(self.menu.version_id)

    def test_a_menu_without_steps(self):
        empty = self.env["crm.call.menu"].create({"name": "Empty", "code": "empty"})
        self.assertEqual(empty.flaws, "The menu has no steps.")
        self.assertEqual(empty.picture["boxes"], [])

    def test_a_copy_leads_to_its_own_steps(self):
        copy = self.menu.copy()
        self.assertEqual((copy.code, copy.state, copy.flaws), ("main_copy", "draft", False))
        reached = copy.node_ids.next_id | copy.node_ids.option_ids.target_id
        self.assertEqual(reached.menu_id, copy)

    def test_the_picture_has_a_box_for_each_step_and_an_arrow_for_each_way(self):
        picture = self.menu.picture
        self.assertEqual(len(picture["boxes"]), 7)
        labels = {(a["from"], a["to"]): a["label"] for a in picture["arrows"]}
        self.assertEqual(labels[self.home.key, self.people.key], "2")
        self.assertEqual(labels[self.find.key, self.told.key], "")
        columns = {box["key"]: box["x"] for box in picture["boxes"]}
        self.assertLess(columns[self.home.key], columns[self.number.key])
        self.assertTrue(all(box["reached"] for box in picture["boxes"]))

    def test_hours_are_told_as_spans(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Nine to ten", "tz": "UTC", "company_id": self.company.id, "attendance_ids": [
                (5,), *((0, 0, {"name": "x", "dayofweek": str(day), "hour_from": 9, "hour_to": 10})
                        for day in range(7))]}
        )  # fmt: skip
        hours = self._node("Hours", "hours", calendar_id=calendar.id, sequence=1)
        self._ways(hours, {"open": self.home, "closed": self.bye})
        self.menu.action_publish()
        [menu] = self.told_menus()["menus"]
        node = ivr.from_dict(menu).nodes[hours.key]
        today = datetime.now(UTC).replace(minute=30, second=0)
        self.assertIs(
            ivr.is_open(node.opening, node.known_until, today.replace(hour=9).timestamp()), True
        )
        self.assertIs(
            ivr.is_open(node.opening, node.known_until, today.replace(hour=11).timestamp()), False
        )
        later = (today + timedelta(days=40)).timestamp()
        self.assertIsNone(ivr.is_open(node.opening, node.known_until, later))

    def test_menus_of_other_exchanges_and_companies_are_not_told(self):
        self.menu.action_publish()
        other = self.env["crm.call.exchange"].create({"name": "Bonn", "code": "bonn"})
        self.menu.exchange_ids = other
        self.assertEqual(self.told_menus()["menus"], [])
        self.menu.exchange_ids = self.exchange | other
        self.assertEqual(len(self.told_menus()["menus"]), 1)
        with self.assertRaises(AccessError):
            self.env["crm.call.exchange"].with_user(self.ada.user_id).listener_menus("hamburg", "")

    def test_who_may_what(self):
        admin = new_test_user(self.env, "cc_menu_admin", "crm_callcenter.group_call_admin")
        expected = {
            "crm.call.menu": ("", "r", "rwcu"),
            "crm.call.menu.node": ("", "r", "rwcu"),
            "crm.call.menu.option": ("", "r", "rwcu"),
            "crm.call.menu.prompt": ("", "r", "rwcu"),
            "crm.call.menu.version": ("", "r", "rc"),
            "crm.call.menu.inquiry": ("", "", "r"),
            "crm.call.menu.report": ("", "r", "r"),
        }
        for name, rights in expected.items():
            for user, right in zip((self.ada.user_id, self.eve, admin), rights, strict=True):
                model = self.env[name].with_user(user)
                every = ("read", "write", "create", "unlink")
                found = "".join(one[0] for one in every if model.has_access(one))
                self.assertEqual(found, right, (name, user.login))
        self.menu.with_user(admin).action_publish()
        stranger = self.env["res.company"].create({"name": "Other"})
        admin.write({"company_ids": [(6, 0, stranger.ids)], "company_id": stranger.id})
        self.assertFalse(self.env["crm.call.menu"].with_user(admin).search([]))
        self.assertFalse(self.env["crm.call.menu.node"].with_user(admin).search([]))


@tagged("post_install", "-at_install")
class TestSimulator(MenuCase):
    def play(self, *inputs):
        return self.menu.simulate(inputs)

    def test_press_two(self):
        begun = self.play()
        self.assertEqual((begun["waits"], begun["node"]), ("digits", self.home.key))
        self.assertEqual(
            begun["lines"], [{"who": "menu", "node": self.home.key, "text": "Welcome: welcome"}]
        )
        done = self.play(["digits", "2"])
        self.assertEqual((done["exit"], done["waits"]), ("queue", ""))
        self.assertEqual(done["lines"][-1]["text"], "To the queue support")

    def test_a_look_up_and_a_message_to_its_end(self):
        asked = self.play(["digits", "1"], ["digits", "42"])
        self.assertEqual((asked["waits"], asked["choices"]), ("lookup", ["silent", "unknown"]))
        done = self.play(["digits", "1"], ["digits", "42"], ["outcome", "confirmed"])
        self.assertEqual(done["exit"], "contained")
        self.assertEqual(done["lines"][-1]["text"], "The call ends: solved in the menu")

    def test_wrong_keys_and_hanging_up(self):
        wrong = self.play(["digits", "9"])
        self.assertEqual(wrong["lines"][-1]["text"], "Not understood: once more")
        self.assertEqual(self.play(["digits", "9"], ["gone", "1"])["exit"], "left")

    def test_a_supervisor_may_try_and_an_agent_may_not(self):
        self.menu.with_user(self.eve).simulate([])
        with self.assertRaises(AccessError):
            self.menu.with_user(self.ada.user_id).simulate([])


@tagged("post_install", "-at_install")
class TestPrompts(MenuCase):
    def test_an_upload_becomes_what_telephones_play(self):
        prompt = self.env["crm.call.menu.prompt"].create({"name": "Hello", "audio": recording()})
        with wave.open(io.BytesIO(base64.b64decode(prompt.audio))) as file:
            self.assertEqual((file.getframerate(), file.getnframes()), (8000, 8000))
        self.assertEqual(prompt.seconds, 1.0)
        self.home.prompt_id = prompt
        self.menu.action_publish()
        told = self.told_menus()
        self.assertEqual(told["files"], [prompt.checksum])
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        sent = exchanges.listener_prompt("hamburg", prompt.checksum)
        self.assertEqual(sent.encode(), prompt.audio)
        self.assertEqual(exchanges.listener_prompt("hamburg", "0" * 40), "")

    def test_what_is_no_recording_is_refused_in_words(self):
        for content, text in (
            (b"ID3xxxx", "MP3 files cannot be used"),
            (b"hello", "no WAV recording"),
        ):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, text):
                self.env["crm.call.menu.prompt"].create(
                    {"name": "x", "audio": base64.b64encode(content)}
                )

    def test_a_recording_that_is_used_stays(self):
        prompt = self.env["crm.call.menu.prompt"].create({"name": "Hello", "audio": recording()})
        self.menu.action_publish()
        prompt.audio = recording(seconds=2)
        self.assertEqual(prompt.seconds, 2.0)


@tagged("post_install", "-at_install")
class TestLookup(MenuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Jane",
                "phone": "+14155550123",
                "zip": "94107",
                "country_id": cls.env.ref("base.us").id,
            }
        )
        cls.order = cls.env["sale.order"].create({"partner_id": cls.customer.id, "name": "S00987"})
        cls.env["crm.contact.number"]._drain()

    def ask(self, number="987", caller="+14155550123", pin="", subject="order"):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        values = {"number": number, "caller": caller, "pin": pin}
        return exchanges.listener_lookup("hamburg", "call-1", subject, values)

    def test_the_customer_asks_for_his_order(self):
        self.assertEqual(self.ask()["outcome"], "offer")
        self.order.action_confirm()
        found = self.ask("00987")
        self.assertIn(found["outcome"], ("confirmed", "delivered"))
        self.assertEqual(found["values"]["order"], "00987")
        self.assertRegex(found["values"]["date"], r"^\d{4}-\d\d-\d\d$")

    def test_a_stranger_needs_the_postal_code(self):
        self.assertEqual(self.ask(caller="+14155559999")["outcome"], "unknown")
        self.assertEqual(self.ask(caller="+14155559999", pin="94108")["outcome"], "unknown")
        self.assertEqual(self.ask(caller="", pin="94107")["outcome"], "offer")

    def test_nothing_is_told_of_what_is_not_there(self):
        for number in ("988", "", "87", "%", "1987"):
            self.assertEqual(self.ask(number), {"outcome": "unknown", "values": {}}, number)
        self.assertEqual(self.ask(subject="salary")["outcome"], "unknown")
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        self.assertEqual(
            exchanges.listener_lookup("hamburg", "c", "order", None)["outcome"], "unknown"
        )

    def test_guessing_ends(self):
        for _try in range(10):
            self.ask("1", caller="+14155558888")
        self.assertEqual(self.ask(caller="+14155558888", pin="94107")["outcome"], "unknown")
        self.assertEqual(self.ask()["outcome"], "offer")  # others go on
        rows = self.env["crm.call.menu.inquiry"].search([])
        self.assertNotIn("8888", str(rows.mapped("caller_hash")))


@tagged("post_install", "-at_install")
class TestReport(MenuCase):
    def call(self, linked, *steps):
        path = [{"at": n, "kind": "ivr", "menu": "main", "menu_version": "1", **step}
                for n, step in enumerate(steps)]  # fmt: skip
        return self.env["crm.call"].create(
            {"exchange_id": self.exchange.id, "company_id": self.company.id, "linked": linked,
             "direction": "inbound", "state": "done", "start": "2026-03-02 10:00:00", "path": path}
        )  # fmt: skip

    def test_containment_of_menus_and_steps(self):
        home, told = {"step": "ivr", "node": self.home.key}, {"step": "ivr", "node": self.told.key}
        wrong = {"step": "ivr_wrong", "node": self.home.key, "digit": "9"}
        self.call(
            "a",
            home,
            {**home, "digit": "1"},
            told,
            {"step": "ivr_contained", "node": self.told.key},
        )
        self.call("b", home, wrong, {"step": "ivr_left", "node": self.home.key})
        self.call("c", home, {"step": "ivr_queue", "node": self.people.key, "outcome": "support"})
        running = self.call("d", home)
        report = self.env["crm.call.menu.report"].with_user(self.eve)
        own = [("menu_id", "=", self.menu.id)]
        [(menu, ended, contained, share)] = report._read_group(
            own, ["menu_id"], ["ended:sum", "contained:sum", "containment:avg"]
        )
        # of a, b and c one is contained; d has not left yet
        self.assertEqual((menu, ended, contained), (self.menu, 3, 1))
        self.assertAlmostEqual(share, 1 / 3)
        rows = report._read_group(own, ["node_id"], ["visits:sum", "wrong:sum", "ended:sum"])
        found = {node: tuple(figures) for node, *figures in rows}
        self.assertEqual(found[self.home], (4, 1, 1))
        self.assertEqual(found[self.told], (1, 0, 1))
        self.assertEqual(found[self.people], (0, 0, 1))
        # drill-down: the calls
        [row] = report.search([*own, ("exit", "=", "contained")])
        self.assertEqual(self.env["crm.call"].browse(row.action_call()["res_id"]).linked, "a")
        self.assertFalse(report.search([("call_id", "=", running.id)]).exit)

    def test_no_calls_are_not_zero_percent(self):
        self.call("d", {"step": "ivr", "node": self.home.key})
        own = [("menu_id", "=", self.menu.id)]
        measures = ["containment:avg", "containment:count"]
        [(share, count)] = self.env["crm.call.menu.report"]._read_group(own, [], measures)
        self.assertFalse(share)
        self.assertEqual(count, 0)

    def test_events_of_the_listener_become_the_path(self):
        ids = {"Uniqueid": "9.1", "Linkedid": "9.1"}
        events = [
            {"Event": "Newchannel", **ids, "Channel": "PJSIP/trunk-1",
             "CallerIDNum": "+14155550123", "Exten": "7000", "Timestamp": "1767000000"},
            *({"Event": "UserEvent", "UserEvent": "CallCenter", **ids,
               "Menu": "main", "MenuVersion": "1", "Timestamp": f"176700000{n}", **step}
              for n, step in enumerate(({"Step": "ivr", "Node": self.home.key},
                                        {"Step": "ivr", "Node": self.home.key, "Digit": "1"},
                                        {"Step": "ivr_contained", "Node": self.told.key}), 1)),
            {"Event": "Hangup", **ids, "Cause": "16",
             "Timestamp": "1767000009"},
        ]  # fmt: skip
        rows = [{"at": 1767000000.0, "message": event} for event in events]
        self.env["crm.call.exchange"].with_user(self.listener).listener_events("hamburg", rows)
        call = self.env["crm.call"].search([("linked", "=", "9.1")])
        self.assertEqual((call.result, call.state), ("ivr_contained", "done"))
        exits = self.env["crm.call.menu.report"].search(
            [("call_id", "=", call.id), ("exit", "!=", False)]
        )
        self.assertEqual((exits.node_id, exits.exit, exits.version), (self.told, "contained", 1))

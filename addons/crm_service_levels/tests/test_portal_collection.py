import base64
import re
from datetime import datetime
from itertools import pairwise
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common_portal import PageMixin, PortalCase

FORM = {
    "contact_name": "Anna",
    "phone": "+49 30 1234567",
    "address": "Street 1\nBerlin",
    "packages": "2",
    "note": "Second floor",
}


@tagged("post_install", "-at_install")
class TestPortalCollection(PageMixin, PortalCase, HttpCase):
    """SVC-T: a repair is collected at a booked time, with a printed label."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/requests/{self.request.id}"
        self.Collection = self.env["crm.service.collection"]
        self.env.flush_all()

    def _form(self, **values):
        slot = self.request._portal_slots()[0]["slots"][0]["value"]
        return {**FORM, "slot": slot, **values}

    # Slots

    def test_slots_lie_in_the_teams_hours(self):
        """Monday 2 March 2026, 8:30 UTC: nine to five in slots of two hours, a day ahead, for
        three days: the last one begins on Thursday at 8:30 at the latest."""
        self.team.write({"collection_lead_hours": 24, "collection_days": 3})
        slots = self.team._collection_slots(datetime(2026, 3, 2, 8, 30))
        self.assertEqual(
            [(slot.start.day, slot.start.hour) for slot in slots],
            [(day, hour) for day in (3, 4) for hour in (9, 11, 13, 15)],
        )

    def test_slots_follow_the_time_zone_and_weekends(self):
        """Friday 6 March 2026, 12:00 UTC, nine to five in New York (UTC-5): 14:00 UTC on Monday,
        where summer time began on Sunday the 8th, is 13:00."""
        self.calendar.tz = "America/New_York"
        self.team.write({"collection_lead_hours": 24, "collection_days": 4})
        slots = self.team._collection_slots(datetime(2026, 3, 6, 12))
        self.assertEqual(slots[0].start, datetime(2026, 3, 9, 13))

    def test_public_holidays_are_no_days_for_drivers(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 3),
                "date_to": datetime(2026, 3, 4),
            }
        )
        slots = self.team._collection_slots(datetime(2026, 3, 2, 18))
        self.assertEqual(slots[0].start, datetime(2026, 3, 4, 9))

    def test_a_full_slot_is_not_offered_until_it_is_cancelled(self):
        slot = self._slot()
        booked = self._booked()
        self.assertNotIn(slot.start, [one.start for one in self.team._collection_slots()])
        booked.action_cancel()
        self.assertEqual(self._slot().start, slot.start)

    def test_a_team_without_capacity_offers_nothing(self):
        self.team.collection_capacity = 0
        self.assertEqual(self.team._collection_slots(), [])
        self.assertFalse(self.request._portal_values()["can_collect"])

    # Booking

    def test_a_customer_books_prints_and_cancels(self):
        self._login(self.anna_user)
        page = self.url_open(f"{self.url}/collection").text
        self.assertIn("When shall the driver come?", page)
        self.assertIn("+49 30 1234567", page)
        sent = self._send(f"{self.url}/collection", f"{self.url}/collection", **self._form())
        self.assertIn("The collection is booked", sent.text)
        booked = self.request.collection_ids
        self.assertEqual(
            (booked.state, booked.booked_by, booked.packages, booked.place, booked.team_id),
            ("booked", "customer", 2, 1, self.team),
        )
        self.assertRegex(booked.number, r"\d{4}$")  # drawn from the company's own sequence
        self.assertIn(booked.number, self.request.message_ids[0].body)
        label = self.url_open(f"{self.url}/label/{booked.id}")
        self.assertIn(booked.number, label.text)
        self.assertIn("data:image/svg+xml;base64,", label.text)
        self._send(self.url, f"{self.url}/cancel", collection_id=booked.id)
        self.assertEqual(booked.state, "cancelled")
        self.assertEqual(self.url_open(f"{self.url}/label/{booked.id}").status_code, 404)

    def test_the_label_is_a_pdf(self):
        booked = self._booked()
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() not in ("ok", "upgrade", "workers"):
            html = reports._render_qweb_html("crm_service_levels.collection_label", booked.ids)[0]
            self.assertIn(booked.number.encode(), html)
            return
        content, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
            "crm_service_levels.crm_service_collection_report", booked.ids
        )
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))

    def test_the_barcode_is_code_128(self):
        """C000001 by the standard: start B 104, C 35, switch to pairs 99, 00, 00, 01; the check is
        104 + 1·35 + 2·99 + 5·1 = 342, modulo 103 is 33; stop."""
        booked = self._booked()
        booked.number = "C000001"
        symbols = ("211214", "131321", "113141", "212222", "212222", "222122", "111323", "2331112")
        self.assertEqual(self._modules(booked._barcode()), "".join(symbols))

    @staticmethod
    def _modules(image):
        """Widths of bars and of the gaps between them, in turn, in modules of the narrowest."""
        drawing = base64.b64decode(image.removeprefix("data:image/svg+xml;base64,")).decode()
        found = re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"[^>]*fill: rgb', drawing)
        bars = sorted((float(start), float(width)) for start, width in found)
        narrow = min(width for _start, width in bars)
        edges = [edge for start, width in bars for edge in (start, start + width)]
        widths = (after - before for before, after in pairwise(edges))
        return "".join(str(round(width / narrow)) for width in widths)

    def test_only_offered_times_are_taken(self):
        self._login(self.anna_user)
        for odd in ("", "1", "-1", "abc", "99999999999"):
            sent = self._send(
                f"{self.url}/collection", f"{self.url}/collection", **self._form(slot=odd)
            )
            self.assertIn("still offered", sent.text)
            self.assertIn("Second floor", sent.text)
        self.assertFalse(self.request.collection_ids)

    def test_what_is_missing_is_said(self):
        for name, value in (("phone", " "), ("address", ""), ("packages", "0"), ("packages", "x")):
            with self.assertRaises(UserError):
                self.request._portal_book(self._form(**{name: value}))

    def test_one_collection_at_a_time(self):
        self.request._portal_book(self._form())
        with self.assertRaises(UserError):
            self.request._portal_book({**FORM, "slot": "1"})
        self.assertFalse(self.request._portal_may_collect())

    # Two at once

    def _values(self, request, slot):
        return {
            **{name: FORM[name] for name in ("contact_name", "phone", "address")},
            **request._collection_belongs(),
            "request_id": request.id,
            "slot_start": slot.start,
            "slot_end": slot.end,
        }

    def test_two_customers_take_the_last_place_at_once(self):
        """Neither saw the other's booking; the unique place lets one of them have it."""
        other = self._request(name="Other", partner_id=self.bert.id, team_id=self.team.id)
        slot = self._slot()
        self.Collection._book(self._values(self.request, slot), 1)
        blind = patch.object(type(self.Collection), "_places", lambda *_args: set())
        with blind, self.assertRaises(UserError):
            self.Collection._book(self._values(other, slot), 1)
        self.assertFalse(other.collection_ids)

    def test_the_second_of_two_gets_the_next_place(self):
        other = self._request(name="Other", partner_id=self.bert.id, team_id=self.team.id)
        slot = self._slot()
        self.Collection._book(self._values(self.request, slot), 2)
        with patch.object(type(self.Collection), "_places", lambda *_args: set()):
            second = self.Collection._book(self._values(other, slot), 2)
        self.assertEqual(second.place, 2)

    def test_two_bookings_of_one_request_at_once(self):
        slot = self._slot()
        self.Collection._book(self._values(self.request, slot), 2)
        with self.assertRaisesRegex(UserError, "already"):
            self.Collection._book(self._values(self.request, slot), 2)

    def test_staff_may_book_beyond_the_capacity(self):
        self._booked()
        other = self._request(name="Other", partner_id=self.bert.id, team_id=self.team.id)
        slot = self.team.with_context()._collection_slots()[0]
        first = self.request.collection_ids
        booked = self.Collection.with_user(self.rita).create(
            {**self._values(other, slot), "slot_start": first.slot_start,
             "slot_end": first.slot_end}
        )  # fmt: skip
        self.assertEqual(booked.place, 2)

    # On its way

    def test_the_way_of_a_collection(self):
        booked = self._booked().with_user(self.rita)
        booked.action_collected()
        booked.action_received()
        booked.action_returned()
        self.assertEqual(booked.state, "returned")
        self.assertTrue(booked.collected_at and booked.received_at and booked.returned_at)
        told = [row["body"] for row in self.request._portal_messages()]
        self.assertEqual(len(told), 3)
        for refused in ("action_cancel", "action_collected"):
            with self.assertRaises(UserError):
                getattr(booked, refused)()

    def test_each_visit_of_the_driver_is_in_the_ledger(self):
        """C360-1: fetching and bringing back are two contacts; what happens with us is none."""
        booked = self._booked().with_user(self.rita)
        for action in ("action_collected", "action_received", "action_returned"):
            getattr(booked, action)()
        ledger = self.env["crm.touchpoint"].sudo()
        mine = [("res_model", "=", booked._name), ("res_id", "=", booked.id)]
        touches = ledger.search(mine, order="date, id")
        self.assertEqual(touches.mapped("event"), ["collected", "returned"])
        self.assertEqual(set(touches.mapped("kind")), {"visit"})
        self.assertEqual(touches.partner_id, self.anna)
        self.assertEqual(set(touches.channel_id.mapped("code")), {"visit"})

    def test_collected_things_are_not_cancelled_by_the_customer(self):
        booked = self._booked()
        booked.action_collected()
        self.request._portal_cancel_collection(booked.id)
        self.assertEqual(booked.state, "collected")

    def test_defaults_of_staff_come_from_the_request(self):
        form = self.Collection.with_user(self.rita).with_context(default_request_id=self.request.id)
        values = form.default_get(["request_id", "contact_name", "phone", "team_id", "address"])
        self.assertEqual((values["contact_name"], values["team_id"]), ("Anna", self.team.id))

    def test_who_may_see_collections(self):
        booked = self._booked()
        self.assertTrue(booked.with_user(self.rita).has_access("write"))
        self.assertFalse(booked.with_user(self.emma).has_access("read"))
        self.assertFalse(booked.with_user(self.anna_user).has_access("read"))

    def test_erasure_blanks_who_and_where(self):
        """The figures of the collection stay; the link of the request opens nothing any more."""
        eve = self._contact("Eve", self.acme, "eve@acme.example.com")
        request = self._request(partner_id=eve.id, team_id=self.team.id)
        booked = self._booked(request, note="Ring at Eve's")
        token = request._guest_token()
        find = self.env["crm.service.request"]._by_guest_token
        self.assertEqual(find(request.id, token)[0], request)
        eve._erase_person()
        self.assertFalse(booked.contact_name or booked.phone or booked.address or booked.note)
        self.assertEqual((booked.state, booked.request_id), ("booked", request))
        self.assertFalse(find(request.id, token)[0])

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_360 import START, Customer360Case


@tagged("post_install", "-at_install")
class TestTimeline(Customer360Case):
    """The time line: pages by key, filters, and the rights of each source (C360-1)."""

    def test_newest_first_over_the_whole_company(self):
        leads = self._new_leads(self.customer, self.sandra, 3)
        self._new_touches(leads[0], self.customer, date=START)
        self._new_touches(leads[1], self.anna, date=START + timedelta(days=2))
        self._new_touches(leads[2], self.jon, date=START + timedelta(days=1))
        rows = self._timeline(self.sandra, self.customer)["rows"]
        self.assertEqual([row["res_id"] for row in rows], [leads[1].id, leads[2].id, leads[0].id])
        self.assertEqual(rows[0]["who"]["name"], "Anna")
        self.assertIsNone(rows[2]["who"])
        only_anna = self._timeline(self.sandra, self.anna)["rows"]
        self.assertEqual([row["res_id"] for row in only_anna], [leads[1].id])

    def test_pages_meet_without_gap_or_repetition(self):
        leads = self._new_leads(self.customer, self.sandra, 25)
        # All at the same moment: the id decides.
        self._new_touches(leads, self.customer, date=START)
        seen, before, pages = [], None, 0
        while True:
            page = self._timeline(self.sandra, self.customer, before=before, limit=10)
            seen += [row["res_id"] for row in page["rows"]]
            before, pages = page["next"], pages + 1
            if before is None:
                break
        self.assertEqual(pages, 3)
        self.assertEqual(seen, sorted(leads.ids, reverse=True))

    def test_microseconds_do_not_lose_rows(self):
        leads = self._new_leads(self.customer, self.sandra, 3)
        touches = self._new_touches(leads, self.customer, date=START)
        for micro, touch in zip((100, 900, 500), touches, strict=True):
            self.env.cr.execute(
                "UPDATE crm_touchpoint SET date = %s WHERE id = %s",
                [START + timedelta(microseconds=micro), touch.id],
            )
        first = self._timeline(self.sandra, self.customer, limit=1)
        second = self._timeline(self.sandra, self.customer, limit=1, before=first["next"])
        third = self._timeline(self.sandra, self.customer, limit=1, before=second["next"])
        order = [page["rows"][0]["res_id"] for page in (first, second, third)]
        self.assertEqual(order, [leads[1].id, leads[2].id, leads[0].id])

    def test_filter_by_kind_and_search(self):
        leads = self._new_leads(self.customer, self.sandra, 3)
        self._new_touches(leads[0], self.customer, kind="lead", name="Pump, 100 % new")
        self._new_touches(leads[1], self.customer, kind="meeting", name="Visit")
        self._new_touches(leads[2], self.customer, kind="lead", name="Valve")

        def subjects(**arguments):
            rows = self._timeline(self.sandra, self.customer, **arguments)["rows"]
            return {row["name"] for row in rows}

        self.assertEqual(subjects(kinds=["meeting"]), {"Visit"})
        self.assertEqual(subjects(kinds=["lead"], search="pump"), {"Pump, 100 % new"})
        # Wildcards are letters like others.
        self.assertEqual(subjects(search="0 %"), {"Pump, 100 % new"})
        self.assertEqual(subjects(search="V%e"), set())
        self.assertEqual(subjects(kinds=["nonsense"]), set())

    def test_voided_events_are_left_out(self):
        lead = self._new_leads(self.customer, self.sandra, 1)
        self._new_touches(lead, self.customer, voided=True)
        self.assertEqual(self._timeline(self.sandra, self.customer)["rows"], [])

    def test_salesperson_reads_own_documents_whoever_owns_the_customer(self):
        mine = self._new_leads(self.foreign, self.sandra, 1)
        theirs = self._new_leads(self.foreign, self.otto, 1)
        self._new_touches(mine | theirs, self.foreign, kind="lead")
        rows = self._timeline(self.sandra, self.foreign)["rows"]
        self.assertEqual([row["res_id"] for row in rows], mine.ids)
        self.assertEqual(len(self._timeline(self.manager, self.foreign)["rows"]), 2)

    def test_page_is_filled_over_many_closed_rows(self):
        closed = self._new_leads(self.customer, self.otto, 150)
        mine = self._new_leads(self.customer, self.sandra, 5)
        self._new_touches(mine, self.customer)
        self._new_touches(closed, self.customer, date=START + timedelta(days=90))
        page = self._timeline(self.sandra, self.customer, limit=5)
        self.assertEqual({row["res_id"] for row in page["rows"]}, set(mine.ids))

    def test_counts_follow_the_rights(self):
        mine = self._new_leads(self.customer, self.sandra, 2)
        closed = self._new_leads(self.customer, self.otto, 3)
        self._new_touches(mine | closed, self.customer, kind="lead")
        order = self._new_order(self.customer, self.otto)
        self._new_touches(order, self.customer, kind="order")

        def counts(user):
            answer = (
                self.env["crm.touchpoint"].with_user(user).get_timeline_counts(self.customer.id)
            )
            self.assertFalse(answer["bounded"])
            return {chip["kind"]: chip["count"] for chip in answer["kinds"]}

        self.assertEqual(counts(self.sandra), {"lead": 2})
        self.assertEqual(counts(self.manager), {"lead": 5, "order": 1})

    def test_private_meeting_is_seen_by_those_who_were_there(self):
        event = (
            self.env["calendar.event"]
            .with_user(self.otto)
            .create(
                {
                    "name": "Confidential offer",
                    "privacy": "private",
                    "start": START,
                    "stop": START + timedelta(hours=1),
                    "partner_ids": [(6, 0, [self.anna.id, self.otto.partner_id.id])],
                }
            )
        )
        attendee = event.attendee_ids.filtered(lambda attendee: attendee.partner_id == self.anna)
        self._new_touches(attendee, self.anna, kind="meeting", name="Confidential offer")
        self.assertEqual(self._timeline(self.sandra, self.customer)["rows"], [])
        row = self._timeline(self.otto, self.customer)["rows"][0]
        # A click opens the meeting, not the attendance.
        self.assertEqual((row["res_model"], row["res_id"]), ("calendar.event", event.id))

    def test_message_opens_its_document_and_follows_its_rights(self):
        order = self._new_order(self.customer, self.otto)
        message = order.message_post(body="Price?", message_type="comment")
        self._new_touches(message, self.customer, kind="mail", name="Price?")
        self.assertEqual(self._timeline(self.sandra, self.customer)["rows"], [])
        row = self._timeline(self.otto, self.customer)["rows"][0]
        self.assertEqual((row["res_model"], row["res_id"]), ("sale.order", order.id))

    def test_other_companies_and_lost_models_are_left_out(self):
        other = self.env["res.company"].create({"name": "Second company"})
        leads = self._new_leads(self.customer, self.sandra, 2)
        self._new_touches(leads[0], self.customer, company_id=other.id)
        self._new_touches(leads[1], self.customer, res_model="removed.model")
        page = self._timeline(self.manager, self.customer)
        self.assertEqual(page, {"rows": [], "next": None})

    def test_deleted_source_is_left_out(self):
        lead = self._new_leads(self.customer, self.sandra, 1)
        self._new_touches(lead, self.customer)
        lead.unlink()
        self.assertEqual(self._timeline(self.sandra, self.customer)["rows"], [])

    def test_wrong_key_is_explained(self):
        for wrong in (["never", 1], [1], {"a": 1}, ["2026-01-01", "x"]):
            with self.assertRaises(UserError):
                self._timeline(self.sandra, self.customer, before=wrong)

    def test_last_contacts_in_both_directions(self):
        leads = self._new_leads(self.customer, self.sandra, 3)
        self._new_touches(leads[0], self.customer, direction="in", date=START)
        self._new_touches(leads[1], self.customer, direction="out", date=START)
        self._new_touches(leads[2], self.customer, direction="out", date=START + timedelta(days=1))
        contacts = self._sections(self.sandra, self.customer)["contacts"]
        self.assertEqual(contacts["incoming"]["res_id"], leads[0].id)
        self.assertEqual(contacts["outgoing"]["res_id"], leads[2].id)

"""Recording permissions: evidence, one preferred channel, import (C360-2)."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestContactPermission(ContactCase):
    def history(self, partner, channel):
        """(state, source, date, current) from the newest."""
        found = (
            self.env["crm.contact.permission"]
            .with_context(active_test=False)
            .search(
                [("partner_id", "=", partner.id), ("channel_id", "=", channel.id)],
                order="active desc, date desc",
            )
        )
        return [(p.state, p.origin, p.date, p.active) for p in found]

    # Versions

    @freeze_time("2026-03-04 12:00:00")
    def test_another_answer_keeps_the_earlier_as_evidence(self):
        permission = self.permit(self.anna, self.email, origin="contract", origin_note="No. 1204")
        permission.with_user(self.sam).write({"state": "denied", "origin": "spoken"})
        self.assertEqual(
            self.history(self.anna, self.email),
            [
                ("denied", "spoken", datetime(2026, 3, 4, 12), True),
                ("granted", "contract", datetime(2026, 1, 1), False),
            ],
        )
        earlier = self.env["crm.contact.permission"].search(
            [("partner_id", "=", self.anna.id), ("active", "=", False)]
        )
        self.assertEqual(earlier.origin_note, "No. 1204")
        self.assertEqual(earlier.user_id, self.env.user)
        self.assertTrue(permission.active, "the current permission keeps its id")
        self.assertEqual(permission.user_id, self.sam)
        self.assertFalse(permission.origin_note, "the old proof does not prove the new answer")

    @freeze_time("2026-03-04 12:00:00")
    def test_a_bare_change_of_state_counts_as_entered_by_us(self):
        permission = self.permit(self.anna, self.email, origin="contract")
        permission.state = "denied"
        self.env.flush_all()
        self.assertEqual(
            self.history(self.anna, self.email),
            [
                ("denied", "staff", datetime(2026, 3, 4, 12), True),
                ("granted", "contract", datetime(2026, 1, 1), False),
            ],
        )

    def test_recording_anew_archives_the_earlier(self):
        self.permit(self.anna, self.email)
        self.permit(self.anna, self.email, "denied", origin="written", date=datetime(2026, 2, 1))
        self.assertEqual(
            self.history(self.anna, self.email),
            [
                ("denied", "written", datetime(2026, 2, 1), True),
                ("granted", "spoken", datetime(2026, 1, 1), False),
            ],
        )

    def test_an_older_proof_entered_later_does_not_replace_a_newer(self):
        self.permit(self.anna, self.email, "denied")
        self.permit(self.anna, self.email, "granted", date=datetime(2019, 5, 25))
        self.assertEqual(
            [(state, current) for state, _o, _d, current in self.history(self.anna, self.email)],
            [("denied", True), ("granted", False)],
        )

    def test_a_renewed_permission_keeps_the_preferences(self):
        self.permit(self.anna, self.phone, preferred=True, quiet_from=20, quiet_to=8)
        again = self.permit(self.anna, self.phone, date=datetime(2026, 2, 1))
        self.assertEqual((again.preferred, again.quiet_from, again.quiet_to), (True, 20, 8))

    def test_a_corrected_note_keeps_date_and_source(self):
        permission = self.permit(self.anna, self.email)
        permission.origin_note = "Call of 1 January"
        self.assertEqual(permission.date, datetime(2026, 1, 1))
        self.assertEqual(permission.origin, "spoken")
        self.assertEqual(len(self.history(self.anna, self.email)), 2)

    def test_writing_the_same_makes_no_version(self):
        permission = self.permit(self.anna, self.email)
        permission.write({"state": "granted", "date": "2026-01-01 00:00:00", "origin": "spoken"})
        permission.write({"quiet_from": 22, "quiet_to": 7})
        self.assertEqual(len(self.history(self.anna, self.email)), 1)

    def test_many_are_changed_at_once(self):
        both = self.permit(self.anna, self.email) | self.permit(self.carl, self.email, "denied")
        both.write({"state": "denied", "origin": "written"})
        self.assertEqual(both.mapped("state"), ["denied", "denied"])
        self.assertEqual(both.mapped("origin"), ["written", "written"])
        self.assertEqual(len(self.history(self.anna, self.email)), 2)

    def test_evidence_cannot_be_changed_moved_or_revived(self):
        permission = self.permit(self.anna, self.email)
        permission.write({"state": "denied", "origin": "spoken"})
        earlier = self.env["crm.contact.permission"].search(
            [("partner_id", "=", self.anna.id), ("active", "=", False)]
        )
        for values in ({"state": "denied"}, {"origin_note": "x"}, {"active": True}):
            with self.assertRaises(UserError):
                earlier.write(values)
        for values in ({"partner_id": self.carl.id}, {"channel_id": self.phone.id}):
            with self.assertRaises(UserError):
                permission.write(values)

    def test_bookkeeping_cannot_be_claimed_from_outside(self):
        permission = self.permit(self.anna, self.email)
        for claim in (True, 1, "object"):
            claimed = permission.with_context(contact_permission_bookkeeping=claim)
            with self.assertRaises(UserError):
                claimed.write({"partner_id": self.carl.id})

    def test_the_recorder_is_whoever_is_at_work(self):
        forged = {"user_id": self.mia.id, "origin": "spoken", "state": "granted"}
        permission = (
            self.env["crm.contact.permission"]
            .with_user(self.sam)
            .create({**forged, "partner_id": self.anna.id, "channel_id": self.email.id})
        )
        self.assertEqual(permission.user_id, self.sam)
        permission.write({"user_id": self.mia.id})
        self.assertEqual(permission.user_id, self.sam)

    def test_state_and_source_are_mandatory(self):
        for missing in ("state", "origin", "date"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.permit(self.anna, self.email, **{missing: False})

    def test_the_future_is_not_recorded(self):
        with self.assertRaises(ValidationError):
            self.permit(self.anna, self.email, date=fields.Datetime.now() + timedelta(days=2))

    def test_quiet_hours_are_hours_of_a_day(self):
        for hours in ({"quiet_from": 24}, {"quiet_to": -1}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.permit(self.anna, self.email, **hours)

    def test_quiet_hours_are_typed_as_text(self):
        permission = self.permit(self.anna, self.phone, quiet_hours="20:30 – 8")
        self.assertEqual((permission.quiet_from, permission.quiet_to), (20.5, 8))
        self.assertEqual(permission.quiet_hours, "20:30-08:00")
        permission.quiet_hours = False
        self.assertEqual((permission.quiet_from, permission.quiet_to), (0, 0))
        self.assertFalse(permission.quiet_hours)
        with self.assertRaises(ValidationError):
            permission.quiet_hours = "at night"

    # Chatter

    def _notes(self, partner):
        return [str(body) for body in partner.message_ids.sorted("id").mapped("body")]

    def test_the_contact_s_chatter_tells_every_change(self):
        before = len(self.anna.message_ids)
        permission = self.permit(self.anna, self.email, origin_note="Fair & square")
        permission.write({"state": "denied", "origin": "written"})
        permission.active = False
        self.assertEqual(
            self._notes(self.anna)[before:],
            [
                "<p>Permission for E-mail: Granted (source: Told us): Fair &amp; square</p>",
                "<p>Permission for E-mail: Denied (source: In writing)</p>",
                "<p>Permission for E-mail withdrawn</p>",
            ],
        )

    # Preferred channel

    def test_one_preferred_channel_per_contact(self):
        phone = self.permit(self.anna, self.phone, preferred=True)
        email = self.permit(self.anna, self.email, preferred=True)
        self.assertEqual((phone.preferred, email.preferred), (False, True))
        phone.preferred = True
        self.env.flush_all()
        self.assertEqual((phone.preferred, email.preferred), (True, False))
        self.assertEqual(self.anna.preferred_channel_id, self.phone)

    def test_the_last_preferred_of_a_batch_wins(self):
        values = {"partner_id": self.anna.id, "state": "granted", "origin": "form"}
        created = self.env["crm.contact.permission"].create(
            [
                {**values, "channel_id": self.phone.id, "preferred": True},
                {**values, "channel_id": self.email.id, "preferred": True},
            ]
        )
        self.assertEqual(created.mapped("preferred"), [False, True])
        with self.assertRaises(ValidationError):
            created.write({"preferred": True})

    def test_a_denied_channel_is_not_preferred(self):
        phone = self.permit(self.anna, self.phone, preferred=True)
        phone.write({"state": "denied", "origin": "spoken"})
        self.assertFalse(phone.preferred)
        self.assertFalse(self.permit(self.anna, self.email, "denied", preferred=True).preferred)

    def test_customers_by_preferred_channel(self):
        self.permit(self.acme, self.phone, preferred=True)
        self.permit(self.anna, self.email, preferred=True)
        ours = [("id", "in", (self.acme | self.anna | self.bert | self.carl).ids)]
        partner = self.env["res.partner"]
        # Bert has chosen none: his company's choice counts
        self.assertEqual(self.bert.preferred_channel_id, self.phone)
        groups = partner._read_group(ours, ["preferred_channel_id"], ["__count"])
        self.assertEqual(
            groups, [(self.phone, 2), (self.email, 1), (self.env["crm.contact.channel"], 1)]
        )
        for condition, found in [
            (("preferred_channel_id", "=", False), self.carl),
            (("preferred_channel_id", "!=", False), self.acme | self.anna | self.bert),
            (("preferred_channel_id", "=", self.phone.id), self.acme | self.bert),
            (("preferred_channel_id", "not in", self.phone.ids), self.anna | self.carl),
            (("preferred_channel_id", "in", [self.email.id, False]), self.anna | self.carl),
            (("preferred_channel_id", "ilike", "mail"), self.anna),
            (("preferred_channel_id.code", "=", "email"), self.anna),
        ]:
            self.assertEqual(partner.search([*ours, condition], order="id"), found, condition)
            self.assertEqual(
                (self.acme | self.anna | self.bert | self.carl).filtered_domain([condition]),
                found,
                condition,
            )
        in_order = partner.search(ours, order="preferred_channel_id, id")
        self.assertEqual(in_order, self.acme | self.bert | self.anna | self.carl)
        self.assertTrue(
            partner.fields_get(["preferred_channel_id"])["preferred_channel_id"]["groupable"]
        )

    def test_preferred_channels_of_many_contacts_take_the_same_queries(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(100)])
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("preferred_channel_id")
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(partners[:10]), count(partners))

    def test_recording_many_takes_queries_by_batch(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(220)])
        values = {"channel_id": self.email.id, "state": "granted", "origin": "form"}

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.contact.permission"].create(
                [{**values, "partner_id": partner.id} for partner in records]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(partners[:10])
        # chatter messages and records are written in batches of the ORM, not one by one
        self.assertLess(count(partners[20:220]), count(partners[10:20]) + 20)

    # From the contact's form

    def test_recording_from_the_contact_s_form(self):
        with Form(self.acme.with_user(self.sam)) as form:
            with form.contact_permission_ids.new() as line:
                line.channel_id = self.phone
                line.origin = "spoken"
                line.preferred = True
            with form.contact_permission_ids.new() as line:
                line.channel_id = self.email
                line.state = "denied"
                line.origin = "written"
        self.assertEqual(self.acme.contact_permission_ids.mapped("state"), ["granted", "denied"])
        self.assertEqual(self.acme.preferred_channel_id, self.phone)

    def test_another_answer_on_the_form_asks_for_its_source(self):
        self.permit(self.acme, self.phone, origin="contract", preferred=True)
        form = Form(self.acme.with_user(self.sam))
        with form.contact_permission_ids.edit(0) as line:
            line.state = "denied"
            self.assertFalse(line.origin)
            self.assertFalse(line.preferred)
            line.origin = "spoken"
        form.save()
        self.assertEqual(self.acme.contact_permission_ids.origin, "spoken")
        self.assertEqual(
            [state for state, *_rest in self.history(self.acme, self.phone)], ["denied", "granted"]
        )

    def test_the_form_knows_whose_customer_it_is(self):
        editable = "contact_permissions_editable"
        self.assertTrue(self.anna.with_user(self.sam)[editable])
        self.assertFalse(self.anna.with_user(self.sue)[editable])
        self.assertFalse(self.anna.with_user(self.ana)[editable])
        self.assertTrue(self.anna.with_user(self.mia)[editable])
        self.assertFalse(self.anna.with_user(self.bob)[editable])

    def test_history_shows_earlier_permissions(self):
        self.permit(self.anna, self.email).write({"state": "denied", "origin": "spoken"})
        action = self.anna.action_contact_permission_history()
        found = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(found.search_count(action["domain"]), 2)

    # Blacklists are shown, not copied

    def test_a_blacklist_leaves_the_permission_as_it_is(self):
        permission = self.permit(self.anna, self.email)
        self.env["mail.blacklist"]._add(self.anna.email)
        self.assertEqual(permission.state, "granted")
        self.assertTrue(self.anna.is_blacklisted)
        self.assertEqual(len(self.history(self.anna, self.email)), 1)

    # Import

    COLUMNS = ("id", "partner_id", "channel_id", "state", "origin", "date", "quiet_from")

    def load(self, *rows):
        return (
            self.env["crm.contact.permission"]
            .with_user(self.mia)
            .with_context(import_file=True)
            .load(self.COLUMNS, rows)
        )

    def row(self, number, partner="Carl", channel="E-mail", state="Granted", origin="Web form"):
        date = "2026-02-01 10:00:00"
        return [f"test_import.p{number}", partner, channel, state, origin, date, "22.5"]

    def test_import(self):
        self.carl.name = "Carl of the import"
        result = self.load(
            self.row(1, "Carl of the import"),
            self.row(2, "Carl of the import", channel="phone", state="denied", origin="import"),
        )
        self.assertFalse(result["messages"])
        found = self.env["crm.contact.permission"].browse(result["ids"])
        self.assertEqual(found.mapped("state"), ["granted", "denied"])
        self.assertEqual(found.channel_id, self.email | self.phone)
        self.assertEqual(found.user_id, self.mia)
        self.assertEqual(found[0].date, datetime(2026, 2, 1, 10))
        self.assertEqual(found[0].quiet_from, 22.5)

    def test_importing_again_with_another_answer_keeps_the_first(self):
        self.carl.name = "Carl of the import"
        first = self.load(self.row(1, "Carl of the import"))
        again = self.load(self.row(1, "Carl of the import", state="Denied"))
        self.assertEqual(first["ids"], again["ids"])
        self.assertEqual(
            [state for state, *_rest in self.history(self.carl, self.email)], ["denied", "granted"]
        )

    def test_bad_rows_are_named_and_nothing_is_lost(self):
        self.carl.name = "Carl of the import"
        current = self.permit(self.carl, self.email, "denied")
        before = self.history(self.carl, self.email)
        good = self.row(1, "Carl of the import")
        for bad, field, words in [
            (self.row(2, "Nobody at all"), "partner_id", "Nobody at all"),
            (self.row(2, "Carl of the import", channel="Pigeon"), "channel_id", "Pigeon"),
            (self.row(2, "Carl of the import", state="perhaps"), "state", "perhaps"),
            (self.row(2, "Carl of the import", origin="hearsay"), "origin", "hearsay"),
            ([*self.row(2, "Carl of the import")[:5], "yesterday", "1"], "date", "yesterday"),
            ([*self.row(2, "Carl of the import")[:5], "", "1"], "date", "Since"),
            (
                ["test_import.p2", "Carl of the import", "E-mail", "", "form", "2026-02-01", ""],
                "state",
                "",
            ),
        ]:
            with self.subTest(field=field, words=words), mute_logger("odoo.sql_db"):
                result = self.load(good, bad)
                self.assertFalse(result["ids"])
                # the ORM adds to an unknown value that the field is left empty: same row
                for message in result["messages"]:
                    self.assertEqual(message["type"], "error")
                    self.assertEqual(message["rows"], {"from": 1, "to": 1})
                self.assertIn(words, result["messages"][0]["message"])
                self.assertEqual(self.history(self.carl, self.email), before)
                self.assertTrue(current.active)

    def test_children_of_a_contact_come_with_it(self):
        partner = self.env["res.partner"].create(
            {
                "name": "New",
                "contact_permission_ids": [
                    Command.create(
                        {"channel_id": self.email.id, "state": "granted", "origin": "form"}
                    )
                ],
            }
        )
        self.assertEqual(partner.contact_permission_ids.channel_id, self.email)
        partner.unlink()
        self.assertFalse(
            self.env["crm.contact.permission"].search([("partner_id", "=", partner.id)])
        )

    def test_a_channel_with_permissions_is_archived_not_deleted(self):
        self.permit(self.anna, self.email)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.email.unlink()

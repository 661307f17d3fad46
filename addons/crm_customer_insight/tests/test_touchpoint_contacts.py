"""Leads, meetings, activities and messages in the touch ledger (C360-1)."""

from datetime import datetime, timedelta

from markupsafe import Markup

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from . import touchpoint_common


@tagged("post_install", "-at_install")
class TestTouchpointLeads(touchpoint_common.TouchpointCase):
    def lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "New roof", "type": "opportunity", "user_id": self.seller.id, **values}
        )

    def test_lead_of_a_known_contact(self):
        lead = self.lead(partner_id=self.anna.id)
        self.fill()
        self.assertEqual(
            self.rows(lead, "kind", "event", "direction", "partner_id", "lead_id", "name"),
            [("lead", "created", "in", self.anna, lead, "New roof")],
        )
        # The address of a person who is known is not repeated.
        self.assertEqual(self.rows(lead, "email_normalized", "cost"), [(False, 0.0)])

    def test_anonymous_lead_is_known_by_address_and_number(self):
        lead = self.lead(email_from="Carl <Carl@Roof.example>", phone="+33 1 40 20 30 40")
        self.fill()
        self.assertEqual(
            self.rows(lead, "partner_id", "email_normalized", "e164"),
            [(self.env["res.partner"], "carl@roof.example", "+33140203040")],
        )

    def test_number_that_is_none_is_no_key(self):
        lead = self.lead(phone="ask for Carl")
        self.fill()
        self.assertEqual(self.rows(lead, "e164", "lead_id"), [(False, lead)])

    def test_won_lost_and_back(self):
        won = self.lead(partner_id=self.anna.id, expected_revenue=900.0)
        lost = self.lead(partner_id=self.anna.id, expected_revenue=50.0)
        won.action_set_won()
        lost.action_set_lost()
        self.fill()
        self.assertEqual(
            self.rows(won, "event", "amount", "direction", "date"),
            [("created", 0.0, "in", won.create_date), ("won", 900.0, "none", won.date_closed)],
        )
        self.assertEqual(self.rows(lost, "event", "amount"), [("created", 0.0), ("lost", 50.0)])
        won.write({"stage_id": self.env.ref("crm.stage_lead1").id, "probability": 20})
        self.fill()
        self.assertEqual(self.rows(won, "event", "voided"), [("created", False), ("won", True)])

    def test_channel_only_where_the_medium_is_linked_to_one(self):
        phone = self.env.ref("utm.utm_medium_phone")
        lead = self.lead(medium_id=phone.id)
        banner = self.lead(medium_id=self.env["utm.medium"].create({"name": "Poster"}).id)
        self.set_rate("phone", 60.0)
        self.fill()
        channel = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        self.assertEqual(self.rows(lead, "channel_id", "medium_id"), [(channel, phone)])
        # The call itself is what costs, not the lead that it brought.
        self.assertEqual(self.rows(lead, "cost"), [(0.0,)])
        self.assertEqual(self.rows(banner, "channel_id"), [(self.env["crm.contact.channel"],)])

    def test_deleted_lead_is_voided(self):
        lead = self.lead(partner_id=self.anna.id)
        self.fill()
        lead_id = lead.id
        lead.unlink()
        self.assertEqual(self.Ledger._sweep(), 1)
        gone = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(self.rows(gone, "voided", "lead_id"), [(True, self.env["crm.lead"])])

    def test_lead_of_a_colleague_is_no_touch(self):
        lead = self.lead(partner_id=self.colleague.partner_id.id)
        self.fill()
        self.assertEqual(self.rows(lead, "event"), [])


@tagged("post_install", "-at_install")
class TestTouchpointMeetings(touchpoint_common.TouchpointCase):
    def meeting(self, hours, **values):
        """A meeting of an hour that ends *hours* from now, with Anna, Bert and a colleague."""
        stop = fields.Datetime.now() + timedelta(hours=hours)
        people = self.anna + self.bert + self.colleague.partner_id + self.seller.partner_id
        return (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Roof planning",
                    "start": stop - timedelta(hours=1),
                    "stop": stop,
                    "user_id": self.seller.id,
                    "partner_ids": [Command.set(people.ids)],
                    **values,
                }
            )
        )

    def test_meeting_over_is_a_touch_of_every_customer_in_it(self):
        event = self.meeting(-1)
        self.fill()
        self.assertEqual(
            sorted(self.rows(event.attendee_ids, "kind", "event", "date", "name"), key=str),
            [("meeting", "held", event.start, "Roof planning")] * 2,
        )
        partners = {row[0] for row in self.rows(event.attendee_ids, "partner_id")}
        self.assertEqual(partners, {self.anna, self.bert})

    def test_planned_meeting_is_not_yet_a_fact(self):
        event = self.meeting(48)
        self.fill()
        self.assertEqual(self.rows(event.attendee_ids, "event"), [])

    def test_who_declined_or_was_dropped_was_not_there(self):
        event = self.meeting(-1)
        self.fill()
        event.attendee_ids.filtered(lambda a: a.partner_id == self.anna).do_decline()
        self.fill()
        states = dict(self.rows(event.attendee_ids, "partner_id", "voided"))
        self.assertEqual(states, {self.anna: True, self.bert: False})
        attendees = event.attendee_ids
        event.with_context(no_mail_to_attendees=True).partner_ids -= self.bert
        self.env.flush_all()
        self.Ledger._sweep()
        self.assertEqual({row[0] for row in self.rows(attendees, "voided")}, {True})

    def test_meeting_moved_to_the_future_or_cancelled(self):
        moved, cancelled = self.meeting(-1), self.meeting(-2)
        self.fill()
        moved.write({"start": "2099-01-01 10:00:00", "stop": "2099-01-01 11:00:00"})
        cancelled.active = False
        self.fill()
        self.env.flush_all()
        self.Ledger._sweep()
        rows = self.rows(moved.attendee_ids + cancelled.attendee_ids, "voided")
        self.assertEqual(rows, [(True,)] * 4)

    def test_private_meeting_tells_no_subject(self):
        event = self.meeting(-1, privacy="private")
        self.fill()
        self.assertEqual({row[0] for row in self.rows(event.attendee_ids, "name")}, {False})


@tagged("post_install", "-at_install")
class TestTouchpointActivities(touchpoint_common.TouchpointCase):
    def activity(self, record, kind="mail.mail_activity_data_todo", **values):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.env.ref(kind).id,
                "summary": "Ask about the roof",
                "user_id": self.seller.id,
                **values,
            }
        )

    def test_activity_counts_when_done(self):
        activity = self.activity(self.anna)
        self.fill()
        self.assertEqual(self.rows(activity, "event"), [])
        activity.action_done()
        self.env.flush_all()
        self.fill()
        self.assertEqual(
            self.rows(activity, "kind", "event", "direction", "name", "partner_id", "user_id"),
            [("activity", "done", "none", "Ask about the roof", self.anna, self.seller)],
        )
        # Done today: at noon or when it was done, whatever is earlier, so never in the future.
        noon = datetime.combine(activity.date_done, datetime.min.time()) + timedelta(hours=12)
        [(date,)] = self.rows(activity, "date")
        self.assertEqual(date, min(noon, activity.write_date))

    def test_call_has_a_channel_and_costs_by_the_rate_of_the_day(self):
        self.set_rate("phone", 60.0)
        self.set_rate("phone", 99.0, date_from="2099-01-01")
        call = self.activity(self.anna, "mail.mail_activity_data_call")
        call.action_done()
        self.fill()
        phone = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        self.assertEqual(
            self.rows(call, "kind", "direction", "channel_id", "cost", "currency_id"),
            [("call", "out", phone, 60.0, self.env.company.currency_id)],
        )

    def test_activity_on_a_lead_belongs_to_lead_and_contact(self):
        lead = self.env["crm.lead"].create({"name": "Roof", "partner_id": self.anna.id})
        anonymous = self.env["crm.lead"].create({"name": "Roof", "email_from": "c@roof.example"})
        done, unknown = self.activity(lead), self.activity(anonymous)
        (done + unknown).action_done()
        self.fill()
        self.assertEqual(self.rows(done, "partner_id", "lead_id"), [(self.anna, lead)])
        self.assertEqual(
            self.rows(unknown, "partner_id", "lead_id", "email_normalized"),
            [(self.env["res.partner"], anonymous, "c@roof.example")],
        )

    def test_activity_about_a_colleague_or_another_document_is_no_touch(self):
        activity = self.activity(self.colleague.partner_id)
        channel = self.activity(self.env["product.template"].create({"name": "Tile"}))
        (activity + channel).action_done()
        self.fill()
        self.assertEqual(self.rows(activity + channel, "event"), [])

    def test_reopened_activity_is_voided(self):
        activity = self.activity(self.anna)
        activity.action_done()
        self.fill()
        activity.active = True
        self.fill()
        self.assertEqual(self.rows(activity, "voided"), [(True,)])


@tagged("post_install", "-at_install")
class TestTouchpointMessages(touchpoint_common.TouchpointCase):
    def post(self, record, user=None, **values):
        return record.with_user(user or self.env.user).message_post(
            **{"body": Markup("<p>secret text</p>"), "subject": "Your roof", **values}
        )

    def outgoing(self, **values):
        return self.post(
            self.anna,
            self.seller,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
            **values,
        )

    def test_mail_to_a_customer(self):
        self.set_rate("email", 0.5)
        message = self.outgoing()
        self.fill()
        email = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        self.assertEqual(
            self.rows(message, "kind", "direction", "channel_id", "partner_id", "user_id", "name"),
            [("mail", "out", email, self.anna, self.seller, "Your roof")],
        )
        self.assertEqual(self.rows(message, "cost"), [(0.5,)])

    def test_text_is_never_copied_and_the_subject_is_cut(self):
        message = self.outgoing(subject="s" * 500)
        self.fill()
        self.assertEqual(self.rows(message, "name"), [("s" * 120,)])
        row = self.Ledger.search([("res_model", "=", "mail.message")]).read()
        self.assertNotIn("secret text", str(row))

    def test_internal_note_is_no_touch(self):
        note = self.post(self.anna, self.seller, partner_ids=self.colleague.partner_id.ids)
        hidden = self.outgoing()
        hidden.is_internal = True
        self.fill()
        self.assertEqual(self.rows(note + hidden, "event"), [])

    def test_comment_among_colleagues_is_no_touch(self):
        message = self.post(
            self.anna,
            self.seller,
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.colleague.partner_id.ids,
        )
        self.fill()
        self.assertEqual(self.rows(message, "event"), [])

    def test_mail_from_a_known_and_an_unknown_person(self):
        lead = self.env["crm.lead"].create({"name": "Roof", "user_id": self.seller.id})
        known = self.post(
            lead, message_type="email", author_id=self.bert.id, subtype_xmlid="mail.mt_comment"
        )
        unknown = self.post(
            lead,
            message_type="email",
            author_id=False,
            email_from='"Carl" <Carl@Roof.example>',
            subtype_xmlid="mail.mt_comment",
        )
        self.fill()
        columns = ("direction", "partner_id", "lead_id", "email_normalized")
        self.assertEqual(self.rows(known, *columns), [("in", self.bert, lead, False)])
        self.assertEqual(
            self.rows(unknown, *columns),
            [("in", self.env["res.partner"], lead, "carl@roof.example")],
        )

    def test_mail_comes_in_for_the_company_of_the_salesperson(self):
        """Whoever fetches the mail works in some company; that says nothing about the customer."""
        branch = self.env["res.company"].create({"name": "Ledger branch"})
        keeper = new_test_user(
            self.env,
            "ledger_keeper",
            "sales_team.group_sale_salesman",
            company_id=branch.id,
            company_ids=[(6, 0, branch.ids)],
        )
        self.customer.user_id = keeper
        mail = {"message_type": "email", "subtype_xmlid": "mail.mt_comment"}
        for_branch = self.post(self.anna, author_id=self.anna.id, **mail)
        for_nobody = self.post(self.other, author_id=self.other.id, **mail)
        self.fill()
        self.assertEqual(self.rows(for_branch, "company_id"), [(branch,)])
        self.assertEqual(self.rows(for_nobody, "company_id"), [(self.env.company,)])

    def test_notices_of_the_system_and_other_documents_are_no_touches(self):
        notice = self.post(self.anna, message_type="notification", subtype_xmlid="mail.mt_comment")
        product = self.env["product.template"].create({"name": "Tile"})
        elsewhere = self.post(product, subtype_xmlid="mail.mt_comment", partner_ids=self.anna.ids)
        self.fill()
        self.assertEqual(self.rows(notice + elsewhere, "event"), [])

    def test_old_messages_are_neither_copied_nor_kept(self):
        self.env["ir.config_parameter"].set_param("crm_customer_insight.message_months", 6)
        old, recent = self.outgoing(), self.outgoing()
        old.date = fields.Datetime.now() - timedelta(days=220)
        self.fill()
        self.assertEqual(self.rows(old + recent, "res_id"), [(recent.id,)])
        recent.date = fields.Datetime.now() - timedelta(days=220)
        self.env.cr.execute(
            "UPDATE crm_touchpoint SET date = %s WHERE res_id = %s AND res_model = 'mail.message'",
            (recent.date, recent.id),
        )
        self.assertEqual(self.Ledger._purge_messages(), 1)
        self.assertEqual(self.rows(recent, "event"), [])

    def test_old_messages_that_cost_something_are_kept(self):
        self.set_rate("email", 0.5)
        message = self.outgoing()
        self.fill()
        self.env.cr.execute("UPDATE crm_touchpoint SET date = '2001-01-01'")
        self.assertEqual(self.Ledger._purge_messages(), 0)
        self.assertEqual(self.rows(message, "cost"), [(0.5,)])

"""Mailings in the touch ledger (C360-1)."""

from datetime import datetime

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_upsert import batch_of
from odoo.addons.crm_customer_insight.tests import touchpoint_common

SENT = datetime(2026, 5, 4, 8, 0)
OPENED = datetime(2026, 5, 4, 9, 0)
CLICKED = datetime(2026, 5, 4, 9, 5)
REPLIED = datetime(2026, 5, 5, 7, 30)


@tagged("post_install", "-at_install")
class TestTouchpointMailing(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Spring"})
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "New roofs",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "campaign_id": cls.campaign.id,
                "user_id": cls.seller.id,
                "body_html": "<p>secret text</p>",
            }
        )

    def trace(self, record, **values):
        return self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing.id,
                "model": record._name,
                "res_id": record.id,
                "email": "anna@miller.example",
                "trace_status": "sent",
                "sent_datetime": SENT,
                **values,
            }
        )

    def test_every_step_of_a_mailing(self):
        self.set_rate("email", 0.5)
        trace = self.trace(
            self.anna,
            trace_status="reply",
            open_datetime=OPENED,
            links_click_datetime=CLICKED,
            reply_datetime=REPLIED,
        )
        self.fill()
        self.assertEqual(
            self.rows(trace, "event", "direction", "date", "cost"),
            [
                ("clicked", "in", CLICKED, 0.0),
                ("opened", "in", OPENED, 0.0),
                ("replied", "in", REPLIED, 0.0),
                ("sent", "out", SENT, 0.5),
            ],
        )
        email = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        self.assertEqual(
            set(self.rows(trace, "kind", "name", "partner_id", "campaign_id", "channel_id")),
            {("mailing", "New roofs", self.anna, self.campaign, email)},
        )

    def test_sent_first_opened_later(self):
        trace = self.trace(self.anna)
        self.fill()
        self.assertEqual(self.rows(trace, "event"), [("sent",)])
        trace.set_opened()
        self.fill()
        self.assertEqual(self.rows(trace, "event"), [("opened",), ("sent",)])

    def test_bounced(self):
        trace = self.trace(self.anna, trace_status="bounce")
        self.fill()
        self.assertEqual(
            self.rows(trace, "event", "direction"), [("bounced", "none"), ("sent", "out")]
        )

    def test_not_sent_failed_cancelled_and_test_mails_are_no_touches(self):
        traces = self.env["mailing.trace"]
        for status in ("outgoing", "process", "error", "cancel"):
            traces += self.trace(self.anna, trace_status=status)
        traces += self.trace(self.anna, is_test_trace=True)
        self.fill()
        self.assertEqual(self.rows(traces, "event"), [])

    def test_lead_with_and_without_a_contact(self):
        known = self.env["crm.lead"].create({"name": "Roof", "partner_id": self.bert.id})
        unknown = self.env["crm.lead"].create({"name": "Roof", "email_from": "c@roof.example"})
        traces = self.trace(known) + self.trace(unknown, email="C@Roof.example")
        self.fill()
        self.assertEqual(
            self.rows(traces, "partner_id", "lead_id", "email_normalized"),
            [
                (self.bert, known, False),
                (self.env["res.partner"], unknown, "c@roof.example"),
            ],
        )

    def test_list_member_is_adopted_when_his_address_becomes_known(self):
        member = self.env["mailing.contact"].create({"name": "Carl", "email": "carl@roof.example"})
        trace = self.trace(member, email="carl@roof.example")
        self.fill()
        self.assertEqual(
            self.rows(trace, "partner_id", "email_normalized"),
            [(self.env["res.partner"], "carl@roof.example")],
        )
        carl = self.env["res.partner"].create({"name": "Carl", "email": "carl@roof.example"})
        self.fill()
        self.assertEqual(self.rows(trace, "partner_id", "adopted"), [(carl, True)])

    def test_mail_to_a_colleague_is_no_touch(self):
        trace = self.trace(self.colleague.partner_id)
        self.fill()
        self.assertEqual(self.rows(trace, "event"), [])

    def test_mail_of_a_mailing_in_the_chatter_is_not_counted_twice(self):
        message = self.anna.message_post(
            body="New roofs",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        self.trace(self.anna, message_id=message.message_id)
        self.fill()
        self.assertEqual(self.rows(message, "event"), [])

    def test_deleted_campaign_leaves_the_touch(self):
        trace = self.trace(self.anna)
        self.fill()
        self.mailing.campaign_id = False
        self.campaign.unlink()
        self.fill()
        self.assertEqual(
            self.rows(trace, "campaign_id", "voided"), [(self.env["utm.campaign"], False)]
        )

    def test_deleted_mailing_voids_its_touches(self):
        trace = self.trace(self.anna)
        self.fill()
        self.mailing.unlink()
        self.env.flush_all()
        self.assertEqual(self.Ledger._sweep(), 1)
        self.assertEqual(self.rows(trace, "voided"), [(True,)])

    def test_batch_is_read_by_its_index(self):
        self.env.cr.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;"
            " SET LOCAL enable_bitmapscan = off"
        )
        [provider] = [p for p in self.Ledger._touchpoint_providers() if p.code == "mailing_trace"]
        query = batch_of(provider, ("-infinity", 0), datetime(2099, 1, 1), 10)
        plan = str(self.env.execute_query(SQL("EXPLAIN %s", query)))
        self.assertIn("mailing_trace_insight_fill_idx", plan)

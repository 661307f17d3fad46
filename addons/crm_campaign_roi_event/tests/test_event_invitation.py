"""Invitations to an event as waves (ROI-1)."""

import re

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_event import DAY, NOW, EventCase

LINK = re.compile(r"/campaign/event/(\d+)/(\d+-\w+)")


@tagged("post_install", "-at_install")
class TestEventInvitation(EventCase):
    def _links(self, wave=None):
        """``{name: [(row, token)]}`` of the mails of the wave."""
        mailings = (wave or self.wave).mailing_ids
        mails = self.env["mail.mail"].search([("mailing_id", "in", mailings.ids)])
        people = self.env["res.partner"]
        return {
            people.browse(mail.res_id).name: [
                (int(row), token) for row, token in LINK.findall(str(mail.body_html))
            ]
            for mail in mails
        }

    def test_everybody_gets_his_own_link(self):
        """Five of the six have granted mails; each link leads to its person's row."""
        mails = self._go()
        self.assertEqual(len(mails), 5)
        links = self._links()
        self.assertEqual(sorted(links), ["Anna", "Bert", "Carl", "Dora", "Emil"])
        for name, [(row_id, token)] in links.items():
            row, expired = self.env["crm.campaign.delivery"]._by_event_token(row_id, token)
            self.assertEqual(row.partner_id.name, name)
            self.assertTrue(expired)  # today; not then, see below
        self.assertEqual(len({token for [(_row, token)] in links.values()}), 5)

    def test_the_mail_says_what_when_and_where(self):
        self._go()
        mail = self.env["mail.mail"].search(
            [("mailing_id", "in", self.wave.mailing_ids.ids)], limit=1
        )
        body = str(mail.body_html)
        self.assertIn("Seminar", body)
        self.assertIn("Europe/Berlin", body)
        self.assertRegex(body, r"March 12, 2026, 1:00\sPM - 5:00\sPM")  # 12:00 to 16:00 UTC
        self.assertIn("Yes, I will come", body)
        self.assertNotIn("[[", body)

    def test_a_lead_without_a_contact_has_a_link_of_its_own(self):
        self.campaign.audience_ids.member_ids = [fields.Command.create({"lead_id": self.lead.id})]
        self._go()
        mailing = self.wave.mailing_ids.filtered(lambda m: m.mailing_model_real == "crm.lead")
        mail = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        [(row_id, _token)] = LINK.findall(str(mail.body_html))
        self.assertEqual(int(row_id), self._row(self.wave, self.lead).id)

    def test_tokens_end_and_are_for_one_row(self):
        self._go()
        [(row_id, token)] = self._links()["Anna"]
        [(other, _token)] = self._links()["Bert"]
        forged = token[:-1] + ("1" if token.endswith("0") else "0")
        rows = self.env["crm.campaign.delivery"]
        with self._at(NOW + DAY):
            self.assertEqual(rows._by_event_token(row_id, token)[1], False)
            self.assertFalse(rows._by_event_token(other, token)[0])
            self.assertFalse(rows._by_event_token(row_id, forged)[0])
            self.assertFalse(rows._by_event_token(row_id, "9" + token)[0])
            self.assertFalse(rows._by_event_token(10**9, token)[0])
            self.assertFalse(rows._by_event_token(row_id, "")[0])
        with self._at(NOW + 12 * DAY):
            self.assertEqual(rows._by_event_token(row_id, token), (rows.browse(row_id), True))

    def test_what_is_missing_is_said(self):
        empty = self._wave("Empty", method="event", body_html="<p>Come!</p>")
        missing = " ".join(empty._missing())
        self.assertIn("names no event", missing)
        self.assertIn("[[registration]]", missing)
        with self._at(NOW + 30 * DAY), self.assertRaisesRegex(UserError, "over"):
            self.wave.with_user(self.mara).action_start()

    def test_the_event_stays_once_the_wave_has_begun(self):
        self._go()
        with self.assertRaisesRegex(UserError, "has begun"):
            self.wave.event_id = self._event("Another")

    @mute_logger("odoo.addons.mass_mailing.models.mailing")
    def test_killed_half_way_nobody_is_invited_twice(self):
        """Four are invited before the job is killed. The next job sends the last one."""
        mailing = self._go_killed()
        self.assertEqual(len(mailing.mailing_trace_ids), 4)
        with self._at(NOW), self.mock_mail_gateway():
            mailing._action_send_mail()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(len(mailing.mailing_trace_ids), 5)
        self.assertEqual(len(set(mailing.mailing_trace_ids.mapped("res_id"))), 5)

    def test_links_of_many_cost_no_more_queries(self):
        many = self._people([f"Many{number}" for number in range(45)])
        self._permit(many)
        self.campaign.audience_ids.member_ids = [
            fields.Command.create({"partner_id": person.id}) for person in many
        ]
        with self._at(NOW):
            self._start(self.wave)
        self._run(self.wave)

        def queries(people):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            texts = self.wave._places("res.partner", people.ids)
            self.assertTrue(all("registration" in text for text in texts.values()))
            return self.env.cr.sql_log_count - before

        queries(many)
        self.assertEqual(queries(many[:4]), queries(many[:40]))

    def test_marketers_choose_events_and_see_campaigns_of_them(self):
        event = self.event.with_user(self.mara)
        self.assertEqual(event.campaign_count, 1)
        action = event.action_open_campaigns()
        found = self.env["utm.campaign"].with_user(self.mara).search(action["domain"])
        self.assertEqual(found, self.campaign)
        self.assertFalse(event.has_access("write"))

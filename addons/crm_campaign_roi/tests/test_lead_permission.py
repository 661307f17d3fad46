"""What a lead without a contact allowed is kept with the contact that is made of it (ROI-1)."""

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_waves import NOW, WaveCase

SAID = Datetime.to_datetime("2026-02-20 10:00:00")


@tagged("post_install", "-at_install")
class TestLeadPermission(WaveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.namesake.unlink()
        cls.lead.user_id = cls.sam

    def _record(self, user, **values):
        dialog = self.env["crm.campaign.lead.permission"].with_user(user)
        opened = {"active_model": "crm.lead", "active_id": self.lead.id}
        row = dialog.with_context(**opened).create(
            {"origin": "written", "origin_note": "Card at the fair", "date": SAID, **values}
        )
        row.action_record()
        self.env.flush_all()
        return self.lead.partner_id

    def _permission(self, partner):
        return self.env["crm.contact.permission"].search([("partner_id", "=", partner.id)])

    def _state(self, method="mail"):
        wave = self._wave(method=method)
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.lead)
        return row.state, row.reason

    def test_the_lead_becomes_a_contact_with_permission(self):
        """By the salesperson of the lead, and by a marketer, who only reads leads."""
        for user in (self.sam, self.mara):
            with self.subTest(user=user.login), self.cr.savepoint() as point:
                self.assertEqual(self._state(), ("left_out", "no_permission"))
                contact = self._record(user)
                self.assertEqual(contact.email, "gustav@waves.example.com")
                self.assertEqual(contact.user_id, self.sam)
                row = self._permission(contact)
                self.assertEqual(
                    (row.channel_id, row.state, row.origin, row.origin_note, row.date, row.user_id),
                    (self.email, "granted", "written", "Card at the fair", SAID, user),
                )
                self.assertEqual(self._state(), ("planned", False))
                point.rollback()
                self.env.invalidate_all()

    def test_opened_from_the_delivery(self):
        """Marketers do not open leads."""
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        opened = {
            "active_model": "crm.campaign.delivery",
            "active_id": self._row(wave, self.lead).id,
        }
        dialog = self.env["crm.campaign.lead.permission"].with_user(self.mara)
        self.assertEqual(
            dialog.with_context(**opened).default_get(["lead_id"])["lead_id"], self.lead.id
        )

    def test_a_contact_with_the_address_is_the_lead(self):
        known = self.env["res.partner"].create(
            {"name": "Gustav", "email": "gustav@waves.example.com", "user_id": self.sam.id}
        )
        self.assertEqual(self._record(self.sam), known)
        self.assertEqual(self._permission(known).state, "granted")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_of_a_contact_whoever_looks_after_it_records(self):
        """A lead opens no way around the rules of permissions."""
        self.env["res.partner"].create(
            {"name": "Gustav", "email": "gustav@waves.example.com", "user_id": self.sam.id}
        )
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._record(self.mara)
        other = self._user("sue_sales", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._record(other)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._record(self.emma)

    def _tick(self, **values):
        """The lead got a letter with its link, opened the form and ticked the box."""
        wave = self._wave("Letter", method="letter")
        self._start(wave)
        self._run(wave)
        form = self.env["crm.campaign.form"].create(
            {"name": "Pond", "campaign_id": self.campaign.id}
        )
        return self.env["crm.campaign.form.answer"].create(
            {
                "form_id": form.id,
                "lead_id": self.lead.id,
                "delivery_id": self._row(wave, self.lead).id,
                "email_normalized": "gustav@waves.example.com",
                "consented": True,
                "consent": "Write to me",
                "date": NOW,
                **values,
            }
        )

    def _made(self, **values):
        contact = self.env["res.partner"].create(
            {"name": "Gustav", "email": "gustav@waves.example.com", **values}
        )
        self.lead.partner_id = contact
        return self._permission(contact)

    def test_what_the_lead_ticked_its_contact_has(self):
        self._tick()
        row = self._made()
        self.assertEqual(
            (row.channel_id, row.state, row.origin, row.origin_note, row.date),
            (self.email, "granted", "form", "Pond: Write to me", NOW),
        )
        self.lead.partner_id = row.partner_id
        every = self._permission(row.partner_id).with_context(active_test=False)
        self.assertEqual(every.search_count([("partner_id", "=", row.partner_id.id)]), 1)

    def test_what_was_said_later_stands(self):
        self._tick()
        contact = self.env["res.partner"].create(
            {"name": "Gustav", "email": "gustav@waves.example.com"}
        )
        self._permit(contact, state="denied", date=NOW.replace(day=NOW.day + 1))
        self.lead.partner_id = contact
        self.assertEqual(self._permission(contact).state, "denied")

    def test_of_an_address_that_anybody_typed_nothing_comes(self):
        self._tick(delivery_id=False)
        self.assertFalse(self._made())

    def test_another_address_may_be_somebody_else(self):
        self._tick()
        self.assertFalse(self._made(email="accounts@waves.example.com"))

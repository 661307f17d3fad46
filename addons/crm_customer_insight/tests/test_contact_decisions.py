"""Whether and when contacts may be contacted (C360-2, ROI-1). Moments are UTC."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .contact_common import NOON, ContactCase


@tagged("post_install", "-at_install")
class TestContactDecisions(ContactCase):
    # Permissions

    def test_marketing_needs_a_permission_and_service_does_not(self):
        self.assertEqual(self.codes(self.anna, self.email), ["no_permission"])
        self.assertEqual(self.codes(self.anna, self.email, marketing=False), [])
        self.permit(self.anna, self.email)
        decision = self.decide(self.anna, self.email)
        self.assertTrue(decision.allowed)
        self.assertEqual(decision.earliest, NOON)

    def test_letters_need_none_but_respect_a_denial(self):
        self.assertEqual(self.codes(self.carl, self.letter), [])
        self.permit(self.carl, self.letter, "denied")
        self.assertEqual(self.codes(self.carl, self.letter), ["denied"])
        self.assertEqual(self.codes(self.carl, self.letter, marketing=False), [])

    def test_a_contact_without_an_answer_has_his_company_s(self):
        self.permit(self.acme, self.email, "denied")
        decision = self.decide(self.bert, self.email)
        self.assertEqual(decision.reasons[0].code, "denied")
        self.assertTrue(decision.reasons[0].data["inherited"])
        self.permit(self.bert, self.email)
        self.assertTrue(self.decide(self.bert, self.email).allowed)
        self.assertEqual(self.codes(self.acme, self.email), ["denied"])

    def test_another_channel_s_answer_does_not_count(self):
        self.permit(self.anna, self.sms)
        self.assertEqual(self.codes(self.anna, self.phone), ["no_permission"])

    def test_only_the_current_permission_counts(self):
        permission = self.permit(self.anna, self.email)
        permission.write({"state": "denied", "origin": "written"})
        self.assertEqual(self.codes(self.anna, self.email), ["denied"])

    # Who and where

    def test_archived_contact(self):
        self.permit(self.carl, self.email)
        self.carl.active = False
        self.assertEqual(self.codes(self.carl, self.email), ["archived"])
        self.assertEqual(self.codes(self.carl, self.email, marketing=False), ["archived"])

    def test_missing_addresses(self):
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        for channel in (self.email, self.phone, self.sms, self.letter, self.visit):
            self.assertEqual(self.codes(nobody, channel, marketing=False), ["no_address"])
        self.assertEqual(self.codes(nobody, self.branch, marketing=False), [])

    def test_half_a_number_is_no_address(self):
        half = self.env["res.partner"].create({"name": "Half", "phone": "12", "email": "no mail"})
        self.assertEqual(self.codes(half, self.phone, marketing=False), ["no_address"])
        self.assertEqual(self.codes(half, self.email, marketing=False), ["no_address"])

    def test_a_further_number_is_an_address(self):
        self.env["crm.contact.number"].create(
            {"partner_id": self.carl.id, "raw": "+1 212 555 0100", "e164": "+12125550100"}
        )
        self.assertEqual(self.codes(self.carl, self.phone, marketing=False), [])

    def test_mail_blacklist_stops_mail_for_both_purposes(self):
        self.permit(self.anna, self.email)
        entry = self.env["mail.blacklist"]._add("Anna@Acme.example")
        self.assertEqual(self.codes(self.anna, self.email), ["blacklisted"])
        self.assertEqual(self.codes(self.anna, self.email, marketing=False), ["blacklisted"])
        self.assertEqual(self.codes(self.anna, self.phone, marketing=False), [])
        entry.active = False
        self.assertEqual(self.codes(self.anna, self.email), [])

    def test_phone_blacklist_stops_calls_and_texts(self):
        self.env["phone.blacklist"].create({"number": "+32470123456"})
        for channel in (self.phone, self.sms):
            self.assertEqual(self.codes(self.anna, channel, marketing=False), ["blacklisted"])
        self.assertEqual(self.codes(self.anna, self.email, marketing=False), [])

    def test_a_blacklisted_further_number_stops_calls(self):
        self.env["crm.contact.number"].create(
            {"partner_id": self.anna.id, "raw": "0470 99 99 99", "e164": "+32470999999"}
        )
        self.env["phone.blacklist"].create({"number": "+32470999999"})
        self.assertEqual(self.codes(self.anna, self.phone, marketing=False), ["blacklisted"])

    def test_a_shared_mail_address_is_blacklisted_for_all(self):
        self.carl.email = "anna@acme.example"
        self.env["mail.blacklist"]._add("anna@acme.example")
        found = (self.anna | self.carl)._contact_decisions(self.email, NOON, marketing=False)
        self.assertFalse(found[self.anna.id].allowed)
        self.assertFalse(found[self.carl.id].allowed)

    # Quiet hours

    def test_quiet_over_midnight_in_shanghai(self):
        # quiet 19:00-08:30 in Shanghai (UTC+8): NOON is 20:00 there, 08:30 is 00:30 UTC next day
        self.permit(self.anna, self.phone, quiet_from=19, quiet_to=8.5)
        decision = self.decide(self.anna, self.phone)
        self.assertEqual([r.code for r in decision.reasons], ["quiet_hours"])
        self.assertEqual(decision.earliest, datetime(2026, 3, 5, 0, 30))
        before = datetime(2026, 3, 4, 10, 59, 59)
        self.assertTrue(self.decide(self.anna, self.phone, before).allowed)
        self.assertFalse(self.decide(self.anna, self.phone, before + timedelta(seconds=1)).allowed)

    def test_quiet_over_midnight_in_new_york_on_the_day_of_the_change(self):
        # 8 March 2026: 22:00 EST is 03:00 UTC, 08:00 EDT is 12:00 UTC
        self.carl.phone = "+1 212 555 0100"
        self.permit(self.carl, self.phone, quiet_from=22, quiet_to=8)
        self.assertTrue(self.decide(self.carl, self.phone, datetime(2026, 3, 8, 2, 59)).allowed)
        decision = self.decide(self.carl, self.phone, datetime(2026, 3, 8, 3, 0))
        self.assertEqual(decision.earliest, datetime(2026, 3, 8, 12, 0))

    def test_without_a_zone_the_company_s_zone_counts(self):
        # Bert has none, Acme is in Brussels (UTC+1): quiet 12:30-14:00 covers 13:00, ends 13:00 UTC
        self.permit(self.bert, self.email, quiet_from=12.5, quiet_to=14)
        self.assertEqual(self.decide(self.bert, self.email).earliest, datetime(2026, 3, 4, 13, 0))

    # Contact pressure

    def test_the_window_slides_to_the_minute(self):
        self.permit(self.anna, self.email)
        self.pressure(1, 7, channel_id=self.email.id)
        self.touch(self.anna, self.email, 0, date=datetime(2026, 3, 1, 9, 17))
        decision = self.decide(self.anna, self.email)
        self.assertEqual(decision.earliest, datetime(2026, 3, 8, 9, 17))
        minute_before = self.decide(self.anna, self.email, datetime(2026, 3, 8, 9, 16))
        self.assertEqual(minute_before.earliest, datetime(2026, 3, 8, 9, 17))
        self.assertTrue(self.decide(self.anna, self.email, datetime(2026, 3, 8, 9, 17)).allowed)

    def test_all_channels_together(self):
        self.permit(self.anna, self.phone)
        self.pressure(2, 10)
        self.touch(self.anna, self.email, 2)
        self.assertTrue(self.decide(self.anna, self.phone).allowed)
        self.touch(self.anna, self.visit, 6)
        self.assertEqual(self.decide(self.anna, self.phone).earliest, NOON + timedelta(days=4))

    def test_only_our_own_contacts_through_a_channel_count(self):
        self.permit(self.anna, self.phone)
        self.pressure(1, 30)
        self.touch(self.anna, self.phone, 1, direction="in")
        self.touch(self.anna, self.phone, 1, direction="none")
        self.touch(self.anna, self.phone, 1, voided=True)
        self.touch(self.anna, None, 1, kind="invoice")
        self.touch(self.bert, self.phone, 1)
        self.touch(self.anna, self.phone, -1)
        self.assertTrue(self.decide(self.anna, self.phone).allowed)
        self.touch(self.anna, self.phone, 1)
        self.assertEqual(self.codes(self.anna, self.phone), ["pressure"])

    def test_rules_by_tier_of_the_customer(self):
        self.permit(self.acme, self.phone)
        self.permit(self.carl, self.email)
        self.pressure(1, 30, tier="D")
        self.touch(self.anna, self.phone, 1)
        self.touch(self.carl, self.email, 1)
        self.tier(self.acme, "D")
        self.tier(self.carl, "A")
        self.assertEqual(self.codes(self.anna, self.phone), ["pressure"])
        self.assertTrue(self.decide(self.carl, self.email).allowed)

    def test_the_tier_in_the_company_goes_before_the_tier_over_all(self):
        self.permit(self.carl, self.email)
        self.pressure(1, 30, tier="D")
        self.touch(self.carl, self.email, 1)
        self.tier(self.carl, "D")
        self.assertFalse(self.decide(self.carl, self.email).allowed)
        self.tier(self.carl, "B", self.env.company)
        self.assertTrue(self.decide(self.carl, self.email).allowed)

    def test_archived_rules_and_those_of_other_companies_do_not_apply(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.permit(self.carl, self.email)
        self.touch(self.carl, self.email, 1)
        self.pressure(1, 30, active=False)
        self.pressure(1, 30, company_id=other.id)
        self.assertTrue(self.decide(self.carl, self.email).allowed)
        there = self.carl.with_company(other)._contact_decisions(self.email, NOON)
        self.assertFalse(there[self.carl.id].allowed)

    def test_all_reasons_are_told(self):
        self.permit(self.anna, self.phone, "denied", quiet_from=19, quiet_to=8)
        self.pressure(1, 7)
        self.touch(self.anna, self.phone, 1)
        self.env["phone.blacklist"].create({"number": "+32470123456"})
        decision = self.decide(self.anna, self.phone)
        self.assertEqual(
            [reason.code for reason in decision.reasons],
            ["blacklisted", "denied", "pressure", "quiet_hours"],
        )
        self.assertIsNone(decision.earliest)

    # Many at once

    def _many(self, count):
        partners = self.env["res.partner"].create(
            [
                {"name": f"P{n}", "email": f"p{n}@many.example", "tz": "Europe/Brussels"}
                for n in range(count)
            ]
        )
        self.env["crm.contact.permission"].create(
            [
                {
                    "partner_id": partner.id,
                    "channel_id": self.email.id,
                    "state": "granted",
                    "origin": "form",
                }
                for partner in partners
            ]
        )
        for partner in partners[:5]:
            self.touch(partner, self.email, 1)
        self.env.flush_all()
        return partners

    def _queries(self, function):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_contacts(self):
        self.pressure(1, 7, channel_id=self.email.id)
        few, many = self._many(10), self._many(100)

        def ask(partners):
            return self._queries(lambda: partners._contact_decisions(self.email, NOON))

        ask(few)
        self.assertEqual(ask(few), ask(many))
        # rules, contacts, permissions, touches and the channel
        self.assertLessEqual(ask(many), 6)

    def test_each_of_many_contacts_gets_an_answer(self):
        self.pressure(1, 7, channel_id=self.email.id)
        many = self._many(20)
        found = many._contact_decisions(self.email, NOON)
        self.assertEqual(len(found), 20)
        self.assertEqual(sum(not decision.allowed for decision in found.values()), 5)

    def test_nobody_to_ask_about(self):
        self.assertEqual(self.env["res.partner"]._contact_decisions(self.email, NOON), {})

    # For screens

    def test_the_screen_gets_every_outbound_channel_with_words(self):
        self.permit(self.anna, self.email, "denied")
        self.permit(self.anna, self.phone, preferred=True, quiet_from=19, quiet_to=8.5)
        self.pressure(1, 7, channel_id=self.phone.id, name="One call a week")
        self.touch(self.anna, self.phone, 1)
        [answer] = self.anna.with_user(self.sam).get_contact_decisions("2026-03-04 12:00:00")
        self.assertEqual(answer["partner_id"], self.anna.id)
        found = {channel["name"]: channel for channel in answer["channels"]}
        self.assertNotIn(self.branch.name, found)
        self.assertTrue(found["Phone"]["preferred"])
        # the call of 3 March 12:00 leaves on 10 March 12:00 = 20:00 there; quiet until 00:30 UTC
        self.assertEqual(found["Phone"]["earliest"], "2026-03-11 00:30:00")
        self.assertEqual(
            [reason["text"] for reason in found["Phone"]["reasons"]],
            ["One call a week: 1 of 1 contacts made.", "Quiet hours 19:00-08:30, local time."],
        )
        self.assertEqual(found["E-mail"]["reasons"][0]["text"], "Denied by the contact.")
        self.assertIs(found["E-mail"]["earliest"], False)

    def test_the_touches_behind_a_reason_can_be_opened(self):
        self.permit(self.anna, self.phone)
        self.pressure(1, 7)
        counted = self.touch(self.anna, self.email, 1)
        self.touch(self.anna, self.email, 8)
        [answer] = self.anna.get_contact_decisions("2026-03-04 12:00:00")
        [phone] = [c for c in answer["channels"] if c["channel_id"] == self.phone.id]
        domain = phone["reasons"][0]["touches"]
        self.assertEqual(self.env["crm.touchpoint"].search(domain), counted)

    def test_every_reason_has_words(self):
        silent = self.env["res.partner"].create({"name": "Silent", "active": False})
        self.permit(self.acme, self.email, "denied")
        self.env["mail.blacklist"]._add("bert@acme.example")
        self.env["phone.blacklist"].create({"number": "+32470123456"})
        answers = (silent | self.bert | self.anna).get_contact_decisions("2026-03-04 12:00:00")
        texts = {
            reason["text"]
            for answer in answers
            for channel in answer["channels"]
            for reason in channel["reasons"]
        }
        self.assertEqual(
            texts,
            {
                "The contact is archived.",
                "No valid e-mail address.",
                "No valid telephone number.",
                "No postal address.",
                "No permission is recorded.",
                "Denied by his company.",
                "The e-mail address is on the blacklist.",
                "The telephone number is on the blacklist.",
            },
        )

    def test_the_screen_checks_who_asks(self):
        stranger = self.env["res.partner"].create(
            {"name": "Far", "company_id": self.env["res.company"].create({"name": "Far"}).id}
        )
        with self.assertRaises(AccessError):
            stranger.with_user(self.sam).get_contact_decisions()
        with self.assertRaises(AccessError):
            self.anna.with_user(self.bob).get_contact_decisions()
        # sue sells to others, but may see whether she may call
        [answer] = self.anna.with_user(self.sue).get_contact_decisions()
        self.assertTrue(answer["channels"])

    def test_the_answer_is_the_same_for_everybody(self):
        self.permit(self.carl, self.email)
        self.pressure(1, 7)
        self.touch(self.carl, self.email, 1)
        for user in (self.sam, self.sue, self.ana, self.mia):
            found = self.carl.with_user(user)._contact_decisions(self.email, NOON)
            self.assertEqual([r.code for r in found[self.carl.id].reasons], ["pressure"])

    def test_queries_of_the_screen_do_not_grow(self):
        few, many = self._many(5), self._many(50)

        def ask(partners):
            return self._queries(partners.get_contact_decisions)

        ask(few)
        self.assertEqual(ask(few), ask(many))

"""Invited people who are merged or erased (ROI-1, C360-6, GDPR article 17)."""

from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_persons import PersonsMixin

from .common_event import DAY, NOW, EventCase


@tagged("post_install", "-at_install")
class TestEventPersons(PersonsMixin, EventCase):
    def setUp(self):
        super().setUp()
        self._go()
        self.before = self._dangling()

    def _registered(self, person, **values):
        with self._at(NOW + DAY):
            return self._register(person, **values)

    # -- merged --------------------------------------------------------------------------------

    def test_a_registration_follows_and_its_link_goes_on(self):
        """Bert registered, Anna did not; Bert is Anna: his row and link stay, with her."""
        registration = self._registered(self.bert)
        row = self._row(self.wave, self.bert)
        url = row._event_url(row.id, self.event)
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual(registration.campaign_delivery_id, row)
        with self._at(NOW + DAY):
            self.assertEqual(row._by_event_token(row.id, url.rpartition("/")[2]), (row, False))
            self.assertTrue(row._event_page_values()["is_registered"])
            self.assertEqual(row._event_register({}), registration)
        self.assertEqual(self._dangling(), self.before)

    def test_of_two_registrations_who_came_is_the_person(self):
        """Both registered, Bert came: one of them stands for the row of Anna, and it is his."""
        hers, his = self._registered(self.anna), self._registered(self.bert)
        his.state = "done"
        row = self._row(self.wave, self.anna)
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual((hers.campaign_delivery_id.id, his.campaign_delivery_id), (False, row))
        self.assertEqual((hers.state, hers.utm_campaign_id), ("open", self.campaign))
        self.assertEqual(self._dangling(), self.before)

    def test_a_cancelled_one_follows_as_well(self):
        hers, his = self._registered(self.anna), self._registered(self.bert)
        his.state = "cancel"
        self._merge(self.bert, self.anna)
        row = self._row(self.wave, self.anna)
        self.assertEqual((hers.campaign_delivery_id, his.campaign_delivery_id), (row, row))

    def test_an_invitation_that_just_went_out_is_noted_first(self):
        """Two planned rows; Bert's mail has gone out and is not yet noted: his row stays."""
        wave = self._invitation()
        with self._at(NOW):
            self._start(wave)
        self._run(wave)
        bert = self._row(wave, self.bert)
        mailing = wave.mailing_ids.filtered(lambda one: one.mailing_model_real == "res.partner")
        trace = self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.bert.id,
                "trace_type": "mail",
                "trace_status": "sent",
            }
        )
        self.assertEqual(bert.state, "planned")
        self._merge(self.bert, self.anna)
        row = self._row(wave, self.anna)
        self.assertEqual((row, row.state, row.res_id), (bert, "sent", trace.id))

    def test_merged_leads(self):
        """Two leads, the second one registered: the head has its row and registration."""
        second = self.lead.copy({"email_from": "gustav2@waves.example.com"})
        self._permit(self.namesake.copy({"email": "gustav2@waves.example.com"}))
        campaign = self._campaign("Leads", audience_ids=self._members("L", [], self.lead | second))
        self._run_campaign(campaign)
        self.wave = self._invitation(campaign=campaign)
        self._go()
        row = self._row(self.wave, second)
        registration = self._registered(second)
        head = (self.lead | second).merge_opportunity()
        self._settle()
        self.assertEqual(self._row(self.wave, head), row)
        self.assertEqual(registration.campaign_delivery_id, row)
        self.assertEqual(self._dangling(), self.before)

    # -- erased --------------------------------------------------------------------------------

    def test_registrations_of_an_erased_person_tell_nothing(self):
        """By her invitation under another name, by her address, booked by her; not Bert's."""
        invited = self._registered(self.anna, name="A. Pond", email="ap@home.example.com")
        create = self.env["event.registration"].create
        other = self._event("Other")
        values = {"event_id": other.id, "phone": "+49 30 1"}
        address = create({**values, "name": "A.", "email": "Anna <ANNA@waves.example.com>"})
        booked = create({**values, "partner_id": self.anna.id, "email": "x@home.example.com"})
        ticket = create(
            {**values, "partner_id": self.anna.id, "name": "Bert", "email": "b@home.example.com"}
        )
        invited.message_post(body="A. Pond called")
        self.env.flush_all()
        self.anna._erase_person()
        for registration in invited | address | booked:
            self.assertFalse(registration.name)
            self.assertFalse(registration.email)
            self.assertFalse(registration.phone)
            self.assertFalse(registration.message_ids)
        self.assertEqual((ticket.name, ticket.email), ("Bert", "b@home.example.com"))
        self.assertEqual(invited.state, "open")

"""Registration, attendance and absence in the ledger, as responses and as facts (ROI-1)."""

from odoo.tests import tagged

from .common_event import DAY, NOW, EventCase


@tagged("post_install", "-at_install")
class TestEventResponses(EventCase):
    """Anna and Bert register by their links, Carl by himself with his address, Dora for another
    event; a stranger comes along. The event was in March 2026, which is over.
    """

    def setUp(self):
        super().setUp()
        self._go()
        registrations = self.env["event.registration"]
        with self._at(NOW + DAY):
            self.registered_anna = self._register(self.anna)
            self.registered_bert = self._register(self.bert, email="bert@home.example.com")
            common = {"event_id": self.event.id}
            self.registered_carl = registrations.create(
                {**common, "name": "Carl", "email": "Carl@waves.example.com"}
            )
            self.stranger = registrations.create(
                {**common, "name": "Stranger", "email": "stranger@example.com"}
            )
            self.registered_dora = registrations.create(
                {"event_id": self._event("Fair").id, "name": "Dora", "email": self.dora.email}
            )
        self._on(registrations.search([]), NOW + DAY)

    def _on(self, registrations, moment):
        """Odoo notes the moment of the transaction; the story is older."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE event_registration SET create_date = %s WHERE id IN %s",
            (moment, tuple(registrations.ids)),
        )
        registrations.invalidate_recordset()

    def _came(self, registration):
        registration.action_set_done()
        registration.date_closed = NOW + 10 * DAY

    def test_registrations_are_responses_of_the_targets(self):
        """Dora's is for another event, the stranger is no target."""
        self._fill()
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "registered", "Seminar"),
                ("Bert", "registered", "Seminar"),
                ("Carl", "registered", "Seminar"),
            ],
        )

    def test_nobody_is_absent_before_somebody_was_present(self):
        self._fill()
        self.assertEqual(self._responses("absent"), [])
        self._came(self.registered_anna)
        self._fill()
        self.assertEqual(
            self._responses("attended", "absent"),
            [
                ("Anna", "attended", "Seminar"),
                ("Bert", "absent", "Seminar"),
                ("Carl", "absent", "Seminar"),
            ],
        )

    def test_who_comes_late_is_not_absent_any_more(self):
        self._came(self.registered_anna)
        self._fill()
        self._came(self.registered_bert)
        self._fill()
        self.assertEqual(
            self._responses("attended", "absent"),
            [
                ("Anna", "attended", "Seminar"),
                ("Bert", "attended", "Seminar"),
                ("Carl", "absent", "Seminar"),
            ],
        )

    def test_a_cancelled_registration_is_taken_back(self):
        self._fill()
        self.registered_bert.action_cancel()
        self._fill()
        self.assertEqual([name for name, _kind, _wave in self._responses()], ["Anna", "Carl"])

    def test_who_cancelled_can_register_again(self):
        self.registered_bert.action_cancel()
        with self._at(NOW + DAY):
            new = self._register(self.bert)
        self.assertNotEqual(new, self.registered_bert)
        self.assertEqual(self._row(self.wave, self.bert)._event_registration(), new)

    def test_groups_lead_on(self):
        self._came(self.registered_anna)
        self._fill()
        groups = self.env["crm.campaign.response.group"]._make_usual(self.wave)
        counts = {group.name: group.member_count for group in groups}
        self.assertEqual(
            counts,
            {"No reply": 2, "Registered": 3, "Attended": 1, "Did not come": 2, "Bounced": 0},
        )

    def test_facts_for_audiences(self):
        self._came(self.registered_anna)
        self._fill()
        facts = self.env["crm.customer.fact"]
        found = facts._values(
            ["event_registered", "event_attended", "event_absent"], self.people.ids
        )
        event, fair = self.event.id, self.registered_dora.event_id.id
        self.assertEqual(
            found["event_registered"],
            {self.anna.id: [event], self.bert.id: [event], self.carl.id: [event],
             self.dora.id: [fair]},
        )  # fmt: skip
        self.assertEqual(found["event_attended"], {self.anna.id: [event]})
        self.assertEqual(found["event_absent"], {self.bert.id: [event], self.carl.id: [event]})
        condition = {"fact": "event_registered", "operator": "in", "value": [event]}
        self.assertEqual(facts._count(condition, level="contact"), 3)

    def test_the_ledger_costs_the_same_queries_for_many(self):
        registrations = self.env["event.registration"]

        def queries(number):
            registrations.create(
                [
                    {
                        "event_id": self.event.id,
                        "name": f"P{n}",
                        "email": f"p{number}-{n}@x.test",
                    }
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.touchpoint"]._fill(["event_registration"])
            self.env["crm.campaign.response"]._fill(self.campaign)
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(4), queries(40))

    def test_the_registration_knows_where_it_comes_from(self):
        self.assertEqual(self.registered_anna.utm_campaign_id, self.campaign)
        self.assertEqual(self.registered_anna.utm_source_id, self.wave.mailing_ids.source_id)
        self.assertFalse(self.registered_carl.utm_campaign_id)

    def test_the_page_of_the_event_recognizes_who_came_by_the_link(self):
        """As Odoo's own page does: several at once, one of them with the recipient's address."""
        row = self._row(self.wave, self.emil)
        registrations = self.env["event.registration"]
        values = [
            {"event_id": self.event.id, "name": "Guest", "email": "guest@example.com"},
            {"event_id": self.event.id, "name": "Emil", "email": "EMIL@waves.example.com"},
        ]
        model = type(registrations)
        original = model._campaign_invitation
        model._campaign_invitation = lambda self: row
        self.addCleanup(setattr, model, "_campaign_invitation", original)
        guest, emil = registrations.create(values)
        self.assertEqual(emil.campaign_delivery_id.id, row.id)
        self.assertFalse(guest.campaign_delivery_id)
        again = registrations.create({**values[1], "name": "Emil again"})
        self.assertFalse(again.campaign_delivery_id)

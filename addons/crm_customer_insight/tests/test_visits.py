"""Visit and inspection rounds: planned once per period, ending with updated facts (C360-4)."""

import datetime

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase

#: A Monday; periods are counted from it.
MONDAY = datetime.date(2026, 3, 2)


class VisitCase(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref("base.de")
        cls.fleet = cls.env["crm.profile.attribute"].create(
            {"name": "Fleet", "code": "visit_fleet", "type": "number", "valid_months": 6}
        )
        cls.rival = cls.env["crm.profile.attribute"].create(
            {"name": "Rival", "code": "visit_rival", "type": "char"}
        )

    @classmethod
    def _round(cls, partners, **values):
        return cls.env["crm.visit.round"].create(
            {
                "name": "Ports",
                "partner_ids": [(6, 0, partners.ids)],
                "interval_days": 14,
                "date_start": MONDAY,
                "horizon_days": 0,
                **values,
            }
        )

    @classmethod
    def _fact(cls, partner, attribute, value, days=0):
        return cls.env["crm.profile.value"].create(
            {
                "partner_id": partner.id,
                "attribute_id": attribute.id,
                "value": value,
                "date": cls._days_ago(days),
            }
        )

    def _visit(self, **values):
        return (
            self.env["crm.visit"]
            .with_user(self.sam)
            .create({"partner_id": self.acme.id, "date": self.today, **values})
        )


@tagged("post_install", "-at_install")
class TestVisitRounds(VisitCase):
    def test_one_visit_per_customer_and_period(self):
        ports = self._round(self.acme | self.bolt)
        self.assertEqual(ports._plan(MONDAY), 2)
        self.assertEqual(ports._plan(MONDAY), 0)
        self.assertEqual(ports._plan(MONDAY + datetime.timedelta(days=13)), 0)
        self.assertEqual(ports._plan(MONDAY + datetime.timedelta(days=14)), 2)
        self.assertEqual(
            {(visit.partner_id, visit.period_start, visit.date_due) for visit in ports.visit_ids},
            {
                (customer, start, start + datetime.timedelta(days=13))
                for customer in (self.acme, self.bolt)
                for start in (MONDAY, MONDAY + datetime.timedelta(days=14))
            },
        )
        self.assertEqual(ports.planned_count, 4)

    def test_periods_ahead(self):
        # 30 days ahead: the periods that begin on 2, 16 and 30 March
        ports = self._round(self.acme, horizon_days=30)
        ports._plan(MONDAY)
        self.assertEqual(
            sorted(ports.visit_ids.mapped("period_start")),
            [MONDAY + datetime.timedelta(days=days) for days in (0, 14, 28)],
        )

    def test_neighbors_on_the_same_or_following_days_and_never_at_the_weekend(self):
        values = [("80331", "München"), ("20095", "Hamburg"), ("20099", "Hamburg"), (False, False)]
        far, near, next_door, nowhere = self.env["res.partner"].create(
            [
                {
                    "name": f"{zip_code}",
                    "is_company": True,
                    "country_id": self.germany.id,
                    "zip": zip_code,
                    "city": city,
                    "user_id": self.sam.id,
                }
                for zip_code, city in values
            ]
        )
        ports = self._round(far | near | next_door | nowhere, interval_days=7)
        ports._plan(MONDAY)
        days = {visit.partner_id: visit.date for visit in ports.visit_ids}
        # seven days for four customers: places 0 to 3 on days 0, 1, 3, 5; Saturday becomes Friday
        march = [datetime.date(2026, 3, day) for day in (2, 3, 5, 6)]
        self.assertEqual([days[p] for p in (near, next_door, far, nowhere)], march)
        visits = {visit.partner_id: visit for visit in ports.visit_ids}
        self.assertEqual(visits[near].area, "DE 20095 Hamburg")
        self.assertFalse(visits[nowhere].area)
        near.zip = "20097"
        self.assertEqual(visits[near].area, "DE 20097 Hamburg")

    def test_interval_by_tier(self):
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="D")
        ports = self._round(
            self.acme | self.bolt | self.corn, interval_kind="tier", days_a=7, days_d=0
        )
        # D is not visited, and Corn has no tier
        self.assertEqual(ports._plan(MONDAY), 1)
        self.assertEqual(ports.visit_ids.partner_id, self.acme)
        self.assertEqual(ports.visit_ids.date_due, MONDAY + datetime.timedelta(days=6))

    def test_customers_by_selection_follow_the_conditions(self):
        selection = self.env["crm.customer.selection"].create(
            {
                "name": "Sam's",
                "conditions": {
                    "operator": "and",
                    "conditions": [
                        {"fact": "salesperson", "operator": "in", "value": [self.sam.id]}
                    ],
                },
            }
        )
        ports = self._round(self.bolt, selection_id=selection.id)
        ports._plan(MONDAY)
        self.assertEqual(ports.visit_ids.partner_id, self.acme | self.bolt)
        self.corn.user_id = self.sam
        ports._plan(MONDAY)
        self.assertEqual(ports.visit_ids.partner_id, self.acme | self.bolt | self.corn)

    def test_who_makes_the_visits(self):
        ports = self._round(self.acme | self.bolt | self.corn)
        ports._plan(MONDAY)
        self.assertEqual(
            {visit.partner_id: visit.user_id for visit in ports.visit_ids},
            {self.acme: self.sam, self.bolt: self.tom, self.corn: self.env["res.users"]},
        )
        mine = self._round(self.bolt, user_id=self.sam.id)
        mine._plan(MONDAY)
        self.assertEqual(mine.visit_ids.user_id, self.sam)

    def test_an_archived_salesperson_visits_nobody(self):
        self.sam.active = False
        ports = self._round(self.acme)
        ports._plan(MONDAY)
        self.assertFalse(ports.visit_ids.user_id)

    def test_archived_customers_and_those_of_another_company_are_left_out(self):
        self.acme.active = False
        self.bolt.company_id = self.other_company
        self.assertEqual(self._round(self.acme | self.bolt)._plan(MONDAY), 0)

    def test_planning_costs_the_same_for_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}", "is_company": True} for number in range(30)]
        )
        few, many = self._round(partners[:3]), self._round(partners)
        self.env.flush_all()

        def queries(visit_round):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visit_round._plan(MONDAY)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(few), queries(many))
        self.assertEqual(len(many.visit_ids), 30)

    def test_what_was_not_done_in_its_period_is_missed(self):
        ports = self._round(self.acme, date_start=self._days_ago(20))
        ports._plan(self._days_ago(20))
        self.env["crm.visit"]._note_missed()
        self.assertEqual(ports.visit_ids.state, "missed")
        self.assertEqual(ports.missed_count, 1)

    def test_intervals_of_nothing_are_refused(self):
        for values in ({"interval_days": 0}, {"days_a": -1}, {"horizon_days": 1000}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self._round(self.acme, **values).flush_recordset()

    def test_salesperson_of_another_company(self):
        with self.assertRaisesRegex(UserError, "does not work in"):
            self._round(self.acme, user_id=self.sam.id, company_id=self.other_company.id)

    def test_the_order_to_drive(self):
        rows = [("80331", "München"), ("20095", "Hamburg"), ("20099", "Hamburg")]
        partners = self.env["res.partner"].create(
            [{"name": z, "is_company": True, "zip": z, "city": c} for z, c in rows]
        )
        visits = self.env["crm.visit"].create(
            [
                {"partner_id": partner.id, "date": self.today, "date_due": due}
                for partner, due in zip(
                    partners,
                    (self.today, self._days_ago(1), self.today),
                    strict=True,
                )
            ]
        )
        visits.action_order_by_nearness()
        # the visit due yesterday in Hamburg first, its neighbor, then Munich
        self.assertEqual(visits.mapped("sequence"), [3, 1, 2])


@tagged("post_install", "-at_install")
class TestVisitFacts(VisitCase):
    def _recorded(self):
        """A visit of a round with Rival on its checklist, and Fleet due since it is a year old."""
        self.known = self._fact(self.acme, self.fleet, "4", days=400)
        ports = self._round(self.acme, attribute_ids=[(6, 0, self.rival.ids)])
        visit = self._visit(round_id=ports.id, period_start=MONDAY)
        visit.action_record()
        return visit

    def test_checklist_and_due_facts_are_asked(self):
        self._fact(self.bob, self.fleet, "1", days=400)
        visit = self._recorded()
        self.assertEqual(
            visit.fact_ids.mapped(lambda fact: (fact.attribute_id.name, fact.known_value)),
            [("Rival", False), ("Fleet", "4")],
        )
        # Bob's facts are asked when he is whom we speak to; asking again adds nothing twice
        visit.contact_id = self.bob
        visit.action_record()
        visit.action_record()
        self.assertEqual(
            visit.fact_ids.mapped(lambda fact: (fact.partner_id, fact.attribute_id)),
            [
                (self.acme, self.rival),
                (self.acme, self.fleet),
                (self.bob, self.rival),
                (self.bob, self.fleet),
            ],
        )
        self.assertEqual(visit.open_fact_count, 4)

    def test_nothing_is_closed_before_each_fact_is_answered(self):
        visit = self._recorded()
        rival, fleet = visit.fact_ids
        fleet.answer = "confirmed"
        for values in (
            {"answer": False},
            {"answer": "confirmed"},  # nothing was known: there is nothing to confirm
            {"answer": "changed"},
            {"answer": "not_asked"},
        ):
            rival.write(values)
            with self.subTest(values), self.assertRaisesRegex(UserError, "Still open: Rival"):
                visit.action_close()
        self.assertEqual(visit.state, "planned")

    def test_facts_that_were_not_looked_at_stop_closing_too(self):
        self._fact(self.acme, self.fleet, "4", days=400)
        with self.assertRaisesRegex(UserError, "Still open: Fleet"):
            self._visit().action_close()

    def test_answers_become_profile_facts(self):
        visit = self._recorded()
        rival, fleet = visit.fact_ids
        rival.write({"answer": "changed", "new_value": "Nordhydraulik"})
        fleet.write({"answer": "confirmed"})
        visit.action_close()
        value = self.env["crm.profile.value"].search(
            [("partner_id", "=", self.acme.id), ("attribute_id", "=", self.rival.id)]
        )
        self.assertEqual(
            (value.value, value.source, value.user_id, value.date),
            ("Nordhydraulik", "visit", self.sam, self.today),
        )
        self.assertEqual((self.known.confirmed_by, self.known.confirmed_on), (self.sam, self.today))
        self.assertGreater(self.known.confirm_due, self.today)
        self.assertEqual((visit.state, visit.date_done), ("done", self.today))

    def test_a_changed_fact_keeps_its_history(self):
        visit = self._recorded()
        rival, fleet = visit.fact_ids
        rival.write({"answer": "not_asked", "reason": "The buyer was ill"})
        fleet.write({"answer": "changed", "new_value": "7"})
        visit.action_close()
        history = (
            self.env["crm.profile.value"]
            .with_context(active_test=False)
            .search(
                [("partner_id", "=", self.acme.id), ("attribute_id", "=", self.fleet.id)],
                order="active desc",
            )
        )
        self.assertEqual(
            history.mapped(lambda value: (value.active, value.value, value.source)),
            [(True, "7", "visit"), (False, "4", "told")],
        )
        self.assertFalse(
            self.env["crm.profile.value"].search([("attribute_id", "=", self.rival.id)])
        )

    def test_a_value_that_does_not_fit_is_refused(self):
        visit = self._recorded()
        rival, fleet = visit.fact_ids
        rival.write({"answer": "not_asked", "reason": "No time"})
        fleet.write({"answer": "changed", "new_value": "many"})
        with self.assertRaisesRegex(UserError, "“many” does not fit"):
            visit.action_close()

    def test_ledger_and_follow_up(self):
        visit = self._visit(
            purpose="Look at the pumps",
            followup_date=self.today + datetime.timedelta(days=3),
            followup_summary="Send the offer",
        )
        visit.action_close()
        touch = self.env["crm.touchpoint"].search(
            [("res_model", "=", "crm.visit"), ("res_id", "=", visit.id)]
        )
        self.assertEqual(
            (touch.kind, touch.direction, touch.channel_id.code, touch.user_id, touch.name),
            ("visit", "out", "visit", self.sam, "Look at the pumps"),
        )
        self.assertEqual(touch.commercial_partner_id, self.acme)
        activity = self.acme.activity_ids
        self.assertEqual(
            (activity.summary, activity.user_id, activity.date_deadline),
            ("Send the offer", self.sam, visit.followup_date),
        )
        visit.with_user(self.mia).action_reopen()
        self.assertTrue(touch.voided)
        self.assertEqual(visit.state, "planned")

    def test_nine_in_the_morning_where_the_salesperson_is(self):
        self.sam.tz = "Asia/Shanghai"
        visit = self._visit(date=datetime.date(2026, 7, 1))
        visit.action_add_to_calendar()
        # Shanghai is eight hours ahead of UTC
        self.assertEqual(visit.event_id.start, datetime.datetime(2026, 7, 1, 1, 0))

    def test_contacts_stand_for_their_company(self):
        visit = self._visit(partner_id=self.bob.id)
        self.assertEqual((visit.partner_id, visit.contact_id), (self.acme, self.bob))
        with self.assertRaisesRegex(UserError, "does not belong"):
            visit.contact_id = self.bolt

    def test_visits_that_were_made_stay(self):
        visit = self._visit()
        visit.action_close()
        with self.assertRaisesRegex(UserError, "history"):
            visit.with_user(self.mia).unlink()

    def test_rights(self):
        visit = self._visit()
        with self.assertRaises(AccessError):
            visit.with_user(self.tom).action_close()
        with self.assertRaises(AccessError):
            visit.with_user(self.ann).write({"findings": "…"})
        self.assertEqual(
            visit.with_user(self.ann).search([("partner_id", "=", self.acme.id)]).ids, visit.ids
        )

    def test_merged_and_erased(self):
        double = self._customer("Acme twice", self.sam)
        visits = self._visit(findings="Mr Bob is tired") | self._visit(partner_id=double.id)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [self.acme.id, double.id], self.acme
        )
        self.assertEqual(visits.partner_id, self.acme)
        self.acme._erase_person()
        self.assertEqual(visits.mapped("findings"), [False, False])
        self.assertEqual(fields.Date.to_date(visits[0].date), self.today)

    def test_facts_of_visits(self):
        self._visit().action_close()
        facts = self.env["crm.customer.fact"]
        found = facts._values(
            [("visit_count", {"days": 30}), "days_since_visit"], (self.acme | self.bolt).ids
        )
        self.assertEqual(found["visit_count"], {self.acme.id: 1, self.bolt.id: 0})
        self.assertEqual(found["days_since_visit"], {self.acme.id: 0})

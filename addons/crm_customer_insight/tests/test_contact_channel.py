"""Channels, what a contact costs, pressure rules (CC-9, C360-2, ROI-1)."""

from datetime import date, timedelta
from pathlib import Path

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import convert_file, mute_logger

from ..tools.contact_policy import PressureRule
from .contact_common import ContactCase

CHANNELS = ("branch", "phone", "atm", "ivr", "web")


@tagged("post_install", "-at_install")
class TestContactChannel(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.contact.channel.rate"].search([]).unlink()

    def rate(self, channel, cost, since="2000-01-01", company=None):
        return self.env["crm.contact.channel.rate"].create(
            {
                "channel_id": channel.id,
                "cost": cost,
                "date_from": since,
                "company_id": (company or self.env.company).id,
            }
        )

    def test_the_rate_valid_on_the_day(self):
        self.rate(self.phone, 60, "2025-01-01")
        self.rate(self.phone, 66, "2026-01-01")
        both = self.phone | self.web
        company = self.env.company
        for day, cost in [
            (date(2024, 12, 31), None),
            (date(2025, 1, 1), 60),
            (date(2025, 12, 31), 60),
            (date(2026, 1, 1), 66),
        ]:
            self.assertEqual(both._cost_at(company, day), {self.phone.id: cost, self.web.id: None})

    def test_rates_belong_to_a_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rate(self.phone, 60)
        self.rate(self.phone, 0, company=other)
        day = date(2026, 1, 1)
        self.assertEqual(self.phone._cost_at(self.env.company, day), {self.phone.id: 60})
        self.assertEqual(self.phone._cost_at(other, day), {self.phone.id: 0})

    def test_costs_of_all_channels_take_one_query(self):
        channels = self.env["crm.contact.channel"].search([])
        self.env.flush_all()
        with self.assertQueryCount(1):
            channels._cost_at(self.env.company, date(2026, 1, 1))

    def test_no_rate_is_not_a_cost_of_zero(self):
        self.rate(self.phone, 0)
        self.assertTrue(self.phone.has_cost)
        self.assertFalse(self.web.has_cost)

    def test_a_rate_is_unique_per_day_and_not_negative(self):
        self.rate(self.phone, 60)
        for cost, since in [(61, "2000-01-01"), (-1, "2001-01-01")]:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.rate(self.phone, cost, since)

    def test_the_bank_s_figures_are_demo_data(self):
        # CC-9: branch 120, agent's call 60, cash machine 20, voice menu 10, web 5
        path = Path(__file__).parents[1] / "demo" / "crm_contact_channel_demo.xml"
        convert_file(self.env, "crm_customer_insight", str(path), {}, mode="init", noupdate=True)
        channels = self.env["crm.contact.channel"].concat(*(getattr(self, c) for c in CHANNELS))
        costs = channels._cost_at(self.env.ref("base.main_company"), date(2026, 1, 1))
        self.assertEqual([costs[channel.id] for channel in channels], [120, 60, 20, 10, 5])

    def test_a_channel_is_found_by_name_and_code(self):
        names = self.env["crm.contact.channel"].name_search("ivr")
        self.assertEqual([channel for channel, _name in names], [self.ivr.id])
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.phone.copy({"code": "email"})


@tagged("post_install", "-at_install")
class TestContactPressureRule(ContactCase):
    def test_no_rule_is_active_unless_somebody_wants_it(self):
        samples = self.env["ir.model.data"].search(
            [("module", "=", "crm_customer_insight"), ("model", "=", "crm.contact.pressure.rule")]
        )
        rules = self.env["crm.contact.pressure.rule"].browse(samples.mapped("res_id"))
        self.assertEqual(len(rules), 3)
        self.assertFalse(any(rules.mapped("active")))

    def test_a_rule_as_plain_values(self):
        rule = self.pressure(
            2, 14, channel_id=self.sms.id, tier="C", company_id=self.env.company.id
        )
        expected = PressureRule(
            id=rule.id,
            name="2 in 14",
            limit=2,
            window=timedelta(days=14),
            channel=self.sms.id,
            tier="C",
            company=self.env.company.id,
        )
        self.assertEqual(
            self.env["crm.contact.pressure.rule"]._pressure_rules(self.env.company), [expected]
        )

    def test_a_rule_in_words(self):
        self.assertEqual(
            self.pressure(1, 90, channel_id=self.phone.id, tier="D").summary,
            "At most 1 in 90 days: Phone, tier D",
        )
        self.assertEqual(
            self.pressure(4, 30).summary,
            "At most 4 in 30 days: all channels together, every customer",
        )

    def test_nonsense_is_refused(self):
        for limit, days in [(0, 7), (1, 0)]:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.pressure(limit, days)

    def test_the_rule_of_a_deleted_channel_goes_with_it(self):
        channel = self.phone.copy({"name": "Pigeon", "code": "pigeon"})
        rule = self.pressure(1, 7, channel_id=channel.id)
        channel.unlink()
        self.assertFalse(rule.exists())

"""Decisions by statements are those of the policy (C360-2, ROI-1), whoever is asked about."""

import random
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .contact_common import NOON, ContactCase

PEOPLE = 150
ZONES = ("Europe/Brussels", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", False)
QUIET = ((0, 0), (0, 0), (22, 7.5), (9.25, 17), (1.5, 3.25), (12, 12))
#: Besides noon in winter: the night in which Brussels puts the clock forward (29 March 2026,
#: 01:00 UTC) and the one in which it is put back (25 October 2026, 01:00 UTC).
MOMENTS = (
    NOON,
    NOON.replace(month=3, day=29, hour=0, minute=20),
    NOON.replace(month=10, day=25, hour=0, minute=40),
)


@tagged("post_install", "-at_install")
class TestContactDecisionsSql(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(4)
        cls.channels = cls.email | cls.phone | cls.letter | cls.branch
        cls._more_people(draw)
        cls._permissions(draw)
        cls._blacklists(draw)
        cls._pressures()
        cls._touches(draw)

    @classmethod
    def _more_people(cls, draw):
        values = [
            {
                "name": f"Person {number}",
                "parent_id": draw.choice((cls.acme.id, cls.carl.id, False)),
                "email": draw.choice((False, "no address", f"person{number}@many.example")),
                "phone": draw.choice((False, "12", f"+32 2 290 {number + 1000}")),
                "city": draw.choice((False, "Ghent")),
                "tz": draw.choice(ZONES),
                "active": draw.random() > 0.1,
            }
            for number in range(PEOPLE)
        ]
        cls.crowd = cls.env["res.partner"].create(values) | cls.acme | cls.anna | cls.bert
        for customer in cls.crowd.commercial_partner_id.sorted("id")[:40]:
            cls.tier(customer, draw.choice("ABCD"), draw.choice((cls.env.company, False)))

    @classmethod
    def _permissions(cls, draw):
        for partner in cls.crowd:
            for channel in cls.channels:
                if draw.random() < 0.6:
                    start, end = draw.choice(QUIET)
                    state = draw.choice(("granted", "granted", "denied"))
                    cls.permit(partner, channel, state, quiet_from=start, quiet_to=end)

    @classmethod
    def _blacklists(cls, draw):
        for partner in cls.crowd[::5]:
            if partner.email_normalized:
                cls.env["mail.blacklist"]._add(partner.email_normalized)
            if partner.phone_sanitized:
                cls.env["phone.blacklist"]._add([partner.phone_sanitized])
        cls.env["mail.blacklist"].search([])[:5].active = False

    @classmethod
    def _pressures(cls):
        cls.pressure(2, 7)
        cls.pressure(1, 3, channel_id=cls.email.id)
        cls.pressure(1, 10, tier="A")
        cls.pressure(3, 30, company_id=cls.env.company.id)
        cls.pressure(1, 400, channel_id=cls.letter.id, tier="B")

    @classmethod
    def _touches(cls, draw):
        other = cls.env["res.company"].create({"name": "Sister"})
        for partner in cls.crowd:
            for _touch in range(draw.choice((0, 0, 1, 3, 5))):
                when = draw.choice(MOMENTS) - timedelta(seconds=draw.randrange(15 * 86400))
                cls.touch(
                    partner,
                    draw.choice((*cls.channels, False)),
                    0,
                    date=when,
                    company_id=draw.choice((False, cls.env.company.id, other.id)),
                    direction=draw.choice(("out", "out", "in")),
                    voided=draw.random() < 0.2,
                )

    def _by_statement(self, partners, channel, moments, marketing):
        """``{(contact, moment): (earliest, codes)}``, asked about several moments at once."""
        asked = [(partner.id, moment) for partner in partners for moment in moments]
        questions = SQL(
            "SELECT place AS id, partner_id, asked FROM unnest(%s::integer[], %s::timestamp[])"
            " WITH ORDINALITY AS q(partner_id, asked, place)",
            *(list(column) for column in zip(*asked, strict=True)),
        )
        sql = self.env["res.partner"]._contact_decisions_sql(questions, channel, marketing)
        rows = self.env.execute_query(sql)
        self.assertEqual(len(rows), len(asked))
        return {asked[place - 1]: (earliest, reasons) for place, earliest, reasons in rows}

    def _by_policy(self, partners, channel, moments, marketing):
        return {
            (key, moment): (decision.earliest, ",".join(r.code for r in decision.reasons))
            for moment in moments
            for key, decision in partners._contact_decisions(channel, moment, marketing).items()
        }

    def test_both_give_the_same_reasons_and_moments(self):
        seen = set()
        for channel in self.channels:
            for marketing in (True, False):
                asked = (self.crowd, channel, MOMENTS, marketing)
                expected = self._by_policy(*asked)
                self.assertEqual(self._by_statement(*asked), expected)
                seen |= {code for _e, codes in expected.values() for code in codes.split(",")}
        codes = "archived no_address blacklisted denied no_permission pressure quiet_hours"
        self.assertEqual(seen, {"", *codes.split()}, "the crowd has every reason")

    def test_seconds_within_quiet_hours_and_microseconds_count_alike(self):
        moments = [NOON + timedelta(minutes=7 * n, seconds=n, microseconds=n) for n in range(200)]
        some = self.crowd[:20]
        for channel in (self.email, self.phone):
            self.assertEqual(
                self._by_statement(some, channel, moments, True),
                self._by_policy(some, channel, moments, True),
            )

    def test_who_does_not_exist_any_more_is_archived(self):
        gone = self.env["res.partner"].create({"name": "Gone"})
        questions = SQL("SELECT 1 AS id, %s AS partner_id, %s::timestamp AS asked", gone.id, NOON)
        gone.unlink()
        sql = self.env["res.partner"]._contact_decisions_sql(questions, self.email)
        self.assertEqual(self.env.execute_query(sql), [(1, None, "archived")])

    def test_ten_times_the_contacts_cost_no_more_queries(self):
        def queries(partners):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._by_statement(partners, self.email, [NOON], True)
            return self.env.cr.sql_log_count - before

        queries(self.crowd)
        self.assertEqual(queries(self.crowd), queries(self.crowd[:15]))

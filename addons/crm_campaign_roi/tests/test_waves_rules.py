"""A plan by statements is that of the pure rules (ROI-1), whoever is asked about.

A crowd with every reason is planned by ``crm_campaign_wave_plan_mixin``; beside it each person is
decided by ``_contact_decisions``, ``wave_timing.due``, ``settle`` and ``throttled``.
"""

import random
from datetime import timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from ..models import crm_campaign_wave_plan_mixin as planning
from ..tools import wave_timing
from .common_waves import DAY, NOW, WaveCase

PEOPLE = 120
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", False)
QUIET = ((0, 0), (0, 0), (12, 14.5), (20, 8))


@tagged("post_install", "-at_install")
class TestWavesRules(WaveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = cls.draw = random.Random(7)
        cls.crowd = cls._people([f"Crowd {number}" for number in range(PEOPLE)])
        for partner in cls.crowd:
            partner.tz = draw.choice(ZONES)
            if draw.random() < 0.1:
                partner.email = False
            if draw.random() < 0.1:
                cls.env["mail.blacklist"]._add(partner.email or "nobody@waves.example.com")
        for partner in cls.crowd:
            start, end = draw.choice(QUIET)
            if draw.random() < 0.9:
                state = "denied" if draw.random() < 0.1 else "granted"
                cls._permit(partner, quiet_from=start, quiet_to=end, state=state)
        cls.crowd[:7].active = False
        rules = (("Week", 1, 7), ("Month", 3, 30))
        cls.env["crm.contact.pressure.rule"].create(
            [
                {"name": name, "max_contacts": most, "window_days": days}
                for name, most, days in rules
            ]
        )
        cls._touch_some()
        cls.rival = cls._rivals()

    @classmethod
    def _touch_some(cls):
        values = []
        for partner in cls.draw.sample(cls.crowd, 60):
            for _number in range(cls.draw.choice((1, 2, 4))):
                when = NOW - timedelta(seconds=cls.draw.randrange(9 * 86400))
                values.append(
                    {
                        "partner_id": partner.id,
                        "date": when,
                        "direction": "out",
                        "channel_id": cls.email.id,
                        "kind": "mailing",
                        "event": "sent",
                        "res_model": "res.partner",
                        "res_id": 10_000_000 + len(values),
                    }
                )
        cls.env["crm.touchpoint"].create(values)

    @classmethod
    def _rivals(cls):
        """Two waves of a campaign that comes first want thirty of the crowd at some moment."""
        rival = cls._campaign("Rival", priority="1")
        rival.audience_ids = cls._members("Rival", cls.crowd[40:70])
        cls._run_campaign(rival)
        rival._fill_targets()
        for name in ("One", "Two"):
            wave = cls._wave(name, rival, method="task")
            wave.action_start()
            cls.env["crm.campaign.delivery"].create(
                [
                    {
                        "wave_id": wave.id,
                        "campaign_id": rival.id,
                        "target_id": target.id,
                        "partner_id": target.partner_id.id,
                        "state": cls.draw.choice(("planned", "sent", "left_out")),
                        "due_at": NOW + timedelta(hours=cls.draw.randrange(-40, 90)),
                    }
                    for target in rival.target_ids
                ]
            )
        return rival

    def _expected(self, wave, wanted):
        """``{contact: (state, due, reasons, wanted)}`` by the pure rules."""
        asked, outcomes = {}, {}
        rivals = self.rival.wave_ids.delivery_ids.filtered(
            lambda row: row.state in ("planned", "sent") and row.due_at > NOW - DAY
        ).grouped("partner_id")
        for partner in self.crowd:
            base = max(NOW, wave.date_planned or NOW, wanted.get(partner) or NOW)
            zone = ZoneInfo(partner.tz or self.company.partner_id.tz or "UTC")
            asked[partner] = base
            if wave.use_local_hour:
                asked[partner] = wave_timing.due(base, zone, wave.local_hour)
            decision = partner._contact_decisions(self.email, asked[partner])[partner.id]
            outcomes[partner] = wave_timing.settle(
                wanted.get(partner) or asked[partner],
                asked[partner],
                decision.earliest,
                [reason.code for reason in decision.reasons],
                rivals[partner].mapped("due_at") if partner in rivals else (),
                timedelta(days=wave.patience_days),
            )
        return {
            partner: self._as_row(outcome, asked[partner], wanted.get(partner))
            for partner, outcome in outcomes.items()
        }

    @staticmethod
    def _as_row(outcome, asked, wanted):
        reasons = ",".join(outcome.reasons) or False
        if outcome.due is None:
            return "left_out", False, reasons, False
        return "planned", outcome.due, reasons, wanted or (asked if reasons else outcome.due)

    def _planned(self, wave, wanted=None):
        rows = self.env["crm.campaign.delivery"].search([("wave_id", "=", wave.id)])
        return {row.partner_id: (row.state, row.due_at, row.reasons, row.wanted_at) for row in rows}

    def _plan(self, wanted=None, **values):
        campaign = self._campaign("Crowd")
        campaign.audience_ids = self._members("Crowd", self.crowd)
        campaign.audience_ids.include_ids = self._members("Archived", self.crowd[:7])
        campaign._fill_targets()
        self._run_campaign(campaign)
        wave = self._wave("Crowd", campaign, **values)
        self._start(wave)
        self.env["crm.campaign.delivery"].create(
            [
                {
                    "wave_id": wave.id,
                    "campaign_id": campaign.id,
                    "target_id": target.id,
                    "partner_id": target.partner_id.id,
                    "wanted_at": (wanted or {}).get(target.partner_id),
                }
                for target in campaign.target_ids
            ]
        )
        self.env.flush_all()
        wave.sudo()._decide_new(NOW)
        return wave

    def test_at_once(self):
        wave = self._plan(patience_days=2)
        expected = self._expected(wave, {})
        self.assertEqual(self._planned(wave), expected)
        codes = {code for row in expected.values() for code in (row[2] or "").split(",")}
        reasons = "archived no_address blacklisted denied no_permission pressure quiet_hours"
        self.assertEqual(codes, {"", *reasons.split(), "other_campaign"})
        self.assertEqual({row[0] for row in expected.values()}, {"planned", "left_out"})

    def test_at_the_recipients_hour_with_wishes_of_long_ago(self):
        wanted = {
            partner: NOW + timedelta(seconds=self.draw.randrange(-5 * 86400, 86400))
            for partner in self.crowd[20:90]
        }
        wave = self._plan(wanted, use_local_hour=True, local_hour=13.25, patience_days=4)
        self.assertEqual(self._planned(wave), self._expected(wave, wanted))

    def test_slowly(self):
        """Ten an hour: the same persons, moved on as the rule says."""
        wave = self._plan(throttle=10, patience_days=4)
        expected = self._expected(wave, {})
        rows = {row.partner_id: row for row in wave.delivery_ids}
        going = sorted((row[1], rows[partner].id) for partner, row in expected.items() if row[1])
        moments = wave_timing.throttled([due for due, _key in going], {}, 10)
        due = dict(zip((key for _due, key in going), moments, strict=True))
        for partner, row in rows.items():
            state, moment, reasons, wanted = expected[partner]
            self.assertEqual((row.state, row.reasons), (state, reasons))
            self.assertEqual(row.due_at, due.get(row.id, False))
            if moment:
                self.assertEqual(row.wanted_at, wanted if reasons else row.due_at)

    def test_more_hours_cost_no_more_queries(self):
        def queries(throttle):
            before = self.env.cr.sql_log_count
            self._plan(throttle=throttle, patience_days=4)
            return self.env.cr.sql_log_count - before

        queries(50)
        self.assertEqual(queries(1), queries(50))

    def test_batches_decide_alike(self):
        whole = self._planned(self._plan(patience_days=2))
        with patch.object(planning, "DECIDE", 50):
            self.assertEqual(self._planned(self._plan(patience_days=2)), whole)

    def test_without_a_channel_only_archived_contacts_get_nothing(self):
        self.rival.wave_ids.delivery_ids.write({"state": "left_out"})
        rows = self._planned(self._plan(method="task", channel_id=False))
        for partner, (state, due, reasons, _wanted) in rows.items():
            active = ("planned", NOW, False) if partner.active else ("left_out", False, "archived")
            self.assertEqual((state, due, reasons), active)
        self.assertEqual(len(rows), PEOPLE)

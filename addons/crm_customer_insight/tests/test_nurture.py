"""Nurture time and success by source: referrals against cold leads (C360-4)."""

from datetime import datetime, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .common_accounts import AccountsCase

START = datetime(2026, 1, 1, 8)


@tagged("post_install", "-at_install")
class TestNurture(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.env["res.company"].create({"name": "Nurture Ltd"})
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": [cls.own.id, cls.company.id]}
        )
        cls.env.user.company_ids |= cls.own
        for user in (cls.sam, cls.tom, cls.mia, cls.ann):
            user.company_ids |= cls.own
        cls.team = cls.env["crm.team"].create({"name": "Nurture", "company_id": cls.own.id})
        cls.website = cls.env.ref("utm.utm_medium_website")
        cls.fair = cls.env["utm.source"].create({"name": "Trade fair of nurture"})
        cls.mailing = cls.env["utm.campaign"].create({"title": "Nurture campaign"})
        # referrals won after 10, 20 and 60 days for 100, 200 and 600, one lost, one open
        for days, revenue in ((10, 100), (20, 200), (60, 600)):
            cls.lead(days, revenue, referrer_id=cls.acme.id)
        cls.lead(5, 50, won=False, referrer_id=cls.acme.id)
        cls.lead(None, 70, referrer_id=cls.acme.id)
        # cold: one won after 90 days for 90, three lost
        cls.lead(90, 90)
        for _number in range(3):
            cls.lead(30, 10, won=False)
        cls.lead(40, 400, medium_id=cls.website.id, user=cls.tom)
        cls.lead(None, 1, source_id=cls.fair.id)
        # a campaign that came over the website is the campaign's
        cls.lead(None, 1, campaign_id=cls.mailing.id, medium_id=cls.website.id)
        cls.env.flush_all()

    @classmethod
    def lead(cls, days, revenue, won=True, user=None, **values):
        lead = cls.env["crm.lead"].create(
            {
                "name": f"Lead {days}",
                "type": "opportunity",
                "user_id": (user or cls.sam).id,
                "team_id": cls.team.id,
                "company_id": cls.own.id,
                "expected_revenue": revenue,
                "medium_id": False,
                "source_id": False,
                **values,
            }
        )
        if days is not None:
            if won:
                lead.action_set_won()
            else:
                lead.action_set_lost()
        cls.env.flush_all()
        closed = START + timedelta(days=days) if days is not None else None
        cls.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET create_date = %s, date_closed = %s WHERE id = %s",
                START,
                closed,
                lead.id,
            )
        )
        lead.invalidate_recordset()
        return lead

    def sources(self, user=None):
        model = self.env["crm.nurture.source"].with_user(user or self.mia).with_company(self.own)
        return {row.source_kind: row for row in model.search([])}

    def test_referrals_against_cold(self):
        rows = self.sources()
        referral, cold = rows["referral"], rows["cold"]
        self.assertEqual(
            (referral.lead_count, referral.won_count, referral.lost_count, referral.open_count),
            (5, 3, 1, 1),
        )
        # 3 of 4 decided; days 10, 20, 60: median 20, mean 30; 900 ÷ 4 decided
        self.assertEqual((referral.decided_count, referral.win_rate), (4, 0.75))
        self.assertEqual((referral.median_days, referral.mean_days), (20.0, 30.0))
        self.assertEqual((referral.revenue, referral.revenue_per_lead), (900.0, 225.0))
        # cold: 1 of 4; 0.75 ÷ 0.25 = 3 times as often
        self.assertEqual((cold.win_rate, cold.median_days, cold.revenue), (0.25, 90.0, 90.0))
        self.assertEqual((referral.cold_factor, cold.cold_factor), (3.0, 1.0))

    def test_other_sources(self):
        rows = self.sources()
        self.assertEqual(rows["website"].won_count, 1)
        self.assertEqual(rows["campaign"].open_count, 1)
        self.assertEqual(rows["other"].open_count, 1)
        # nothing decided: no rate, no days
        [found] = self.env.execute_query_dict(
            SQL("SELECT win_rate, median_days, cold_factor FROM (%s) q WHERE source_kind = 'other'",
                self.env["crm.nurture.source"].with_company(self.own)._table_query)
        )  # fmt: skip
        self.assertEqual(set(found.values()), {None})

    def test_a_referral_without_the_field_counts_too(self):
        lead = self.lead(15, 10)
        self.env["crm.referral"].create(
            {"referrer_id": self.acme.id, "lead_id": lead.id, "company_id": self.own.id}
        )
        self.assertEqual(self.sources()["referral"].won_count, 4)
        self.assertEqual(self.sources()["cold"].won_count, 1)

    def test_who_sees_which_leads(self):
        self.assertEqual(set(self.sources(self.tom)), {"website"})
        self.assertEqual(self.sources(self.ann)["referral"].lead_count, 5)
        report = self.env["crm.nurture.report"].with_user(self.tom)
        self.assertEqual(report.search([("company_id", "=", self.own.id)]).source_kind, "website")

    def test_figures_lead_to_their_leads(self):
        row = self.sources()["referral"]
        action = row.action_open_leads()
        found = self.env["crm.nurture.report"].with_user(self.mia).search(
            [*action["domain"], ("company_id", "=", self.own.id)]
        )  # fmt: skip
        self.assertEqual(len(found), row.lead_count)
        self.assertEqual(sum(found.mapped("won_count")), row.won_count)

    def test_mean_by_group_in_the_report(self):
        rows = dict(
            self.env["crm.nurture.report"]._read_group(
                [("company_id", "=", self.own.id), ("state", "=", "won")],
                ["source_kind"],
                ["days_to_win:avg"],
            )
        )
        self.assertEqual(rows, {"referral": 30.0, "cold": 90.0, "website": 40.0})

    def test_a_lead_won_before_it_was_recorded_has_no_time(self):
        self.lead(-3, 5, referrer_id=self.acme.id)
        row = self.sources()["referral"]
        self.assertEqual((row.won_count, row.median_days), (4, 20.0))

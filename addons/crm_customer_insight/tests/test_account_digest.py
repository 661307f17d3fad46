"""Customer figures of the digest: exact, per company, for those who may read all figures."""

import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestAccountDigest(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Customers", "company_id": cls.other_company.id, "periodicity": "daily"}
        )
        cls.start = datetime.datetime.combine(cls._days_ago(30), datetime.time())
        cls.end = datetime.datetime.combine(cls.today + datetime.timedelta(days=1), datetime.time())

    def _theirs(self, partner, **values):
        return self._snapshot(partner, company_id=self.other_company.id, **values)

    def figure(self, name, user=None):
        digest = self.digest.with_user(user or self.ann).with_context(
            start_datetime=self.start, end_datetime=self.end
        )
        digest.invalidate_recordset()
        return digest[f"kpi_insight_{name}_value"]

    def test_new_customers_bought_first_in_the_period(self):
        self._theirs(self.acme, first_purchase=self._days_ago(30))
        self._theirs(self.bolt, first_purchase=self._days_ago(31))
        self._theirs(self.corn)
        self._snapshot(self.corn, first_purchase=self._days_ago(1))
        self.assertEqual(self.figure("new_customers"), 1)

    def test_revenue_of_tier_a_net_of_credit_notes(self):
        journal_company = self.company
        self.digest.company_id = journal_company
        before = self.figure("tier_a_revenue")
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="B")
        for partner, kind, amount, days in (
            (self.acme, "out_invoice", 500.0, 10),
            (self.acme, "out_refund", 120.0, 5),
            (self.acme, "out_invoice", 999.0, 40),
            (self.bolt, "out_invoice", 999.0, 10),
        ):
            move = self.env["account.move"].create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "invoice_date": self._days_ago(days),
                    "invoice_line_ids": [
                        (0, 0, {"name": "Work", "price_unit": amount, "tax_ids": False})
                    ],
                }
            )
            move.action_post()
        self.assertEqual(self.figure("tier_a_revenue") - before, 380.0)

    def test_lost_customers_were_not_lost_the_month_before(self):
        before = (self.end.date().replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
        now = self.end.date().replace(day=1)
        stages = {self.acme: "declining", self.bolt: "lost", self.corn: "mature"}
        for partner, stage in stages.items():
            self._theirs(partner, month=before, lifecycle_stage=stage, is_current=False)
        for partner, stage in {**stages, self.acme: "lost", self.bolt: "lost"}.items():
            self._theirs(partner, month=now, lifecycle_stage=stage)
        self.assertEqual(self.figure("lost_customers"), 1)

    def test_share_of_customers_with_a_permission(self):
        for partner in self.acme | self.bolt | self.corn:
            self._theirs(partner, first_purchase=self._days_ago(90))
        phone = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        self.env["crm.contact.permission"].create(
            {
                "partner_id": self.bob.id,
                "channel_id": phone.id,
                "state": "granted",
                "origin": "spoken",
            }
        )
        # Bob's permission counts for Acme: 1 of 3
        self.assertAlmostEqual(self.figure("permission_share"), 33.33, 2)

    def test_salespeople_do_not_get_the_figures_of_all(self):
        with self.assertRaises(AccessError):
            self.figure("new_customers", user=self.sam)

    def test_the_mail_shows_the_figures(self):
        self.digest.kpi_insight_new_customers = True
        kpis = self.digest._compute_kpis(self.other_company, self.ann)
        names = {kpi["kpi_name"] for kpi in kpis}
        self.assertIn("kpi_insight_new_customers", names)

"""Deals: MAN qualification, decision chain, referrals and what they brought (C360-2, C360-4)."""

from odoo.tests import tagged

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestLeadAccounts(AccountsCase):
    def _lead(self, **values):
        return self.env["crm.lead"].create({"name": "Deal", "type": "opportunity", **values})

    def test_unknown_is_not_no(self):
        lead = self._lead()
        self.assertEqual((lead.man_known, lead.man_rating), (0, "open"))
        lead.man_money = "yes"
        lead.man_need = "partly"
        # mean of 100 and 50; authority is unknown and does not count
        self.assertEqual((lead.man_score, lead.man_known, lead.man_rating), (75, 2, "open"))
        lead.man_authority = "no"
        # (100 + 0 + 50) / 3; 1.5 points of 3
        self.assertEqual((lead.man_score, lead.man_known, lead.man_rating), (50, 3, "develop"))

    def test_ratings_group_the_pipeline(self):
        ready = self._lead(man_money="yes", man_authority="yes", man_need="yes")
        stop = self._lead(man_money="no", man_authority="no", man_need="no")
        groups = self.env["crm.lead"]._read_group(
            [("id", "in", (ready | stop).ids)], ["man_rating"], ["man_score:avg"]
        )
        self.assertEqual(dict(groups), {"ready": 100.0, "stop": 0.0})

    def test_decision_chain_says_who_is_missing(self):
        lead = self._lead(partner_id=self.acme.id)
        self.assertEqual(lead.chain_state, "none")
        self._stakeholder(lead, "decider")
        self.assertEqual(
            (lead.chain_state, lead.chain_missing), ("partial", "Finance, Technical, User")
        )
        for role in ("finance", "technical", "user"):
            self._stakeholder(lead, role)
        self.assertEqual((lead.chain_state, lead.chain_missing), ("complete", ""))

    def _stakeholder(self, lead, role, partner=None):
        return self.env["crm.lead.stakeholder"].create(
            {"lead_id": lead.id, "partner_id": (partner or self.bob).id, "role": role}
        )

    def test_merged_deals_keep_their_decision_chain_and_referrer(self):
        first = self._lead(partner_id=self.acme.id, probability=50)
        second = self._lead(partner_id=self.acme.id, referrer_id=self.corn.id, probability=10)
        self._stakeholder(first, "decider")
        self._stakeholder(second, "decider")
        self._stakeholder(second, "user", self.acme)
        merged = (first | second).merge_opportunity()
        self.assertEqual(
            sorted((person.partner_id.name, person.role) for person in merged.stakeholder_ids),
            [("Acme", "user"), ("Bob", "decider")],
        )
        self.assertEqual(merged.referrer_id, self.corn)
        referral = self.env["crm.referral"].search([("referrer_id", "=", self.corn.id)])
        self.assertEqual(referral.lead_id, merged)

    def test_referral_follows_the_lead(self):
        lead = self._lead(referrer_id=self.bob.id)
        referral = self._referrals(lead_id=lead.id)
        self.assertEqual(referral.referrer_id, self.bob)
        referral.reward_note = "A bottle of wine"
        lead.referrer_id = self.corn
        self.assertEqual(self._referrals(lead_id=lead.id), referral)
        self.assertEqual(
            (referral.referrer_id, referral.reward_note), (self.corn, "A bottle of wine")
        )
        lead.partner_id = self.bolt
        self.assertEqual(referral.referred_id, self.bolt)
        lead.referrer_id = False
        self.assertFalse(referral.exists())

    def test_referral_follows_the_contact_and_back(self):
        self.bolt.referrer_id = self.acme
        referral = self._referrals(partner_id=self.bolt.id)
        self.assertEqual((referral.referrer_id, self.acme.referral_count), (self.acme, 1))
        made_by_hand = self.env["crm.referral"].create(
            {"referrer_id": self.acme.id, "partner_id": self.corn.id}
        )
        self.assertEqual(self.corn.referrer_id, self.acme)
        self.assertEqual(self._referrals(partner_id=self.corn.id), made_by_hand)

    def _referrals(self, **values):
        return self.env["crm.referral"].search(
            [(name, "=", value) for name, value in values.items()]
        )

    def test_any_salesperson_may_say_who_recommended_us(self):
        lead = self._lead(user_id=self.tom.id)
        lead.with_user(self.tom).referrer_id = self.acme
        self.assertEqual(self._referrals(lead_id=lead.id).referrer_id, self.acme)
        self.assertFalse(
            self.env["crm.referral"].with_user(self.sam).search([("lead_id", "=", lead.id)])
            - self._referrals(referrer_id=self.acme.id)
        )

    def test_creating_and_moving_leads_costs_no_further_query(self):
        lead = self._lead()
        self.env.flush_all()

        def create(**values):
            before = self.cr.sql_log_count
            self.env["crm.lead"].create([{"name": "Deal", **values} for _i in range(3)])
            self.env.flush_all()
            return self.cr.sql_log_count - before

        create()
        self.assertEqual(create(), create(man_money="yes", man_need="no"))
        before = self.cr.sql_log_count
        lead.man_money = "partly"
        self.env.flush_all()
        # one read of the lead at most, one update
        self.assertLessEqual(self.cr.sql_log_count - before, 2)

    def test_what_a_referral_brought(self):
        lead = self._lead(partner_id=self.bolt.id, referrer_id=self.acme.id, expected_revenue=500)
        lead.action_set_won()
        referral = self._referrals(lead_id=lead.id)
        referral.date = self._days_ago(30)
        later = self.env["crm.referral"].create(
            {"referrer_id": self.corn.id, "partner_id": self.bolt.id}
        )
        self._invoice(self.bolt, 300.0, self._days_ago(20))
        self._invoice(self.bolt, 50.0, self._days_ago(10), "out_refund")
        self._invoice(self.bolt, 999.0, self._days_ago(40))  # before the referral
        first, second = self._brought(referral), self._brought(later)
        self.assertEqual(
            (first.customer_id, first.won_count, first.won_revenue, first.invoiced),
            (self.bolt, 1, 500.0, 250.0),
        )
        # the second referral of a customer claims neither his invoices nor the other's deal
        self.assertEqual((second.won_count, second.invoiced), (0, 0.0))
        self.assertFalse(second.became_customer)

    def test_invoices_after_the_window_do_not_count(self):
        self.bolt.referrer_id = self.acme
        referral = self._referrals(partner_id=self.bolt.id)
        referral.date = self._days_ago(400)
        self._invoice(self.bolt, 300.0, self._days_ago(20))
        self.assertEqual(self._brought(referral).invoiced, 0.0)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm_customer_insight.referral_window_days", "380")
        self.assertEqual(self._brought(referral).invoiced, 300.0)

    def test_a_referral_of_no_company_shows_one_companys_invoices(self):
        """Never the sum of several companies' currencies, nor what a company keeps to itself."""
        self.bolt.referrer_id = self.acme
        referral = self._referrals(partner_id=self.bolt.id)
        self.assertFalse(referral.company_id)
        referral.date = self._days_ago(30)
        self._invoice(self.bolt, 300.0, self._days_ago(20))
        brought = self._brought(referral)
        self.assertEqual((brought.invoiced, brought.currency_id), (300.0, self.company.currency_id))
        self.env.invalidate_all()
        report = self.env["crm.referral.report"].with_company(self.other_company)
        elsewhere = report.search([("referral_id", "=", referral.id)])
        self.assertEqual((elsewhere.invoiced, elsewhere.became_customer), (0.0, False))

    def test_a_salesperson_reads_what_his_own_referrals_brought(self):
        self.bolt.referrer_id = self.corn
        report = self.env["crm.referral.report"]
        domain = [("referrer_id", "=", self.corn.id)]
        counts = {
            user.login: report.with_user(user).search_count(domain)
            for user in (self.sam, self.tom, self.ann)
        }
        self.assertEqual(counts, {"sam": 0, "tom": 1, "ann": 1})

    def _brought(self, referral):
        self.env.invalidate_all()
        return self.env["crm.referral.report"].search([("referral_id", "=", referral.id)])

    def _invoice(self, partner, amount, date, kind="out_invoice"):
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": partner.id,
                "invoice_date": date,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        return move

"""Complaints and ratings of service in campaigns (ROI-1, SVC-C, SVC-F)."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestServiceCampaign(WaveCase):
    """A letter to six contacts and then what they have to say; letters need no permission.

    Anna has a colleague, Anton: both belong to Acme.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.date_published = "2026-03-01"
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.acme = cls.env["res.partner"].create({"name": "Acme", "is_company": True})
        cls.anton = cls._people(["Anton"])
        (cls.anna | cls.anton).parent_id = cls.acme
        cls.campaign.audience_ids.member_ids = [Command.create({"partner_id": cls.anton.id})]
        cls.branch = cls.env.ref("crm_customer_insight.crm_contact_channel_branch")
        cls.wave = cls._task("First")
        cls.complaint_type = cls.env.ref("crm_service_levels.type_complaint")
        cls.usage = cls.env.ref("crm_service_levels.type_usage")

    @classmethod
    def _task(cls, name, **values):
        """A wave of tasks, through a channel that asks for no permission and no address."""
        return cls._wave(name, **{"method": "task", "channel_id": cls.branch.id, **values})

    def _request(self, person, kind=None, when=NOW + DAY):
        return self.env["crm.service.request"].create(
            {
                "name": "The pump leaks",
                "partner_id": person.id,
                "type_id": (kind or self.complaint_type).id,
                "company_id": self.company.id,
                "date_open": when,
            }
        )

    def _complaint(self, request):
        return self.env["crm.service.complaint"].search([("request_id", "=", request.id)])

    def _feedback(self, person, limit=80.0, **values):
        scheme = self.env["crm.feedback.scheme"].create(
            {
                "name": "How was it?",
                "satisfied_from": limit,
                "aspect_ids": [
                    Command.create({"name": "Solved?", "label": "Solution", "kind": "csat"})
                ],
            }
        )
        return self.env["crm.feedback.answer"].create(
            {
                "scheme_id": scheme.id,
                "source": "desk",
                "partner_id": person.id,
                "company_id": self.company.id,
                "date": NOW + DAY,
                "settled": True,
                **values,
            }
        )

    def _go(self, wave=None):
        self._start(wave or self.wave)
        self._run(wave or self.wave)

    def _responses(self):
        self.env["crm.touchpoint"]._fill()
        self.env["crm.campaign.response"]._fill(self.campaign)
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        return sorted((row.partner_id.name, row.kind_id.code, row.wave_id.name) for row in rows)

    # -- responses -----------------------------------------------------------------------------

    def test_complaints_after_the_wave_are_responses(self):
        """Bert asks only, Carl complained before, Dora's was none after all."""
        self._request(self.carl, when=NOW - DAY)
        self._go()
        anna = self._request(self.anna)
        self._request(self.bert, self.usage)
        dora = self._request(self.dora)
        self.assertEqual(
            self._responses(), [("Anna", "complained", "First"), ("Dora", "complained", "First")]
        )
        dora.type_id = self.usage
        self.assertEqual(self._complaint(dora).state, "withdrawn")
        self.assertEqual(self._responses(), [("Anna", "complained", "First")])
        self.campaign.invalidate_recordset()
        self.assertEqual(self.campaign.with_user(self.mara).complaint_count, 1)
        self.assertEqual(anna.sudo().campaign_count, 1)
        self.assertEqual(anna.action_open_campaigns()["domain"], [("id", "in", self.campaign.ids)])
        found = self.env["crm.campaign.response"].search(
            self.campaign.with_user(self.mara).action_open_complaints()["domain"]
        )
        self.assertEqual(found.res_id, anna.id)

    def test_ratings_are_responses(self):
        """Anna recommends, Bert does not, Carl is in between; Dora scores 90 %, Emil 60 %,
        Fritz 40 %. Dora and the others were not asked for a recommendation.
        """
        self._go()
        self._feedback(self.anna, nps=10, nps_group="promoter")
        self._feedback(self.bert, nps=3, nps_group="detractor")
        self._feedback(self.carl, nps=8, nps_group="passive")
        for person, score in ((self.dora, 90.0), (self.emil, 60.0), (self.fritz, 40.0)):
            self._feedback(person, score=score, has_score=True)
        self.assertEqual(
            self._responses(),
            [
                ("Anna", "answered_high", "First"),
                ("Bert", "answered_low", "First"),
                ("Dora", "answered_high", "First"),
                ("Fritz", "answered_low", "First"),
            ],
        )

    def test_the_form_says_from_when_on_somebody_is_satisfied(self):
        self._go()
        answer = self._feedback(self.emil, score=60.0, has_score=True, limit=60.0)
        self.assertEqual(self._responses(), [("Emil", "answered_high", "First")])
        with self.assertRaisesRegex(UserError, "new version"):
            answer.scheme_id.satisfied_from = 70.0

    def test_an_answer_in_the_making_is_no_response(self):
        self._go()
        answer = self._feedback(self.anna, nps=10, nps_group="promoter", settled=False)
        self.assertEqual(self._responses(), [])
        answer.sudo().settled = True
        self.assertEqual(self._responses(), [("Anna", "answered_high", "First")])

    # -- open complaints -----------------------------------------------------------------------

    def test_an_open_complaint_leaves_the_customer_out(self):
        """Anna complained: she and her colleague are left out; Bert's is closed."""
        self._request(self.anna, when=NOW - DAY)
        bert = self._request(self.bert, when=NOW - DAY)
        self._complaint(bert)._set({"state": "closed"})
        self._request(self.carl, self.usage, when=NOW - DAY)
        self._go()
        reasons = {row.partner_id.name: row.reason for row in self._rows(self.wave, "left_out")}
        self.assertEqual(reasons, {"Anna": "open_complaint", "Anton": "open_complaint"})
        self.assertEqual(self.wave.sent_count, 5)

    def test_complaints_count_while_they_are_open(self):
        """Anna's comes the day after the wave; Bert's is closed the day after, Carl's was before.

        Emil's and the wave's moment are the same.
        """
        self._request(self.anna, when=NOW + DAY)
        for person, closed in ((self.bert, NOW + DAY), (self.carl, NOW - DAY)):
            one = self._complaint(self._request(person, when=NOW - 2 * DAY))
            one._set({"state": "closed", "date_closed": closed})
        self._request(self.emil, when=NOW)
        self._go()
        left_out = sorted(self._rows(self.wave, "left_out").partner_id.mapped("name"))
        self.assertEqual(left_out, ["Bert", "Emil"])

    def test_a_wave_can_do_without_the_rule(self):
        self._request(self.anna, when=NOW - DAY)
        wave = self._task("All the same", skip_complaints=False)
        self._go(wave)
        self.assertEqual((wave.sent_count, wave.left_out_count), (7, 0))

    def test_other_reasons_are_kept_before_it(self):
        self._request(self.anna, when=NOW - DAY)
        self.anna.email = False
        wave = self._wave("Mail")
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual(row.reason, "no_address")
        self.assertTrue(row.reasons.endswith("open_complaint"))

    def test_complaints_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._request(self.anna, when=NOW - DAY)
        self.campaign.company_id = other
        self.assertEqual(self.wave.company_id, other)
        self.campaign._fill_targets()
        self.wave.action_start()
        self._run(self.wave)
        self.assertEqual((self.wave.sent_count, self.wave.left_out_count), (7, 0))

    def test_an_answer_to_ones_own_mail_goes_all_the_same(self):
        mail = self._wave("Mail")
        answer = self._wave("Thanks", after_wave_id=mail.id, auto_reply=True, wait_days=0)
        self._request(self.bert, when=NOW - DAY)
        self.assertEqual(answer._revisions(), [])
        self.assertEqual(len(mail._revisions()), 1)

    def test_the_plan_of_many_costs_no_more_queries(self):
        def queries(number):
            people = self._people([f"P{number}-{n}" for n in range(number)])
            for person in people[: number // 2]:
                self._request(person, when=NOW - DAY)
            campaign = self._campaign(f"Plan {number}")
            campaign.audience_ids = self._members(f"Plan {number}", people)
            self._run_campaign(campaign)
            wave = self._task("Plan", campaign=campaign)
            self._start(wave)
            count = self._queries_of_plan(wave)
            self.assertEqual(wave.left_out_count, number // 2)
            return count

        queries(2)
        self.assertEqual(queries(4), queries(40))

    # -- audiences -----------------------------------------------------------------------------

    def test_audiences_by_what_customers_own_and_complained_about(self):
        """Acme owns a pump since 2020, Bert one since last month; Carl had a complaint."""
        pump = self.env["product.product"].create({"name": "Pump"})
        recent = self.env["crm.customer.snapshot"]._data_date()
        for partner, day in ((self.acme, date(2020, 1, 1)), (self.bert, recent)):
            self.env["crm.customer.asset"].create(
                {"product_id": pump.id, "partner_id": partner.id, "delivered_on": day}
            )
        self._request(self.carl)
        own = {
            "fact": "asset_model",
            "operator": "in",
            "value": pump.ids,
            "params": {"older_than": 365},
        }
        complained = {"fact": "complaint_count", "operator": ">=", "value": 1}

        def audience(*conditions):
            found = self.env["crm.campaign.audience"].create(
                {
                    "name": "Owners",
                    "user_id": self.mara.id,
                    "conditions": {"operator": "or", "conditions": list(conditions)},
                }
            )
            rows = self.env.execute_query(found.sudo()._members_sql())
            return self.env["res.partner"].browse([row[0] for row in rows if row[0]])

        ours = self.people | self.anton | self.acme
        self.assertEqual(audience(own) & ours, self.anna | self.anton | self.acme)
        self.assertEqual(audience(complained) & ours, self.carl)
        self.assertEqual(
            audience(own, complained) & ours, self.anna | self.anton | self.acme | self.carl
        )

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestWavesAudience(WaveCase):
    """ROI-1: a wave has an audience: of the seven targets (Anna to Fritz and the lead) it goes to
    Anna, Bert and the lead; Hugo and Ida are in it and are no targets.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strangers = cls._people(["Hugo", "Ida"])
        cls._permit(cls.strangers)
        cls.few = cls._members("Few", cls.anna | cls.bert | cls.strangers, cls.lead)
        cls.campaign._fill_targets()

    def _got(self, wave):
        rows = wave.delivery_ids
        return set(rows.partner_id) | set(rows.filtered(lambda row: not row.partner_id).lead_id)

    def _letter(self, name="Letter", **values):
        return self._wave(name, method="letter", **values)

    def test_only_targets_who_are_in_the_audience(self):
        wave = self._letter(audience_ids=self.few.ids)
        self._start(wave)
        wave._plan(NOW)
        self.assertEqual(self._got(wave), {self.anna, self.bert, self.lead})
        # the lead has no postal address
        self.assertEqual((wave.planned_count, wave.left_out_count), (2, 1))
        self.assertEqual(self._row(wave, self.lead).reason, "no_address")
        self.assertFalse(self.campaign.target_ids.partner_id & self.strangers)

    def test_without_an_audience_all_targets(self):
        wave = self._letter()
        self._start(wave)
        wave._run(NOW)
        self.assertEqual(self._got(wave), {*self.people, self.lead})

    def test_whoever_is_in_one_of_several(self):
        more = self._members("More", self.bert | self.carl)
        wave = self._letter(audience_ids=(self.few | more).ids)
        self._start(wave)
        wave._run(NOW)
        self.assertEqual(self._got(wave), {self.anna, self.bert, self.carl, self.lead})

    def test_control_group_and_removed_targets_stay_out(self):
        targets = self.campaign.target_ids
        targets.filtered(lambda target: target.partner_id == self.anna).arm = "control"
        targets.filtered(lambda target: target.partner_id == self.bert).with_user(
            self.mara
        ).action_remove()
        wave = self._letter(audience_ids=self.few.ids)
        self._start(wave)
        wave._plan(NOW)
        self.assertEqual(self._got(wave), {self.lead})

    def test_a_living_audience_is_asked_when_the_wave_is_planned(self):
        """Carl comes in, Bert goes before his letter is due: left out as no longer fitting."""
        tag = self.env["res.partner.category"].create({"name": "Garden"})
        (self.anna | self.bert).category_id = tag
        condition = {"fact": "tags", "operator": "in", "value": tag.ids}
        living = self.env["crm.campaign.audience"].create(
            {
                "name": "Living",
                "user_id": self.mara.id,
                "conditions": {"operator": "and", "conditions": [condition]},
            }
        )
        wave = self._letter(audience_ids=living.ids, date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._got(wave), {self.anna, self.bert})
        self.bert.category_id = False
        self.carl.category_id = tag
        self._run(wave, NOW + timedelta(hours=1))
        self.assertEqual(self._got(wave), {self.anna, self.bert, self.carl})
        self.assertEqual((wave.planned_count, wave.left_out_count), (2, 1))
        self.assertEqual(self._row(wave, self.bert).reason, "changed")

    def test_a_lead_who_became_a_contact_is_the_same(self):
        """The audience was fixed when Gustav was a lead; the campaign knows the contact by now."""
        wave = self._letter(audience_ids=self.few.ids)
        everybody = self.campaign.audience_ids
        everybody.member_ids.filtered("lead_id").unlink()
        self.campaign.audience_ids |= self.env["crm.campaign.audience"].create(
            {"name": "Lead", "source": "leads", "lead_domain": f"[('id', '=', {self.lead.id})]"}
        )
        gustav = self._people(["Gustav"])
        self.lead.partner_id = gustav
        self.campaign._fill_targets()
        self._start(wave)
        wave._plan(NOW)
        self.assertEqual(set(wave.delivery_ids.partner_id), {self.anna, self.bert, gustav})

    def test_with_a_response_group_both_hold(self):
        """Anna and Carl replied; Anna and Bert are in the audience."""
        first = self._letter("First")
        self._start(first)
        self._run(first)
        replied = self.env.ref("crm_campaign_roi.response_kind_replied")
        self.env["crm.campaign.response"].create(
            [
                {
                    "campaign_id": self.campaign.id,
                    "wave_id": first.id,
                    "partner_id": person.id,
                    "kind_id": replied.id,
                    "date": NOW + DAY,
                }
                for person in self.anna | self.carl
            ]
        )
        group = self.env["crm.campaign.response.group"].create(
            {
                "name": "Replied",
                "campaign_id": self.campaign.id,
                "wave_id": first.id,
                "any_kind_ids": replied.ids,
            }
        )
        second = self._letter(
            "Second", response_group_id=group.id, audience_ids=self.few.ids, wait_days=0
        )
        self._start(second)
        self._run(second, NOW + 2 * DAY)
        self.assertEqual(self._got(second), {self.anna})

    def test_the_simulation_follows(self):
        wave = self._letter(audience_ids=self.few.ids)
        action = wave.with_user(self.mara).action_simulate()
        rows = self.env["crm.campaign.delivery"].search(action["domain"])
        self.assertEqual(set(rows.partner_id), {self.anna, self.bert})
        self.assertEqual((wave.planned_count, wave.left_out_count), (2, 1))
        self.assertEqual(wave.planned_cost, 3.0)

    def test_the_form_says_who_is_not_written_to(self):
        """Five in the audience: three targets; Hugo and Ida are none."""
        form = Form(self.env["crm.campaign.wave"].with_user(self.mara))
        form.name = "Letter"
        form.campaign_id = self._campaign("Empty")
        form.method = "letter"
        self.assertFalse(form.audience_note)
        form.audience_ids.add(self.few)
        self.assertEqual(
            form.audience_note,
            "5 persons are in the audience. Only those of them whom the campaign chooses as its "
            "targets get the wave; it has not chosen any yet.",
        )
        wave = form.save()
        wave.campaign_id = self.campaign
        self.assertEqual(
            wave.audience_note,
            "3 of the 5 persons in the audience may get the wave. The other 2 are no targets of "
            "the campaign, or are left out of it: they are not written to.",
        )
        wave.write({"subject": "Spring", "body_html": "<p>Hello</p>"})
        self._start(wave)
        self.assertFalse(wave.audience_note)

    def test_the_flow_names_the_audience(self):
        self._letter(audience_ids=self.few.ids)
        [drawn] = self.campaign.with_user(self.mara).get_flow()["waves"]
        self.assertEqual(drawn["audience"], "Few")

    def test_who_gets_a_wave_that_has_begun_stays(self):
        wave = self._letter(audience_ids=self.few.ids)
        self._start(wave)
        with self.assertRaisesRegex(UserError, "who gets it stays as it is"):
            wave.with_user(self.mara).audience_ids = False

    def test_an_audience_of_a_wave_is_not_deleted(self):
        """The wave would go to all targets."""
        self._letter(audience_ids=self.few.ids)
        with self.assertRaisesRegex(UserError, "Letter goes to this audience. Archive it instead"):
            self.few.with_user(self.mara).unlink()
        self.few.active = False

    def test_an_archived_audience_is_asked_as_before(self):
        wave = self._letter(audience_ids=self.few.ids)
        self.few.active = False
        self.env.invalidate_all()
        self._start(wave)
        wave._plan(NOW)
        self.assertEqual(self._got(wave), {self.anna, self.bert, self.lead})

    def test_an_audience_that_cannot_be_asked_stops_the_wave(self):
        self.few.write({"source": "leads", "lead_domain": "[]"})
        wave = self._letter(audience_ids=self.few.ids)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_campaign_audience SET lead_domain = '[(' WHERE id = %s", [self.few.id]
        )
        self.few.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "no conditions on leads"):
            self._start(wave)
        self.assertIn("no conditions on leads", wave.audience_note)

    def test_an_automatic_answer_has_no_audience(self):
        first = self._wave("First")
        with self.assertRaisesRegex(ValidationError, "goes to everybody who replies"):
            self._wave(
                "Answer",
                after_wave_id=first.id,
                auto_reply=True,
                wait_days=0,
                audience_ids=self.few.ids,
            )

    def test_a_copy_keeps_the_audience(self):
        self._letter(audience_ids=self.few.ids)
        self.assertEqual(self.campaign.copy().wave_ids.audience_ids, self.few)

    def test_salespeople_see_waves_but_no_audiences(self):
        wave = self._letter(audience_ids=self.few.ids)
        seller = self._user("sam_audience", "sales_team.group_sale_salesman")
        self.assertEqual(wave.with_user(seller).name, "Letter")
        with self.assertRaises(AccessError):
            wave.with_user(seller).audience_ids.mapped("name")
        arch = self.env["crm.campaign.wave"].with_user(seller).get_view(view_type="form")["arch"]
        self.assertNotIn("audience_ids", arch)

    def test_ten_times_the_persons_cost_no_more_queries(self):
        more = self._people([f"Crowd {number}" for number in range(54)])

        def count(people):
            campaign = self._campaign("Count")
            campaign.audience_ids = self._members("All", people)
            self._run_campaign(campaign)
            campaign._fill_targets()
            wave = self._letter(campaign=campaign, audience_ids=self.few.ids)
            self.few.member_ids = [
                Command.create({"partner_id": person.id}) for person in people - self._in_few()
            ]
            self._start(wave)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wave._plan(NOW)
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(wave.planned_count, len(people))
            return queries

        count(self.people)
        self.assertEqual(count(self.people | more), count(self.people))

    def _in_few(self):
        return self.few.member_ids.partner_id

    def test_an_audience_of_a_segment(self):
        """Segments can be asked for like any fact about customers (ROI-5)."""
        segment = self.env["crm.customer.segment"].create({"name": "Key customers"})
        self.env["crm.customer.segment.member"].create(
            {
                "segment_id": segment.id,
                "company_id": self.env.company.id,
                "partner_id": self.anna.commercial_partner_id.id,
                "date_from": "2026-01-01",
            }
        )
        condition = {"fact": "segment", "operator": "in", "value": segment.ids}
        audience = self.env["crm.campaign.audience"].create(
            {"name": "Segment", "source": "facts", "conditions": condition}
        )
        self.assertEqual(audience._count_or_problem(), (1, False))

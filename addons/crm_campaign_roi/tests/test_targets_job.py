from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_campaign_choice
from .test_targets import TargetCase

LOGGER = "odoo.addons.crm_campaign_roi.models.crm_campaign_choice"


class JobCase(TargetCase):
    """Eleven persons: ten contacts, two of whom are the same, and a lead. Three at once, more by
    the job, four between two commits: 4, 4 and 3.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.campaign_choose_at_once = 3
        cls.startClassPatcher(patch.object(crm_campaign_choice, "BATCH", 4))
        ids = (cls.lead | cls.other_lead).ids
        leads = cls._audience("Leads", source="leads", lead_domain=f"[('id', 'in', {ids})]")
        cls.people[7].email = "Person2@Example.com"
        cls.plan = {
            "audience_ids": [fields.Command.set((cls.garden | leads).ids)],
            "control_share": 40,
            "variant_ids": [
                fields.Command.create({"name": name, "share": share})
                for name, share in (("A", 1), ("B", 3))
            ],
        }
        cls.campaign.write(cls.plan)
        cls.Choice = cls.env["crm.campaign.choice"]
        cls.told = []
        cls.startClassPatcher(
            patch.object(
                type(cls.env.user),
                "_bus_send",
                lambda user, kind, message, **more: cls.told.append((user, kind, message)),
            )
        )

    def setUp(self):
        super().setUp()
        self.told.clear()

    def _click(self):
        return self.campaign.with_user(self.mara).action_fill_targets()

    def _choice(self):
        return self.Choice.search([("campaign_id", "=", self.campaign.id)])

    def _job(self):
        """The job, as Odoo runs it after what was done here is committed."""
        self.env.flush_all()
        self.env["crm.contact.number"]._drain()
        with self.enter_registry_test_mode():
            self.env.ref("crm_campaign_roi.ir_cron_campaign_choice").method_direct_trigger()
        self.env.invalidate_all()

    def _killed(self):
        """Whether the job was killed; what it had committed stays."""
        try:
            self._job()
        except KeyboardInterrupt:
            self.env.invalidate_all()
            return True
        return False

    def _chosen(self, campaign=None):
        """``{person: what the campaign knows of him}``"""
        targets = (campaign or self.campaign).with_context(active_test=False).target_ids
        return {
            (target.partner_id.id, target.lead_id.id): (
                target.state,
                target.arm,
                target.variant,
                target.audience_id,
                target.email_normalized,
                target.e164,
                target.commercial_partner_id,
                target.kept_id.partner_id,
                target.duplicate_by,
            )
            for target in targets
        }

    def _at_once(self):
        """A campaign alike, chosen while somebody waits."""
        twin = self._campaign("Twin", draw_seed=self.campaign.draw_seed, **self.plan)
        twin.with_user(self.mara)._fill_targets()
        return self._chosen(twin)


@tagged("post_install", "-at_install")
class TestTargetsJob(JobCase):
    """ROI-1: many targets are chosen by a job, with progress."""

    def test_few_are_chosen_at_once(self):
        self.campaign.audience_ids = self._members("Few", self.people[:3])
        self._click()
        self.assertFalse(self._choice())
        self.assertEqual(len(self._targets()), 3)

    def test_one_more_is_a_job(self):
        self.campaign.audience_ids = self._members("More", self.people[:4])
        self._click()
        self.assertEqual(self._choice().state, "waiting")
        self.assertFalse(self._targets())

    def test_the_job_chooses_whom_the_button_would_choose(self):
        """10 are in (11 less a duplicate): 40 % are 4; a quarter of 10 ends within the third."""
        self._click()
        self._job()
        self.assertFalse(self._choice())
        chosen = self._chosen()
        self.assertEqual(chosen, self._at_once())
        self.assertEqual(len(chosen), 11)
        self.assertEqual(
            (
                self.campaign.target_count,
                self.campaign.control_count,
                self.campaign.duplicate_count,
            ),
            (6, 4, 1),
        )
        self.assertEqual(self._targets().mapped("drawn"), [True] * 10)
        self.assertFalse(self.env["crm.campaign.choice.person"].search([]))

    def test_whoever_asked_is_told_when_it_is_done(self):
        self._click()
        self._job()
        text = "The targets are chosen: 6 targets, 4 in the control group, 1 duplicates left out."
        told = {"type": "success", "title": "Spring", "message": text, "sticky": False}
        self.assertIn((self.mara, "simple_notification", told), self.told)
        self.assertIn(text, self.campaign.message_ids[0].body)

    def test_a_second_click_starts_nothing(self):
        self._click()
        choice = self._choice()
        self._click()
        self.campaign.with_user(self.env.ref("base.user_admin")).sudo().action_fill_targets()
        self.assertEqual(self._choice(), choice)
        self.assertEqual(choice.user_id, self.mara)

    def test_how_far_it_is(self):
        campaign = self.campaign.with_user(self.mara)
        self.assertIs(campaign.get_choosing(), False)
        self.assertFalse(campaign.choosing_state)
        self._click()
        seen = []

        def look():
            found = campaign.get_choosing()
            seen.append((found["state"], found["placed"], found["total"]))
            return True

        look()
        self._choice()._run(look)
        self.assertEqual(
            seen,
            [
                ("waiting", 0, 0),
                ("running", 0, 11),
                ("running", 4, 11),
                ("running", 8, 11),
                ("running", 11, 11),
            ],
        )
        self.assertIs(campaign.get_choosing(), False)

    def test_only_marketers_and_controllers_see_it(self):
        self._click()
        self.assertEqual(self.campaign.with_user(self.cara).get_choosing()["state"], "waiting")
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.emma).get_choosing()

    def test_when_time_is_up_it_goes_on_later(self):
        self._click()
        choice = self._choice()
        for placed in (0, 4, 8, 11):
            self.assertFalse(choice._run(lambda: False))
            self.assertEqual((choice.placed, choice.state), (placed, "running"))
        self.assertTrue(choice._run(lambda: False))
        self.assertEqual(self._chosen(), self._at_once())

    def test_a_job_killed_half_way_ends_with_the_same_targets(self):
        """The second batch kills the process; the first one was committed."""
        self._click()
        place, calls = self.Choice.__class__._place, []

        def kill(choice, campaign):
            calls.append(choice)
            if len(calls) == 2:
                raise KeyboardInterrupt
            place(choice, campaign)

        with patch.object(self.Choice.__class__, "_place", kill):
            self.assertTrue(self._killed())
        self.assertEqual((self._choice().placed, self._choice().total), (4, 11))
        self.assertEqual(len(self._targets()), 4)
        self._job()
        self.assertFalse(self._choice())
        self.assertEqual(self._chosen(), self._at_once())

    @mute_logger(LOGGER)
    def test_a_failure_is_told_and_nobody_is_in_without_lots(self):
        self._click()
        calls = []

        def fail(campaign):
            calls.append(campaign)
            if len(calls) == 2:
                raise ValueError("The disk is full")
            return placing(campaign)

        placing = self.campaign.__class__._placing
        with patch.object(self.campaign.__class__, "_placing", fail):
            self._job()
        self.assertEqual((self._choice().state, self._choice().total), ("failed", 11))
        self.assertEqual(self.campaign.choosing_state, "failed")
        self.assertFalse(self._targets())
        self.assertEqual(len(self._targets("left")), 4)
        self.assertFalse(self.env["crm.campaign.choice.person"].search([]))
        text = "The targets could not be chosen: The disk is full"
        told = {"type": "danger", "title": "Spring", "message": text, "sticky": True}
        self.assertIn((self.mara, "simple_notification", told), self.told)
        message = self.campaign.message_ids[0]
        self.assertIn(text, message.body)
        self.assertIn(self.mara.partner_id, message.notified_partner_ids)
        self._click()
        self.assertEqual(self._choice().state, "waiting")
        self._job()
        self.assertEqual(self._chosen(), self._at_once())

    @mute_logger(LOGGER)
    def test_one_failure_does_not_stop_the_others(self):
        other = self._campaign("Other", **self.plan)
        self._click()
        other.with_user(self.mara).action_fill_targets()
        self.campaign._set_phase("cancelled")
        self._job()
        self.assertEqual(
            self._choice().problem, "The campaign is over: its targets stay as they are."
        )
        self.assertEqual((other.target_count, other.control_count), (6, 4))

    def test_what_failed_is_forgotten_when_few_are_chosen(self):
        self._click()
        self._choice().write({"state": "failed", "problem": "Storm"})
        self.campaign.audience_ids = self._members("Few", self.people[:3])
        self._click()
        self.assertFalse(self._choice())

    def test_an_audience_that_cannot_be_asked(self):
        self.env.cr.execute(
            "UPDATE crm_campaign_audience SET conditions = replace(conditions::text, 'tags',"
            " 'gone')::jsonb WHERE id = %s",
            [self.garden.id],
        )
        self.garden.invalidate_recordset()
        with self.assertRaises(UserError):
            self._click()
        self.assertFalse(self._choice())

    def test_no_wave_goes_on_meanwhile(self):
        """The control group would get what is planned before the lots are drawn."""
        for phase in ("approved", "running"):
            self.campaign._set_phase(phase)
        wave = self.env["crm.campaign.wave"].create(
            {
                "name": "Letter",
                "campaign_id": self.campaign.id,
                "method": "letter",
                "subject": "Spring",
                "body_html": "<p>Hello</p>",
            }
        )
        wave.with_user(self.mara).action_start()
        self._click()
        choice = self._choice()
        choice._run(lambda: False)
        choice._run(lambda: False)
        now = fields.Datetime.now()
        self.assertTrue(wave._run(now))
        self.assertFalse(wave.delivery_ids)
        choice._run(lambda: True)
        wave._run(now)
        self.assertEqual(len(wave.delivery_ids), 6)
        self.assertEqual(set(wave.delivery_ids.target_id.mapped("arm")), {"treated"})

    def test_a_simulation_does_not_choose_a_million(self):
        wave = self.env["crm.campaign.wave"].create(
            {"name": "Letter", "campaign_id": self.campaign.id, "method": "letter"}
        )
        with self.assertRaisesRegex(UserError, "for many people: choose its targets first"):
            wave.with_user(self.mara).action_simulate()
        self._click()
        with self.assertRaisesRegex(UserError, "are being chosen: wait"):
            wave.with_user(self.mara).action_simulate()

    def test_the_job_sees_what_whoever_asked_sees(self):
        """Mara may look at a second company, but did not: its leads are not asked for."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.mara.company_ids |= elsewhere
        self.other_lead.partner_id = False
        self.other_lead.company_id = elsewhere
        campaign = self.campaign.with_user(self.mara)
        campaign.with_context(allowed_company_ids=self.company.ids).action_fill_targets()
        self.assertEqual(self._choice().companies, self.company.ids)
        self._job()
        self.assertEqual(self._targets().filtered("lead_id").lead_id, self.lead)

    def test_what_is_left_of_a_campaign_that_was_deleted_goes(self):
        self._click()
        self._choice()._run(lambda: False)
        persons = self.env["crm.campaign.choice.person"].search([])
        self.assertEqual(len(persons), 11)
        self.campaign.unlink()
        self.env["crm.campaign.choice.person"]._gc_forgotten()
        self.assertFalse(persons.exists())

    def test_ten_times_the_persons_cost_no_more_queries(self):
        def count(people):
            campaign = self._campaign("Count")
            campaign.audience_ids = self._members("Count", people)
            campaign.with_user(self.mara).action_fill_targets()
            choice = self.Choice.search([("campaign_id", "=", campaign.id)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            choice._run(lambda: True)
            self.env.flush_all()
            self.assertEqual(campaign.target_count, len(people))
            return self.env.cr.sql_log_count - before

        more = self.env["res.partner"].create(
            [{"name": f"More {n}", "email": f"more{n}@example.com"} for n in range(90)]
        )
        with patch.object(crm_campaign_choice, "BATCH", 1_000):
            people = self.people - self.people[7]
            count(people)
            self.assertEqual(count(people | more), count(people))

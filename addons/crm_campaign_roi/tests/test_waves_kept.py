from datetime import datetime, timedelta

from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_responses import ResponseCase
from .common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestWavesKept(WaveCase):
    """ROI-1: a wave that has begun and a copied wave go to those whom they were meant for."""

    def test_a_copied_campaign_answers_as_the_original(self):
        first = self._wave()
        self._wave("Thanks", after_wave_id=first.id, auto_reply=True, wait_days=0)
        invitation, answer = self.campaign.copy().wave_ids
        self.assertEqual((answer.after_wave_id, answer.auto_reply), (invitation, True))
        self.assertFalse(invitation.auto_reply)

    def test_a_begun_wave_keeps_channel_group_and_answer(self):
        first = self._wave()
        wave = self._wave("Reminder", after_wave_id=first.id, wait_days=0)
        group = self._reply_group(first)
        self._start(first, wave)
        for values in (
            {"channel_id": self.letter.id},
            {"auto_reply": True},
            {"response_group_id": group.id},
        ):
            with self.assertRaisesRegex(UserError, "Reminder has begun"):
                wave.write(values)

    def test_the_group_of_a_begun_wave_stays(self):
        first = self._wave()
        group = self._reply_group(first)
        wave = self._wave("Reminder", response_group_id=group.id)
        group.name = "Replied to it"
        self._start(first, wave)
        with self.assertRaisesRegex(UserError, "Reminder has begun"):
            group.wave_id = False
        with self.assertRaisesRegex(UserError, "Reminder has begun"):
            group.unlink()
        self.assertEqual(wave.after_wave_id, first)

    def _reply_group(self, wave):
        kind = self.env["crm.campaign.response.kind"].search([("code", "=", "replied")])
        return self.env["crm.campaign.response.group"].create(
            {
                "name": "Replied",
                "campaign_id": self.campaign.id,
                "wave_id": wave.id,
                "any_kind_ids": [Command.set(kind.ids)],
            }
        )

    def test_the_form_shows_them_read_only(self):
        view = self.env["crm.campaign.wave"].get_view(view_type="form")
        arch = etree.fromstring(view["arch"])
        for name in ("channel_id", "response_group_id", "auto_reply", "after_wave_id"):
            node = arch.xpath(f"//group[@name='main']//field[@name='{name}']")[0]
            self.assertIn("state not in ('draft', 'ready')", node.get("readonly"), name)

    # -- decided again at the moment found ------------------------------------------------------

    def _slow_at_nine(self):
        """Two an hour at nine by the clock of Berlin: 8:00 UTC of 3 March."""
        wave = self._wave("Slow", method="letter", use_local_hour=True, local_hour=9, throttle=2)
        self.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        self._start(wave)
        self._run(wave)
        return wave

    def test_slow_sending_goes_on_after_the_recipients_hour(self):
        """Six letters in the three hours from 8:00 on, not two a day."""
        wave, first = self._slow_at_nine(), datetime(2026, 3, 3, 8)
        for hours, sent in ((0, 2), (1, 4), (2, 6)):
            self._run(wave, first + timedelta(hours=hours, minutes=5))
            self.assertEqual(len(self._rows(wave, "sent")), sent)

    def test_a_job_that_comes_much_later_waits_for_the_hour_again(self):
        """Nobody ran it until 20:00 UTC: two at 8:00 UTC of the next day, and so on."""
        wave = self._slow_at_nine()
        self._run(wave, datetime(2026, 3, 3, 20))
        dues = sorted(self._rows(wave, "planned").mapped("due_at"))
        self.assertEqual(dues[0], datetime(2026, 3, 4, 8))
        self.assertEqual(len(self._rows(wave, "sent")), 0)

    def test_quiet_hours_over_the_recipients_hour(self):
        """Quiet until 11:00 CET, 10:00 UTC: then it goes out, not at nine of another day."""
        permission = self.env["crm.contact.permission"]
        permission.search([("partner_id", "=", self.anna.id)]).write(
            {"quiet_from": 8.0, "quiet_to": 11.0}
        )
        wave = self._wave(use_local_hour=True, local_hour=9)
        self._start(wave)
        self._run(wave)
        ten = datetime(2026, 3, 3, 10)
        self.assertEqual(self._row(wave, self.anna).due_at, ten)
        wave.sudo()._plan(ten + timedelta(minutes=5))
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.due_at), ("planned", ten + timedelta(minutes=5)))
        self.assertFalse(row.reason)

    # -- targets of today ----------------------------------------------------------------------

    def test_a_living_exclusion_beside_a_fixed_audience(self):
        """Bert gets the tag after the first day: he is out of what comes."""
        tag = self.env["res.partner.category"].create({"name": "Wants nothing"})
        tagged = {"fact": "tags", "operator": "in", "value": tag.ids}
        living = self.env["crm.campaign.audience"].create(
            {
                "name": "Wants nothing",
                "user_id": self.mara.id,
                "conditions": {"operator": "and", "conditions": [tagged]},
            }
        )
        self.campaign.audience_ids.with_user(self.mara).action_fix()
        self.campaign.excluded_audience_ids = living
        wave = self._wave(date_planned=NOW + DAY)
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._row(wave, self.bert).state, "planned")
        self.bert.category_id = tag
        self._run(wave, NOW + timedelta(hours=1))
        row = self._row(wave, self.bert)
        self.assertEqual((row.state, row.reason), ("left_out", "changed"))

    def _fixed_campaign(self):
        campaign = self._campaign("Fixed")
        campaign.audience_ids = self._members("Two", self.anna | self.bert)
        campaign.audience_ids.with_user(self.mara).action_fix()
        self._run_campaign(campaign)
        return campaign

    def test_fixed_audiences_are_asked_when_nobody_chose(self):
        wave = self._wave(campaign=self._fixed_campaign())
        self._start(wave)
        self._run(wave)
        self.assertEqual(wave.delivery_ids.partner_id, self.anna | self.bert)

    def test_they_are_asked_before_a_simulation(self):
        wave = self._wave(campaign=self._fixed_campaign())
        wave.with_user(self.mara).action_simulate()
        self.assertEqual(wave.planned_count, 2)

    def test_a_wave_to_nobody_does_not_start(self):
        campaign = self._campaign("Nobody")
        self._run_campaign(campaign)
        wave = self._wave(campaign=campaign)
        with self.assertRaisesRegex(UserError, "Nobody goes to nobody"):
            self._start(wave)
        self.assertEqual(wave.state, "draft")

    def test_a_lead_that_becomes_a_contact_keeps_what_he_got(self):
        """The same target gets the first wave once, and the one that comes after it."""
        leads = self.env["crm.campaign.audience"].create(
            {
                "name": "Leads",
                "source": "leads",
                "user_id": self.mara.id,
                "lead_domain": f"[('id', '=', {self.lead.id})]",
            }
        )
        self.campaign.audience_ids = leads
        self.lead.write({"street": "Pond street 1", "city": "Berlin"})
        first = self._wave(method="letter")
        second = self._wave("Later", method="letter", after_wave_id=first.id, wait_days=1)
        self._start(first, second)
        self._run(first)
        target = first.delivery_ids.target_id
        self.assertEqual((target.lead_id, first.delivery_ids.state), (self.lead, "sent"))
        target.variant = "B"
        gustav = self.fritz.copy({"name": "Gustav", "email": self.lead.email_from})
        self.lead.partner_id = gustav
        self._run(second, NOW + 2 * DAY)
        self.assertEqual(self.campaign.target_ids, target)
        self.assertEqual((target.partner_id, target.state, target.variant), (gustav, "in", "B"))
        self.assertEqual(len(first.delivery_ids), 1)
        self.assertEqual((second.delivery_ids.target_id, second.sent_count), (target, 1))


@tagged("post_install", "-at_install")
class TestCopiedGroups(ResponseCase):
    """ROI-1: branches of a copied campaign."""

    def test_a_group_of_the_whole_campaign_is_copied(self):
        """A wave to it would go to everybody."""
        group = self._group("Bought", ["bought"], wave_id=False)
        self._wave("Thanks", response_group_id=group.id)
        self._group("Nobody asks", ["opened"], wave_id=False)
        copy = self.campaign.copy({"title": "Again"})
        first, second = copy.wave_ids.sorted("id")
        twin = second.response_group_id
        self.assertEqual((twin.name, twin.campaign_id), ("Bought", copy))
        self.assertEqual(twin.any_kind_ids, self.kinds["bought"])
        self.assertFalse(twin.wave_id or second.after_wave_id or first.response_group_id)
        self.assertEqual(copy.response_group_ids.mapped("name"), ["Bought", "Nobody asks"])

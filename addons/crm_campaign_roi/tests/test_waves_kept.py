from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_responses import ResponseCase
from .common_waves import WaveCase


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

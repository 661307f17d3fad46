import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_waves import NOW, WaveCase


@tagged("post_install", "-at_install")
class TestWaveMaterial(WaveCase):
    """ROI-1: which version of which material a wave used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flyer, cls.film = cls.env["crm.campaign.material"].create(
            [{"name": "Flyer"}, {"name": "Film"}]
        )
        cls.first = cls._approved(cls.flyer, b"1")

    @classmethod
    def _approved(cls, material, content):
        """A version that mara made and mona approved."""
        version = cls.env["crm.campaign.material.version"].with_user(cls.mara)
        version = version.create(
            {
                "material_id": material.id,
                "name": "flyer.pdf",
                "file": base64.b64encode(b"%PDF-1.7 " + content),
            }
        )
        version.with_user(cls.mona).action_approve()
        return version.sudo(False).with_env(cls.env)

    def _with(self, *materials, name="Letter", **values):
        chosen = [Command.create({"material_id": one.id}) for one in materials]
        return self._wave(name, method="letter", material_use_ids=chosen, **values)

    def _use(self, wave):
        wave.invalidate_recordset()
        return wave.material_use_ids.ensure_one()

    def test_the_version_approved_at_the_start_is_recorded(self):
        """Version 1 goes out; version 2, approved a day later, is that of the next wave."""
        wave = self._with(self.flyer)
        self.assertFalse(self._use(wave).version_id)
        with self._at(NOW):
            self._start(wave)
        self.assertEqual(
            (self._use(wave).version_id, self._use(wave).recorded_on), (self.first, NOW)
        )
        second = self._approved(self.flyer, b"2")
        self.assertEqual(self.first.state, "retired")
        self.assertEqual(self._use(wave).version_id, self.first)
        self.assertTrue(self._use(wave).is_superseded)
        wave.with_user(self.mara).action_pause()
        wave.with_user(self.mara).action_resume()
        self.assertEqual(self._use(wave).version_id, self.first)
        later = self._with(self.flyer, name="Reminder")
        self._start(later)
        self.assertEqual(self._use(later).version_id, second)

    def test_a_ready_wave_goes_out_with_the_version_it_was_made_ready_with(self):
        campaign = self._campaign("Summer", audience_ids=self.campaign.audience_ids.ids)
        wave = self._with(self.flyer, campaign=campaign)
        wave.with_user(self.mara).action_ready()
        self.assertEqual(self._use(wave).version_id, self.first)
        second = self._approved(self.flyer, b"2")
        self._run_campaign(campaign)
        self.assertEqual((wave.state, self._use(wave).version_id), ("running", self.first))
        self.assertNotEqual(second, self.first)

    def test_back_to_draft_takes_the_newer_version(self):
        wave = self._with(self.flyer).with_user(self.mara)
        wave.action_ready()
        second = self._approved(self.flyer, b"2")
        wave.action_to_draft()
        self.assertFalse(self._use(wave).version_id)
        wave.action_ready()
        self.assertEqual(self._use(wave).version_id, second)

    def test_without_an_approved_version_it_does_not_start(self):
        wave = self._with(self.flyer, self.film).with_user(self.mara)
        words = "No version of the material “Film” is approved: have one approved, or take"
        for method in ("action_ready", "action_start"):
            with self.subTest(method), self.assertRaisesRegex(UserError, words):
                getattr(wave, method)()
        self.assertEqual(wave.state, "draft")
        self.assertFalse(wave.material_use_ids.version_id)
        film = self._approved(self.film, b"film")
        wave.action_start()
        self.assertEqual(wave.material_use_ids.version_id, self.first | film)

    def test_a_version_retired_while_the_wave_was_ready_keeps_it_back(self):
        wave = self._with(self.flyer).with_user(self.mara)
        wave.action_ready()
        self.first.with_user(self.mara).action_retire()
        with self.assertRaisesRegex(UserError, "the material “Flyer” is approved"):
            wave.action_start()
        self.assertEqual(wave.state, "ready")

    def test_a_paused_wave_goes_on_with_what_it_used(self):
        wave = self._with(self.flyer).with_user(self.mara)
        wave.action_start()
        wave.action_pause()
        self.first.with_user(self.mara).action_retire()
        wave.action_resume()
        self.assertEqual((wave.state, self._use(wave).version_id), ("running", self.first))

    def test_material_of_a_wave_that_has_begun_stays(self):
        wave = self._with(self.flyer).with_user(self.mara)
        use = wave.material_use_ids
        use.material_id = self.film
        use.material_id = self.flyer
        wave.action_start()
        changes = (
            lambda: wave.write(
                {"material_use_ids": [Command.create({"material_id": self.film.id})]}
            ),
            lambda: wave.write({"material_use_ids": [Command.clear()]}),
            lambda: use.write({"material_id": self.film.id}),
            lambda: self.film.with_user(self.mara).write(
                {"use_ids": [Command.create({"wave_id": wave.id})]}
            ),
            lambda: use.write({"wave_id": self._wave("Other").id}),
        )
        for number, change in enumerate(changes):
            with self.subTest(number), self.assertRaises(UserError) as refused:
                change()
            self.assertIn("its material stays", str(refused.exception))

    def test_nobody_writes_versions_by_hand(self):
        use = self._with(self.flyer).with_user(self.mara).material_use_ids
        with self.assertRaisesRegex(UserError, "recorded when"):
            use.version_id = self.first
        made = (
            self._wave("Other")
            .material_use_ids.with_user(self.mara)
            .create(
                {
                    "wave_id": self._wave("Third").id,
                    "material_id": self.flyer.id,
                    "version_id": self.first.id,
                }
            )
        )
        self.assertFalse(made.version_id)

    def test_a_restarted_wave_that_reached_somebody_keeps_its_version(self):
        """Cancelled after two letters went out, then started for the rest: still version 1."""
        wave = self._with(self.flyer, throttle=2).with_user(self.mara)
        wave.action_start()
        self._run(wave)
        self.assertEqual((wave.sent_count, wave.state), (2, "running"))
        wave.action_cancel()
        wave.action_to_draft()
        self._approved(self.flyer, b"2")
        self.assertEqual(self._use(wave).version_id, self.first)
        with self.assertRaises(UserError):
            wave.material_use_ids.unlink()
        wave.action_start()
        self.assertEqual(self._use(wave).version_id, self.first)

    def test_where_each_version_was_used(self):
        one, two = self._with(self.flyer), self._with(self.flyer, name="Two")
        self._start(one)
        second = self._approved(self.flyer, b"2")
        self._start(two)
        draft = self._with(self.flyer, name="Draft")
        waves = self.env["crm.campaign.wave"].with_user(self.mara)
        self.env.invalidate_all()
        for record, found in (
            (self.first, one),
            (second, two),
            (self.flyer, one | two | draft),
        ):
            self.assertEqual(record.wave_count, len(found))
            self.assertEqual(waves.search(record.action_open_waves()["domain"]), found)
        self.assertEqual(self.flyer.use_ids.wave_id, one | two | draft)
        self.assertEqual(second.display_name, "Version 2: flyer.pdf")

    def test_the_campaign_uses_what_its_waves_use(self):
        self.assertFalse(self.campaign.material_ids)
        wave = self._with(self.flyer)
        self.assertEqual(self.campaign.material_ids, self.flyer)
        wave.material_use_ids.with_user(self.mara).material_id = self.film
        self.assertEqual(self.campaign.material_ids, self.flyer | self.film)

    def test_a_copy_uses_the_same_material_and_no_version_yet(self):
        wave = self._with(self.flyer)
        self._start(wave)
        [copy] = self.campaign.copy().wave_ids
        self.assertEqual(copy.material_use_ids.material_id, self.flyer)
        self.assertFalse(copy.material_use_ids.version_id or copy.material_use_ids.recorded_on)

    def test_used_material_is_archived_not_deleted(self):
        self._with(self.film)
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.film.with_user(self.mara).unlink()
        self.film.with_user(self.mara).active = False
        self.assertFalse(self.film.active)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may(self):
        wave = self._with(self.flyer)
        uses = self.env["crm.campaign.wave.material"]
        self.assertEqual(uses.with_user(self.cara).search([]), wave.material_use_ids)
        with self.assertRaises(AccessError):
            wave.material_use_ids.with_user(self.cara).unlink()
        with self.assertRaises(AccessError):
            uses.with_user(self.sam).search([])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.film.company_id = other
        with self.assertRaises(UserError):
            self._with(self.film)

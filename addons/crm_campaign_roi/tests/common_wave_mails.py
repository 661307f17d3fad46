from unittest.mock import patch

from odoo.addons.mail.tests.common import MockEmail

from .common_waves import NOW, WaveCase


class WaveMailCase(WaveCase, MockEmail):
    """Five contacts may get mails; the lead is no target. For glue whose waves are mails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.campaign.date_published = "2026-03-01"

    def _go(self, wave=None, now=NOW):
        """The job of the waves, the job of the mailings, and the job of the waves again."""
        wave = wave or self.wave
        with self._at(now):
            self._start(wave)
        self._run(wave, now)
        with self._at(now), self.mock_mail_gateway():
            for mailing in wave.mailing_ids.filtered(lambda m: m.state == "in_queue"):
                mailing._action_send_mail()
                mailing.state = "done"
        self._run(wave, now)
        return self._mails

    def _go_killed(self):
        """Batches of two; the third kills the job: four have got their mail.

        :return: the mailing, which the next job goes on with
        """
        self.env["ir.config_parameter"].sudo().set_param("mail.batch_size", 2)
        with self._at(NOW):
            self._start(self.wave)
        self._run(self.wave)
        composer = type(self.env["mail.compose.message"])
        original, calls = composer._prepare_mail_values, []

        def kill(wizard, res_ids):
            calls.append(res_ids)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return original(wizard, res_ids)

        mailing = self.wave.mailing_ids
        stop = patch.object(composer, "_prepare_mail_values", kill)
        with stop, self._at(NOW), self.mock_mail_gateway():
            self.assertTrue(self._killed(mailing))
        return mailing

    def _killed(self, mailing):
        """Whether the job was killed; what it had committed stays."""
        try:
            mailing._action_send_mail()
        except KeyboardInterrupt:
            return True
        return False

    def _fill(self):
        self.env["crm.touchpoint"]._fill()
        self.env["crm.campaign.response"]._fill(self.campaign)

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
        with self._at(NOW):
            self._start(self.wave)
        self._run(self.wave)
        mailing = self.wave.mailing_ids
        with self._at(NOW), self.mock_mail_gateway():
            self.assertTrue(self._killed(mailing._action_send_mail))
        return mailing

    def _fill(self):
        self.env["crm.touchpoint"]._fill()
        self.env["crm.campaign.response"]._fill(self.campaign)

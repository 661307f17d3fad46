from datetime import timedelta

from odoo.addons.crm_campaign_roi.tests.common_waves import NOW, WaveCase
from odoo.addons.mail.tests.common import MockEmail

DAY = timedelta(days=1)


class EventCase(WaveCase, MockEmail):
    """A seminar ten days after the invitation; the lead's wish is no target."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.campaign.date_published = "2026-03-01"
        cls.event = cls._event("Seminar")
        cls.wave = cls._invitation()

    @classmethod
    def _event(cls, name, **values):
        return cls.env["event.event"].create(
            {
                "name": name,
                "date_begin": NOW + 10 * DAY,
                "date_end": NOW + 10 * DAY + timedelta(hours=4),
                "date_tz": "Europe/Berlin",
                **values,
            }
        )

    @classmethod
    def _invitation(cls, **values):
        return cls._wave(
            "Seminar",
            **{
                "method": "event",
                "event_id": cls.event.id,
                "body_html": "<p>[[event]]</p><p>[[registration]]</p>",
                **values,
            },
        )

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

    def _register(self, person, **values):
        """By the link of the person's mail."""
        row = self._row(self.wave, person)
        return row._event_register({**row._event_person(), **values})

    def _fill(self):
        self.env["crm.touchpoint"]._fill()
        self.env["crm.campaign.response"]._fill(self.campaign)

    def _responses(self, *codes):
        """``{(name, kind, wave)}`` of the campaign."""
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        return sorted(
            (row.partner_id.name or row.lead_id.name, row.kind_id.code, row.wave_id.name or "")
            for row in rows
            if row.kind_id.code in (codes or ("registered", "attended", "absent"))
        )

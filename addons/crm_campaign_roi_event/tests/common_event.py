from datetime import timedelta

from odoo.addons.crm_campaign_roi.tests.common_wave_mails import WaveMailCase
from odoo.addons.crm_campaign_roi.tests.common_waves import DAY, NOW


class EventCase(WaveMailCase):
    """A seminar ten days after the invitation; the lead's wish is no target."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def _register(self, person, **values):
        """By the link of the person's mail."""
        row = self._row(self.wave, person)
        return row._event_register({**row._event_person(), **values})

    def _responses(self, *codes):
        """``{(name, kind, wave)}`` of the campaign."""
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        return sorted(
            (row.partner_id.name or row.lead_id.name, row.kind_id.code, row.wave_id.name or "")
            for row in rows
            if row.kind_id.code in (codes or ("registered", "attended", "absent"))
        )

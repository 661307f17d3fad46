from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields

from .common_campaign import CampaignCase

#: Monday noon.
NOW = datetime(2026, 3, 2, 12)
DAY = timedelta(days=1)


class WaveCase(CampaignCase):
    """Six contacts and a lead as targets of a running campaign.

    All but Fritz have granted mails and have an address, so has a contact with the lead's address;
    letters need no permission. A mail costs 0.10, a letter 1.50.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.email, cls.letter, cls.phone = (
            cls.env.ref(f"crm_customer_insight.crm_contact_channel_{code}")
            for code in ("email", "letter", "phone")
        )
        cls.env["crm.contact.channel.rate"].search([]).unlink()
        cls.env["crm.contact.channel.rate"].create(
            [
                {"channel_id": channel.id, "company_id": cls.company.id, "cost": cost}
                for channel, cost in ((cls.email, 0.1), (cls.letter, 1.5))
            ]
        )
        cls.env["crm.contact.pressure.rule"].search([]).active = False
        cls.people = cls._people(["Anna", "Bert", "Carl", "Dora", "Emil", "Fritz"])
        cls.anna, cls.bert, cls.carl, cls.dora, cls.emil, cls.fritz = cls.people
        cls._permit(cls.people - cls.fritz)
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Pond", "contact_name": "Gustav", "email_from": "gustav@waves.example.com"}
        )
        cls.namesake = cls.env["res.partner"].create(
            {"name": "Gustav", "email": "gustav@waves.example.com"}
        )
        cls._permit(cls.namesake)
        cls.campaign.audience_ids = cls._members("All", cls.people, cls.lead)
        cls._run_campaign(cls.campaign)

    @classmethod
    def _run_campaign(cls, campaign):
        campaign._set_phase("approved")
        campaign._set_phase("running")

    @classmethod
    def _people(cls, names):
        return cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": f"{name.lower()}@waves.example.com",
                    "street": f"{name} street 1",
                    "city": "Berlin",
                    "tz": "Europe/Berlin",
                }
                for name in names
            ]
        )

    @classmethod
    def _permit(cls, people, channel=None, **values):
        cls.env["crm.contact.permission"].create(
            [
                {
                    "partner_id": person.id,
                    "channel_id": (channel or cls.email).id,
                    "state": "granted",
                    "origin": "written",
                    "date": "2026-01-01 00:00:00",
                    **values,
                }
                for person in people
            ]
        )

    @classmethod
    def _members(cls, name, people, leads=()):
        members = [{"partner_id": person.id} for person in people]
        members += [{"lead_id": lead.id} for lead in leads]
        return cls.env["crm.campaign.audience"].create(
            {
                "name": name,
                "source": "members",
                "user_id": cls.mara.id,
                "member_ids": [fields.Command.create(values) for values in members],
            }
        )

    @classmethod
    def _wave(cls, name="Invitation", campaign=None, **values):
        return cls.env["crm.campaign.wave"].create(
            {
                "name": name,
                "campaign_id": (campaign or cls.campaign).id,
                "user_id": cls.mara.id,
                "email_from": '"Mara" <mara@example.com>',
                "subject": "Spring",
                "body_html": "<p>Hello</p>",
                **values,
            }
        )

    def _start(self, *waves):
        for wave in waves:
            wave.with_user(self.mara).action_start()

    def _run(self, wave, now=NOW):
        with self._at(now):
            return wave.sudo()._run(now)

    def _queries_of_plan(self, wave):
        """How many queries it takes to decide about everybody, with nothing in the caches."""
        wave._refresh_targets()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wave.sudo()._plan(NOW)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _at(self, now):
        """Odoo's fields read *now* for the present."""
        return patch.object(fields.Datetime, "now", lambda *args: now)

    def _row(self, wave, person):
        field = "lead_id" if person._name == "crm.lead" else "partner_id"
        row = wave.delivery_ids.filtered(lambda row: row[field] == person)
        return row.ensure_one()

    def _rows(self, wave, state):
        return wave.delivery_ids.filtered(lambda row: row.state == state)

    def _killed(self, job):
        """Whether *job* was killed; what it had committed stays.

        Mails are composed in batches of two, and the third batch kills: four have got theirs.
        """
        self.env["ir.config_parameter"].sudo().set_param("mail.batch_size", 2)
        composer = type(self.env["mail.compose.message"])
        original, calls = composer._prepare_mail_values, []

        def kill(wizard, res_ids):
            calls.append(res_ids)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return original(wizard, res_ids)

        try:
            with patch.object(composer, "_prepare_mail_values", kill):
                job()
        except KeyboardInterrupt:
            return True
        return False

from odoo.fields import Datetime

from .test_targets import TargetCase


class ResponseCase(TargetCase):
    """Ten targets of the campaign; a mail wave reached the first six on 2 March 2026 at 9:00.

    The campaign's window goes from 1 March to 31 May 2026.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.mara).action_fill_targets()
        cls.targets = cls.env["crm.campaign.target"].search(
            [("campaign_id", "=", cls.campaign.id)], order="id"
        )
        cls.wave = cls._wave("Invitation")
        cls._sent(cls.wave, cls.targets[:6], "2026-03-02 09:00:00")
        cls.kinds = {kind.code: kind for kind in cls.env["crm.campaign.response.kind"].search([])}

    @classmethod
    def _wave(cls, name, **values):
        return cls.env["crm.campaign.wave"].create(
            {"name": name, "campaign_id": cls.campaign.id, "method": "mail", **values}
        )

    @classmethod
    def _sent(cls, wave, targets, when, state="sent"):
        """Rows as the wave writes them."""
        cls.env["crm.campaign.delivery"].create(
            [
                {
                    "wave_id": wave.id,
                    "campaign_id": wave.campaign_id.id,
                    "target_id": target.id,
                    "partner_id": target.partner_id.id,
                    "lead_id": target.lead_id.id,
                    "state": state,
                    "due_at": when,
                    "sent_at": when if state == "sent" else False,
                }
                for target in targets
            ]
        )

    def _touch(self, number, kind, event, when, **values):
        """A touch of person *number*, from a document of its own unless *values* say which."""
        ResponseCase.document = getattr(ResponseCase, "document", 10**6) + 1
        touch = {
            "res_model": "x.document",
            "res_id": ResponseCase.document,
            "event": event,
            "kind": kind,
            "date": Datetime.to_datetime(when),
            "partner_id": self.people[number].id,
            "company_id": self.company.id,
            **values,
        }
        self.env["crm.touchpoint"]._append([touch])
        return touch

    def _mailed(self, number, event, when, **values):
        return self._touch(number, "mailing", event, when, campaign_id=self.campaign.id, **values)

    def _read(self):
        self.env["crm.campaign.response"]._fill(self.campaign)
        return self._responses()

    def _responses(self):
        """``[(person's number, kind, wave)]`` in the order of time."""
        rows = self.env["crm.campaign.response"].search(
            [("campaign_id", "=", self.campaign.id)], order="date, id"
        )
        people = self.people.ids
        return [
            (people.index(row.partner_id.id), row.kind_id.code, row.wave_id.name or False)
            for row in rows
        ]

    def _group(self, name, some=(), none=(), **values):
        return self.env["crm.campaign.response.group"].create(
            {
                "name": name,
                "campaign_id": self.campaign.id,
                "wave_id": self.wave.id,
                "any_kind_ids": [self.kinds[code].id for code in some],
                "none_kind_ids": [self.kinds[code].id for code in none],
                **values,
            }
        )

    def _members(self, name, people=None):
        """As in the targets' case; with a group alone, the numbers of the persons in it."""
        if people is not None:
            return super()._members(name, people)
        found = self.env["crm.campaign.target"].search([("response_group_ids", "in", name.ids)])
        return sorted(self.people.ids.index(partner.id) for partner in found.partner_id)

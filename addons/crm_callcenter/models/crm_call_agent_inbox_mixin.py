from odoo import api, models

from .crm_call_contact_offer_mixin import HELD

#: Contacts shown on the bar.
MOST = 50


class CrmCallAgentInboxMixin(models.AbstractModel):
    """What an agent has in the inbox (CC-7). A part of ``crm.call.agent``."""

    _name = "crm.call.agent.inbox.mixin"
    _description = "Inbox of an agent"

    def _readable(self, records):
        """Those of the records that the agent may read."""
        self.ensure_one()
        return records.with_user(self.user_id)._filtered_access("read")

    def _spoken_languages(self):
        """Languages that are a skill of colleagues, ready or not: who prefers one waits for it.

        A language that nobody speaks is asked of nobody.

        :return: ``{code: frozenset of the skill's number}``
        """
        colleagues = self.search([("company_id", "in", self.company_id.ids)])
        rows = colleagues._released_skills().filtered("skill_id.lang_id")
        return {row.skill_id.lang_id.code: frozenset([row.skill_id.id]) for row in rows}

    def _inbox_rows(self):
        """What he was offered, and what he works on, for the call bar.

        :return: list of dicts: id, channel, label (of the channel), subject, customer, state,
            since, until (of an offer, or False), late
        """
        self.ensure_one()
        contacts = self.env["crm.call.contact"].search(
            [("agent_id", "=", self.id), ("state", "in", HELD)], limit=MOST
        )
        labels = dict(contacts._fields["channel"]._description_selection(self.env))
        rows = [
            {
                "id": one.id,
                "channel": one.channel,
                "label": labels[one.channel],
                "subject": one.subject or "",
                "customer": one.with_user(self.user_id).partner_id._filtered_access("read").name
                or "",
                "state": one.state,
                "since": _text(one.since),
                "until": _text(one.offer_until),
                "late": one.is_late,
            }
            for one in contacts
        ]
        return sorted(rows, key=lambda row: (row["state"] != "offered", row["since"]))

    @api.model
    def inbox_step(self, contact_id, step):
        """Accept, decline, take up again (open) or finish (done) what is in one's inbox.

        :param step: accept, decline, open, done
        :return: dict: bar (as ``_bar``), action (to open the record, or False)
        :raises UserError: it is not with the agent any more, or no such step
        """
        agent = self._me()
        contact = self.env["crm.call.contact"].browse(int(contact_id)).exists()
        steps = {
            "accept": contact.action_accept,
            "decline": contact.action_decline,
            "open": contact.action_accept,
            "done": contact.action_done,
        }
        action = steps[step]() if contact and step in steps else contact._mine_open()
        return {"bar": agent._bar(), "action": action if isinstance(action, dict) else False}


def _text(value):
    return value and value.strftime("%Y-%m-%d %H:%M:%S")

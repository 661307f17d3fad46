from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: What an agent may say of a call after it.
SAID = ("answered", "refused", "wrong_number")
CONTEXT = "from-agent"


class CrmCallListPreviewMixin(models.AbstractModel):
    """An agent works a list: looks, dials, says what came of it (CC-6).

    A part of ``crm.call.list``. Agents may not write lists; what they do here is checked, and
    written for them.
    """

    _name = "crm.call.list.preview.mixin"
    _description = "Preview of call lists"

    @api.model
    def get_card(self):
        """Whom the agent calls next; the one he has stays until he is through with him.

        :return: dict: agent (name, or False for who is none), lists (id, name, waiting), card (see
            :meth:`_card`, or False), next_at (when somebody may be called next, or False)
        """
        agent = self.env["crm.call.agent"]._mine()
        lists = self._of_agent(agent)
        entry = self._current(agent) or self._offer(lists, agent)
        return {
            "agent": agent.name or False,
            "lists": [{"id": one.id, "name": one.name} for one in lists],
            "card": self._card(entry, agent) if entry else False,
            "next_at": not entry and self._next_moment(lists),
        }

    @api.model
    def _of_agent(self, agent):
        """Running preview lists on which the agent calls."""
        running = self.search([("state", "=", "running"), ("mode", "=", "preview")])
        return running.filtered(lambda one: agent in one._agents()) if agent else running.browse()

    @api.model
    def _current(self, agent):
        """The entry an agent has."""
        mine = [("agent_id", "in", agent.ids), ("state", "in", ["offered", "dialing", "talking"])]
        # sudo: the entry is his; that he calls it was decided when he got it
        entries = self.env["crm.call.list.entry"].sudo()
        return entries.search([*mine, ("list_id.mode", "=", "preview")], limit=1, order="id")

    @api.model
    def _offer(self, lists, agent):
        """Give the agent the next one, and nobody else the same."""
        # sudo: agents do not write entries; these are of lists on which he calls
        entry = lists.sudo()._claim(lists.sudo(), agent, 1, fields.Datetime.now())
        if entry:
            entry.write({"state": "offered", "agent_id": agent.id, "command_uid": False})
        return entry

    @api.model
    def _next_moment(self, lists):
        """When somebody may be called next, ISO in UTC, or False."""
        # sudo: nothing but the time is told
        entry = (
            self.env["crm.call.list.entry"]
            .sudo()
            .search(
                [("list_id", "in", lists.ids), ("state", "=", "waiting"), ("next_at", "!=", False)],
                order="next_at",
                limit=1,
            )
        )
        return entry.next_at.isoformat() if entry else False

    @api.model
    def _card(self, entry, agent):
        """What the agent sees of an entry."""
        partner = entry.partner_id.with_user(self.env.user)._filtered_access("read")
        return {
            "id": entry.id,
            "list": entry.list_id.name,
            "script": entry.list_id.script or "",
            "state": entry.state,
            "result": entry.result or False,
            "name": partner.name or entry.display_name,
            "number": entry.number or entry.e164,
            "partner": self._card_partner(partner),
            "lead_id": entry.lead_id.id,
            "local_time": _local(entry),
            "promised_at": entry.promised_at.isoformat() if entry.promised_at else False,
            "promised_to_me": entry.promised_agent_id == agent,
            "note": entry.note or "",
            "attempts": [self._card_attempt(row) for row in entry.attempt_ids.sorted("id")[-5:]],
            "calls": self._card_calls(entry),
            "documents": self._card_documents(entry),
        }

    @api.model
    def _card_documents(self, entry):
        """What can be opened from the card: list of dicts with code and label; for ``super()``."""
        return []

    @api.model
    def _open_document(self, entry, code):
        """The action of such a document; for ``super()``."""
        raise UserError(self.env._("“%s” cannot be opened.", code))

    @api.model
    def open_document(self, entry_id, code):
        """Open what stands on the agent's card."""
        return self._open_document(self._mine_to_call(entry_id, AFTER), code)

    def _card_partner(self, partner):
        if not partner:
            return False
        return {
            "id": partner.id,
            "name": partner.name,
            "company": partner.parent_id.name or "",
            "place": ", ".join(filter(None, (partner.city, partner.country_id.name))),
            "tier": partner.insight_tier or False,
            "lang": self._language(partner),
        }

    def _language(self, partner):
        """Name of the customer's language where it is not the agent's; else False."""
        if not partner.lang or partner.lang == self.env.user.lang:
            return False
        return dict(self.env["res.lang"].get_installed()).get(partner.lang, partner.lang)

    def _card_attempt(self, row):
        labels = dict(row._fields["result"]._description_selection(self.env))
        return {
            "id": row.id,
            "date": row.date.isoformat(),
            "result": labels[row.result],
            "agent": row.agent_id.name or "",
        }

    def _card_calls(self, entry, limit=3):
        """The last calls with the customer that the agent may see."""
        calls = self.env["crm.call"].search(
            [("partner_id", "child_of", entry.partner_id.commercial_partner_id.ids)]
            if entry.partner_id
            else [("e164", "=", entry.e164)],
            limit=limit,
        )
        labels = dict(calls._fields["result"]._description_selection(self.env))
        return [
            {
                "id": call.id,
                "date": call.start.isoformat(),
                "direction": call.direction,
                "result": labels.get(call.result, ""),
                "note": call.note or "",
            }
            for call in calls
        ]

    # -- what he does

    @api.model
    def _mine_to_call(self, entry_id, states):
        """The entry, if it is with the agent who asks; as superuser.

        :raises AccessError: it is not his
        :raises UserError: it is in another state by now
        """
        agent = self.env["crm.call.agent"]._mine()
        # sudo: agents do not write entries; whose it is, is checked here
        entry = self.env["crm.call.list.entry"].sudo().browse(int(entry_id)).exists()
        if not agent or not entry or entry.agent_id != agent:
            raise AccessError(self.env._("This call is not yours."))
        if entry.state not in states:
            raise UserError(self.env._("This call has gone on meanwhile; load the page again."))
        return entry

    @api.model
    def dial_entry(self, entry_id):
        """Ring the agent's telephone, then the customer's.

        :return: correlation id; what comes of it is told by the bus (``crm_call/command``)
        :raises UserError: the agent's telephone is not free, or the customer may not be called now
        """
        entry = self._mine_to_call(entry_id, ("offered",))
        entry.agent_id._check_free()
        now = fields.Datetime.now()
        if not entry._postpone(now)._permitted(now):
            raise UserError(self.env._("This customer may not be called now."))
        agent, one = entry.agent_id, entry.list_id
        values = {
            "channel": f"PJSIP/{agent.extension}",
            "context": CONTEXT,
            "exten": entry.e164,
            "timeout": one.ring_seconds,
            "caller_id": f"<{entry.e164}>",
        }
        command = self.env["crm.call.command"]._ask(agent.exchange_id, "originate", values, agent)
        entry.write({"state": "dialing", "command_uid": command.uid, "dialed_at": now})
        entry._command_ended(command)  # a dialing rule may have refused it at once
        return command.uid

    @api.model
    def skip_entry(self, entry_id, reason):
        """Do not call this one, and say why."""
        entry = self._mine_to_call(entry_id, ("offered",))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this customer is skipped."))
        entry.write({"state": "skipped", "skip_reason": reason.strip()[:200]})
        return True

    @api.model
    def later_entry(self, entry_id, at, mine=True):
        """Call at another time.

        :param at: UTC, as text or datetime
        :param mine: whether he calls himself; else anybody
        """
        entry = self._mine_to_call(entry_id, AFTER)
        moment = fields.Datetime.to_datetime(at)
        if not moment:
            raise UserError(self.env._("Choose a time."))
        entry._promise(moment, entry.agent_id if mine else entry.agent_id.browse())
        return True

    @api.model
    def note_entry(self, entry_id, note):
        """Write down what the customer said."""
        entry = self._mine_to_call(entry_id, AFTER)
        entry.note = (note or "").strip()[:5000] or False
        return True

    @api.model
    def finish_entry(self, entry_id, result):
        """Say what came of the call: answered, refused, wrong_number."""
        if result not in SAID:
            raise UserError(self.env._("“%s” is no result of a call.", result))
        entry = self._mine_to_call(entry_id, AFTER)
        if entry.state in ("offered", "dialing", "talking"):
            entry._settle(result)
        elif result != entry.result:
            entry._correct(result)
        return True

    @api.model
    def get_entry(self, entry_id):
        """The card of an entry of his, also after the call."""
        entry = self._mine_to_call(entry_id, AFTER)
        return self._card(entry, entry.agent_id)


AFTER = ("offered", "dialing", "talking", "waiting", "done", "refused", "exhausted")


def _local(entry):
    """The time where the customer is, e.g. 14:05; of several zones the first."""
    zone = ZoneInfo((entry.zones or "UTC").split(",")[0])
    return fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone).strftime("%H:%M")

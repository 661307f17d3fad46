from odoo import api, models
from odoo.exceptions import UserError

#: Calls before this one that are shown.
LAST_CALLS = 3
#: What an agent writes of a call while it goes on.
DRAFT = ("note", "topic_id", "disposition_id")


class CrmCallPopupMixin(models.AbstractModel):
    """What an agent sees of a caller, and what he notes after the call (CC-1, CC-2).

    A part of ``crm.call``. What is noted and who was chosen belongs to the call, so a colleague
    to whom it is transferred sees it.
    """

    _name = "crm.call.popup.mixin"
    _description = "Pop-up of a call"

    @api.model
    @api.readonly
    def get_popup(self, call_id):
        """What the agent sees when his telephone rings, within his rights (CC-2).

        :return: dict: id, number, anonymous, direction, queue, script, since, partner (name,
            company, tier, language, or False), employee (name, or False), candidates (as
            :meth:`crm.contact.number._lookup`), open (what is open with the customer: sections of
            the 360 view), last_calls, topics, callback (when it was promised), may (what he may
            make by one click), and what was noted: topic_id, disposition_id, note
        :raises AccessError: not his call, nor of his queues
        """
        call = self.browse(call_id)
        call.check_access("read")
        partner = call.partner_id._filtered_access("read")
        return {
            "id": call.id,
            "number": call.number or "",
            "anonymous": not call.number,
            "direction": call.direction,
            "queue": call.queue_id.name or "",
            "script": call.queue_id.script or "",
            "since": call.start.isoformat(),
            "partner": call._popup_partner(),
            "employee": call._popup_employee(),
            "candidates": self.env["crm.contact.number"]._lookup(call.number or "", limit=5),
            "open": call._popup_open(partner) if partner else [],
            "last_calls": call._popup_last_calls(LAST_CALLS),
            "topics": call._popup_topics(),
            "callback": call._popup_callback(),
            "may": call._popup_rights(),
            "topic_id": call.topic_id.id,
            "disposition_id": call.disposition_id.id,
            "note": call.note or "",
        }

    def _popup_partner(self):
        partner = self.partner_id._filtered_access("read")
        if not partner:
            return False
        return {
            "id": partner.id,
            "name": partner.name,
            "company": partner.parent_id.name or "",
            "tier": partner.insight_tier or False,
            "lang": partner.lang or False,
            "language": dict(self.env["res.lang"].get_installed()).get(partner.lang, ""),
        }

    def _popup_employee(self):
        """Name of the colleague who calls, or False: his extension, or a contact who is a user."""
        agent = self.env["crm.call.agent"].search(
            [
                ("exchange_id", "=", self.exchange_id.id),
                ("extension", "=", self.number or ""),
                ("user_id", "!=", self.env.uid),  # his own telephone rings first when he dials
            ],
            limit=1,
        )
        if agent:
            return agent.name
        # sudo: whether a contact is a colleague is no secret among colleagues
        users = self.partner_id.sudo().user_ids
        return self.partner_id.name if any(not user.share for user in users) else False

    @api.model
    def _popup_open(self, partner):
        """What is open with the customer: the lists of the 360 view that are not empty.

        Addons add theirs to the 360 view (``res.partner._customer_360_sections``).

        :return: list of dicts: code, label, count, items (res_model, res_id, name, note, level)
        """
        found = []
        for section in partner._customer_360_sections():
            data = partner._customer_360_section_data(section) if section.kind == "items" else None
            if data and data.get("items"):
                items = data["items"][:LAST_CALLS]
                found.append(
                    {
                        "code": section.code,
                        "label": section.label,
                        "sequence": section.sequence,
                        "count": data.get("count") or len(items),
                        "items": items,
                    }
                )
        return sorted(found, key=lambda row: row["sequence"])

    def _popup_last_calls(self, limit=LAST_CALLS):
        """The calls before this one, of the same customer or number."""
        if not (self.partner_id or self.e164):
            return []
        same = [("e164", "=", self.e164)] if self.e164 else []
        if self.partner_id:
            own = ("partner_id", "child_of", self.partner_id.commercial_partner_id.ids)
            same = ["|", own, *same] if same else [own]
        found = self.search([("id", "!=", self.id), ("start", "<", self.start), *same], limit=limit)
        return [
            {
                "id": one.id,
                "start": one.start.isoformat(),
                "result": one.result or "",
                "agent": one.agent_id.name or "",
                "topic": one.topic_id.name or "",
                "note": one.note or "",
            }
            for one in found
        ]

    def _popup_topics(self):
        """Topics of the queue, and those of all queues."""
        queues = ["|", ("queue_ids", "=", False), ("queue_ids", "in", self.queue_id.ids)]
        return self.env["crm.call.topic"].search(queues).read(["display_name"])

    @api.model
    def _popup_rights(self):
        """What one click may make: contact, lead, order, and what addons add."""
        models_made = {"contact": "res.partner", "lead": "crm.lead", "order": "sale.order"}
        return {name: self.env[model].has_access("create") for name, model in models_made.items()}

    # -- what he says of it

    @api.model
    def choose_partner(self, call_id, partner_id):
        """Say who calls. He stays the customer of the call whatever the exchange tells later.

        :return: dict as :meth:`get_popup`
        """
        call = self.browse(int(call_id))
        call.check_access("write")
        partner = self.env["res.partner"].browse(partner_id or ()).exists()
        partner.check_access("read")
        call.partner_id = partner
        return self.get_popup(call.id)

    @api.model
    def save_draft(self, call_id, values):
        """Keep what was written so far, and show it on all screens of the agent (CC-1).

        A colleague who takes the call over reads it.

        :param values: dict of note, topic_id, disposition_id; what is not there stays. ``tab`` says
            which screen writes; the others are told by ``crm_call/draft``
        """
        call = self.browse(int(call_id))
        call.check_access("write")
        draft = {name: values[name] or False for name in DRAFT if name in values}
        call.write(draft)
        tab = str(values.get("tab") or "")[:40]
        self.env.user._bus_send("crm_call/draft", {"id": call.id, "tab": tab, **draft})
        return True

    @api.model
    def save_after_call(self, call_id, values):
        """Note how a call ended, and end after-call work of the agent.

        :param values: dict: topic_id, disposition_id, note, callback_at (UTC, or nothing), ready
            (whether he wants the next call; else he pauses)
        :return: dict: next_step (of the result), partner_id, callback_id
        :raises UserError: the result asks for a sentence
        """
        call = self.browse(int(call_id))
        call.check_access("write")
        disposition = self.env["crm.call.disposition"].browse(values.get("disposition_id") or ())
        note = (values.get("note") or "").strip()
        if disposition.needs_note and not note:
            raise UserError(
                self.env._("The result “%s” needs a note: write a sentence.", disposition.name)
            )
        call.write(
            {
                "topic_id": values.get("topic_id") or False,
                "disposition_id": disposition.id,
                "note": note or False,
            }
        )
        at = values.get("callback_at")
        callback = call._ask_callback(at) if at else call._callback()
        self.env["crm.call.agent"]._me()._set_state("done", call=call.sudo())
        return {
            "next_step": disposition.next_step or "none",
            "partner_id": call.partner_id.id,
            "callback_id": callback.id,
        }

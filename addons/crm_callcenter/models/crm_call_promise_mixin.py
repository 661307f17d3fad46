from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_call_callback import OPEN

#: Queues offered.
MOST = 100


class CrmCallPromiseMixin(models.AbstractModel):
    """A call-back that an agent promises while he talks, or after it (CC-1, CC-6).

    A part of ``crm.call``. A call has one: whoever promises again changes it.
    """

    _name = "crm.call.promise.mixin"
    _description = "Call-back promised in a call"

    def _callback(self):
        # sudo: whoever sees the call may know that its caller will be called back
        return self.env["crm.call.callback"].sudo().search([("call_id", "=", self.id)], limit=1)

    def _popup_callback(self):
        """The call-back that was asked for in this call, or False.

        :return: dict: at, mine, who (promised it, or the queue), queue_id, note
        """
        found = self._callback()
        return found.state in OPEN and {
            "at": found.due_at.isoformat(),
            "mine": found.user_id == self.env.user,
            "queue_id": found.queue_id.id,
            "who": found.user_id.name or found.queue_id.name or "",
            "note": found.note or "",
        }

    @api.model
    @api.readonly
    def get_callback_queues(self, call_id):
        """Queues whose agents can be asked to call back; that of the call comes first.

        :return: list of dicts: id, name
        """
        call = self.browse(int(call_id))
        call.check_access("read")
        own = [("company_id", "=", call.company_id.id)]
        queues = self.env["crm.call.queue"].search(own, limit=MOST)
        rows = [{"id": queue.id, "name": queue.name} for queue in queues | call.queue_id]
        return sorted(rows, key=lambda row: row["id"] != call.queue_id.id)

    @api.model
    def ask_callback(self, call_id, at, mine=True, queue_id=None, note=None):
        """Promise the caller that he is called back; asked again, it is changed.

        :param at: when (UTC)
        :param mine: the agent does it; else whoever of the queue is free
        :param queue_id: not that of the call
        :param note: what about
        :return: dict as :meth:`_popup_callback`
        :raises UserError: nobody could be called, or no time that is still to come
        """
        call = self.browse(int(call_id))
        call.check_access("write")
        queue = self.env["crm.call.queue"].browse(queue_id or ()).exists()
        queue.check_access("read")
        call._ask_callback(at, mine, queue, note)
        promised = call._popup_callback()
        told = {"id": call.id, "tab": "", "callback": promised}
        self.env.user._bus_send("crm_call/draft", told)
        return promised

    def _ask_callback(self, at, mine=True, queue=None, note=None):
        """The call-back of this customer at a time, as superuser.

        :raises UserError: as :meth:`ask_callback`
        """
        if not self.number:
            raise UserError(self.env._("The caller hid the number and cannot be called back."))
        values = {"due_at": self._time_to_come(at), "user_id": self.env.uid if mine else False}
        if queue:
            values["queue_id"] = queue.id
        if note is not None:
            values["note"] = str(note).strip() or False
        found = self._callback()
        if found.state in OPEN:
            found.write(values)
            return found
        own = {
            "call_id": not found and self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "number": self.e164 or self.number,
            "queue_id": self.queue_id.id,
        }
        # sudo: agents ask for call-backs of their own calls; who asked is noted
        return self.env["crm.call.callback"].sudo().create({**own, **values})

    def _time_to_come(self, at):
        """The moment as a datetime.

        :raises UserError: no time, or one that is over
        """
        try:
            due = fields.Datetime.to_datetime(at or None)
        except (TypeError, ValueError):
            due = None
        if not due or due < fields.Datetime.now().replace(second=0):
            raise UserError(
                self.env._("When is the customer to be called back? Give a time still to come.")
            )
        return due

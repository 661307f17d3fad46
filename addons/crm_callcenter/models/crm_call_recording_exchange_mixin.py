import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

#: Kinds of events after which a call may have to be recorded.
TALKS = ("agent_connected", "bridged")
#: Kinds that tell about a recording, or end one.
TELLS = ("recording_started", "muted", "ivr", "hung_up")


class CrmCallRecordingExchangeMixin(models.AbstractModel):
    """What an exchange and its listener do about recordings (CC-5)."""

    _name = "crm.call.recording.exchange.mixin"
    _description = "Recordings of an exchange"

    def _follow_recordings(self, events):
        """Start, note, pause and end recordings as the events of a delivery say.

        :param events: new events, after their calls were computed
        """
        events = [event for event in events if event.kind in (*TALKS, *TELLS) and event.call]
        if not events:
            return
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", self.id), ("linked", "in", [event.call for event in events])]
        )
        by_linked = {call.linked: call for call in calls}
        found = self.env["crm.call.recording"].search([("call_id", "in", calls.ids)])
        found |= self._make_recordings(events, by_linked, found.call_id)
        own = {call: found.browse() for call in calls}
        for one in found:
            own[one.call_id] |= one
        for event in sorted(events, key=lambda event: event.at):
            if recordings := own.get(by_linked.get(event.call)):
                self._follow_one(event, recordings)
        for one in found.filtered(lambda one: one.agent_id != one.call_id.agent_id):
            one.agent_id = one.call_id.agent_id
        over = found.filtered(lambda one: one.call_id.state == "done")
        over.filtered(lambda one: one.state in ("asked", "recording", "paused"))._end()

    def _make_recordings(self, events, calls, known):
        """Rows for calls that have none and are recorded, by a rule or by the exchange itself."""
        rules = self.env["crm.call.recording.rule"]._plain_rules(self.company_id)
        values = {}
        for event in events:
            call = calls.get(event.call)
            if call and call not in known and _is_wanted(event, call):
                rule = rules.choose(call)
                if rule or event.kind == "recording_started":
                    row = {"exchange_id": self.id, "call_id": call.id, "rule_id": rule}
                    values[call] = {**row, "agent_id": call.agent_id.id}
        return self.env["crm.call.recording"].create(list(values.values()))

    def _follow_one(self, event, recordings):
        """What an event means for the recordings of its call."""
        call = recordings.call_id
        if event.kind in TALKS and call.state == "running":
            self._record_now(call, recordings)
        if event.kind == "recording_started":
            self._note_started(event, call, recordings)
        if event.kind == "muted":
            running = recordings.filtered(lambda one: one.state in ("recording", "paused"))
            running._muted(event.at, event.data.get("state") == "1")
        if event.kind == "ivr" and event.data.get("step") == "consent":
            recordings._answer(event.data.get("digit", ""))

    def _record_now(self, call, recordings):
        """Somebody talks: record if a rule says so and no consent is waited for."""
        asked = recordings.filtered(lambda one: one.rule_id and one.state == "asked")
        for one in asked.filtered(lambda one: one._is_allowed()):
            if channel := self._customer_channel(call):
                one._start(channel)

    def _customer_channel(self, call):
        legs = call.leg_ids.filtered(lambda leg: leg.kind == "customer" and not leg.end)
        return legs[:1].channel

    def _note_started(self, event, call, recordings):
        """The exchange records; of the two events about it one names the file."""
        name = str(event.data.get("file") or "").rpartition("/")[2][:200]
        known = recordings.filtered(lambda one: one.state != "refused")[:1]
        if not known:
            recordings[0]._command("record_stop", {"channel": event.data.get("channel", "")})
            return
        if known.state in ("asked", "missing"):
            known.state = "recording" if call.state == "running" else "ended"
        known.started_at = known.started_at or event.at
        known.channel = known.channel or event.data.get("channel", "")
        known.file = known.file or name or False

    # -- for the listener

    @api.model
    def listener_recordings(self, exchange_code):
        """Files on the exchange that Odoo waits for.

        :return: list of dicts: id, file
        """
        exchange = self._of_listener(exchange_code)
        found = exchange.env["crm.call.recording"].search(
            [("exchange_id", "=", exchange.id), ("state", "=", "ended")], order="id", limit=20
        )
        return [{"id": one.id, "file": one.file} for one in found]

    @api.model
    def listener_recording_begin(self, exchange_code, recording_id, size, sha256):
        """Announce a file; the answer is the byte to go on at (``size``: all is here)."""
        one = self._recording_of(exchange_code, recording_id)
        return one._begin_upload(size, sha256)

    @api.model
    def listener_recording_piece(self, exchange_code, recording_id, start, data):
        """Take a piece. The answer is the byte to go on at; ``0``: the whole was damaged.

        :param data: base64
        :raises UserError: not base64, or not the piece that is missing
        """
        one = self._recording_of(exchange_code, recording_id)
        try:
            piece = base64.b64decode(str(data).encode(), validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("A piece of a recording is base64.")) from error
        return one._take_piece(int(start), piece)

    @api.model
    def listener_recording_missing(self, exchange_code, recording_id):
        """There is no such file on the exchange."""
        one = self._recording_of(exchange_code, recording_id)
        if one.state == "ended":
            one.state = "missing"
        return True

    def _recording_of(self, exchange_code, recording_id):
        exchange = self._of_listener(exchange_code)
        where = [("id", "=", int(recording_id)), ("exchange_id", "=", exchange.id)]
        one = exchange.env["crm.call.recording"].search(where, limit=1)
        if not one:
            raise UserError(self.env._("There is no such recording of this exchange."))
        return one


def _is_wanted(event, call):
    """Whether this event is a reason to have a recording of the call."""
    if event.kind == "ivr":
        return event.data.get("step") == "consent"
    return event.kind == "recording_started" or (event.kind in TALKS and call.state == "running")

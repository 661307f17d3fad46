import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, consteq, hmac

from odoo.addons.crm_customer_insight.tools import signed_link

from ..tools import recording as tool

STATES = [
    ("asked", "Waiting for consent"),
    ("refused", "Not recorded: refused"),
    ("recording", "Recording"),
    ("paused", "Paused"),
    ("ended", "On the exchange"),
    ("stored", "Stored"),
    ("missing", "Lost"),
    ("deleted", "Deleted"),
]
#: States in which the exchange may write.
RUNNING = ("recording", "paused")
#: Seconds a link to the sound is good for.
LINK_SECONDS = 600
#: Bytes of a piece, and of a recording, at most (26 hours of 16-bit mono are 1.5 GB).
PIECE, LARGEST = 4 * 2**20, 2**31 - 1
QUALITY = "crm_callcenter.group_call_quality"
SUPERVISOR = "crm_callcenter.group_call_supervisor"


class CrmCallRecording(models.Model):
    """The sound of a call, who may hear it, and until when it is kept (CC-5).

    The sound itself is readable by nobody through RPC: it is streamed through a link that is signed
    for one person, expires, and is noted in the log of accesses.
    """

    _name = "crm.call.recording"
    _description = "Call recording"
    _order = "id desc"
    _rec_name = "call_id"

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, readonly=True, ondelete="restrict", index=True
    )
    call_id = fields.Many2one(
        "crm.call", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True)
    # calls are written by SQL: what is copied from them is brought up to date by the events
    agent_id = fields.Many2one(
        "crm.call.agent",
        compute="_compute_agent_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(related="call_id.partner_id")
    call_start = fields.Datetime(related="call_id.start", store=True, string="Call on")
    rule_id = fields.Many2one(
        "crm.call.recording.rule", readonly=True, ondelete="set null", index="btree_not_null",
        help="Empty: the exchange recorded by itself.",
    )  # fmt: skip
    state = fields.Selection(STATES, required=True, readonly=True, default="asked")
    consent = fields.Selection(
        [("given", "Given"), ("assumed", "Assumed"), ("refused", "Refused")], readonly=True
    )
    file = fields.Char("File on the exchange", readonly=True)
    channel = fields.Char(readonly=True)
    started_at = fields.Float(
        readonly=True, digits=0, help="Seconds since 1970.", string="Started at"
    )
    seconds = fields.Float("Length (s)", readonly=True, digits=(16, 1), aggregator="avg")
    silence = fields.Json(readonly=True, help="When it was paused: [second, silent] each time.")
    pause_asked = fields.Boolean(readonly=True, string="Pause asked")
    gaps = fields.Json(readonly=True, help="Silent stretches: [from, to] in seconds.")
    marks = fields.Json(readonly=True, help="Hold and transfers: second and kind.")
    bars = fields.Json(readonly=True)
    size = fields.Integer("Bytes", readonly=True, aggregator="sum")
    sha256 = fields.Char("SHA-256", readonly=True)
    part_ids = fields.One2many("crm.call.recording.part", "recording_id", groups=fields.NO_ACCESS)
    keep_until = fields.Date(readonly=True, index="btree_not_null", string="Keep until")
    legal_hold = fields.Boolean(
        readonly=True, help="Not deleted as long as this is set.", string="Legal hold"
    )
    hold_reason = fields.Char(readonly=True, string="Hold reason")
    erase_asked = fields.Boolean(
        "Erasure asked for", readonly=True, help="Deleted as soon as the legal hold is lifted."
    )
    deleted_on = fields.Datetime(readonly=True, string="Deleted on")
    delete_reason = fields.Char("Why", readonly=True)
    access_ids = fields.One2many(
        "crm.call.recording.access", "recording_id", "Accesses", groups=QUALITY
    )

    _file_uniq = models.UniqueIndex("(exchange_id, file) WHERE file IS NOT NULL")
    _open_idx = models.Index(
        "(exchange_id) WHERE state IN ('asked', 'recording', 'paused', 'ended')"
    )

    @api.depends("call_id")
    def _compute_agent_id(self):
        for one in self:
            one.agent_id = one.call_id.agent_id

    # -- while the call runs

    def _start(self, channel):
        """Ask the exchange to record the customer's channel."""
        for one in self:
            name = "".join(sign if sign.isalnum() else "-" for sign in one.call_id.linked)
            one.write(
                {"file": f"crm-{one.id}-{name[:80]}.wav", "channel": channel, "state": "recording"}
            )
            one._command("record_start", {"channel": channel, "file": one.file})

    def _command(self, action, values=None):
        return self.env["crm.call.command"]._ask(
            self.exchange_id, action, values or {"channel": self.channel}, call=self.call_id
        )

    def _is_allowed(self):
        """Whether the caller has agreed, or need not be asked; notes that it is assumed.

        Assumed is only of who has heard it: the dial plan tells that it was announced.
        """
        self.ensure_one()
        if not self.consent and self.rule_id.consent == "assumed":
            heard = any(step.get("step") == "announced" for step in self.call_id.path or [])
            self.consent = "assumed" if heard else False
        return bool(self.consent in ("given", "assumed") or self.rule_id.consent == "none")

    def _answer(self, digit):
        """The caller has said whether he may be recorded; the recording begins with the talk."""
        for one in self.filtered("rule_id"):
            allowed = tool.may_record(one.rule_id._plain(), digit)
            one.consent = "given" if allowed else "refused"
            if not allowed and one.state in RUNNING and one.channel:
                one._command("record_stop")
            if not allowed:
                one.state = "refused"

    @api.model
    def pause_mine(self, paused=True):
        """Pause or resume the recording of the call that the user is in, e.g. for card data.

        :return: number of recordings the exchange was asked to pause or to resume
        """
        agent = self.env["crm.call.agent"]._mine()
        # sudo: agents do not read recordings; these are of his own running calls
        mine = self.sudo().search(
            [
                ("call_id.agent_id", "=", agent.id),
                ("call_id.state", "=", "running"),
                ("state", "in", RUNNING),
                ("pause_asked", "=", not paused),
                ("channel", "!=", False),
            ]
        )
        if any(one.rule_id and not one.rule_id.agent_may_pause for one in mine):
            raise UserError(self.env._("This recording may not be paused."))
        for one in mine if agent else ():
            one._command("record_pause" if paused else "record_resume")
            one.pause_asked = paused
        return len(mine) if agent else 0

    def _muted(self, at, silent):
        """The exchange has paused it, or gone on."""
        for one in self:
            second = at - (one.started_at or at)
            one.write(
                {
                    "silence": [*(one.silence or []), [round(second, 2), silent]],
                    "state": "paused" if silent else "recording",
                }
            )

    def _end(self):
        """The call is over; the sound is on the exchange's disk."""
        for one in self:
            one.state = "ended" if one.file and one.started_at else "missing"

    # -- the sound arrives

    def _begin_upload(self, size, sha256):
        """Where to go on: the number of bytes that are here already.

        :raises UserError: not a size, not a checksum, or it is here already and another one
        """
        self.ensure_one()
        if not (isinstance(size, int) and 0 < size <= LARGEST and _is_digest(sha256)):
            raise UserError(self.env._("A recording has a size in bytes and a SHA-256."))
        if self.state == "stored" and self.sha256 == sha256:
            return size
        if self.state not in ("ended", "missing"):
            raise UserError(self.env._("This recording is not waited for."))
        if (self.size, self.sha256) != (size, sha256):
            self.sudo().part_ids.unlink()  # sudo: nobody else reads pieces
            self.write({"size": size, "sha256": sha256})
        return self._arrived()

    def _arrived(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT COALESCE(max(start + size), 0) FROM crm_call_recording_part
                    WHERE recording_id = %s""",
                self.id,
            )
        )
        return rows[0][0]

    def _take_piece(self, start, data):
        """Take a piece; one that is here already changes nothing.

        :param data: bytes
        :return: number of bytes that are here now
        :raises UserError: a piece is missing before it, it is too long, or the whole is not what
            was announced: then it has to be sent again
        """
        self.ensure_one()
        if self.state == "stored":
            return self.size
        self.env.flush_all()
        here = self._arrived()
        if not data or len(data) > PIECE or start + len(data) > self.size or start > here:
            raise UserError(self.env._("Go on at byte %s.", here))
        if start + len(data) <= here:
            return here
        self.env["crm.call.recording.part"].create(
            {
                "recording_id": self.id,
                "start": here,
                "size": len(data) - (here - start),
                "data": base64.b64encode(data[here - start :]),
            }
        )
        if start + len(data) == self.size:
            return self._complete()
        return start + len(data)

    def _complete(self):
        """All bytes are here: check and store them; 0 if they are not what was announced."""
        whole = self.sudo()  # sudo: the sound is closed to everybody
        data = b"".join(base64.b64decode(part.data) for part in whole.part_ids.sorted("start"))
        whole.part_ids.unlink()
        if not consteq(hashlib.sha256(data).hexdigest(), self.sha256):
            return 0
        sounds = whole.env["crm.call.recording.sound"]
        sounds.create({"recording_id": self.id, "data": base64.b64encode(data)})
        self.write({"state": "stored", "keep_until": self._until(), **self._looks(data)})
        return self.size

    def _sound(self):
        # sudo: closed to everybody; the callers have checked
        sounds = self.env["crm.call.recording.sound"].sudo()
        return sounds.search([("recording_id", "in", self.ids)])

    def _until(self):
        days = self.rule_id.retention_days or 90
        return fields.Date.context_today(self) + timedelta(days=days)

    def _looks(self, data):
        """Length, waveform, silent stretches and marks."""
        sound = tool.read_sound(data)
        seconds = sound.seconds if sound else self.call_id.talk_seconds
        return {
            "seconds": seconds,
            "bars": list(sound.bars) if sound else [],
            "gaps": tool.gaps([tuple(change) for change in self.silence or []], seconds),
            "marks": tool.markers(self._marked(), self.started_at, seconds),
        }

    def _marked(self):
        return self.env.execute_query(
            SQL(
                """SELECT kind, moment FROM crm_call_event
                    WHERE exchange_id = %s AND linked = %s AND kind = ANY(%s)""",
                self.exchange_id.id,
                self.call_id.linked,
                list(tool.MARKED),
            )
        )

    # -- listening

    def get_playback(self):
        """A link to the sound for the user alone, and what the player shows.

        :return: dict: url, seconds, bars (0 to 1), gaps, marks, remarks
        :raises UserError: there is no sound
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "stored":
            raise UserError(self.env._("There is no sound to listen to."))
        expires = int(fields.Datetime.now().timestamp()) + LINK_SECONDS
        token = signed_link.join_token(expires, self._signature(expires))
        self.env["crm.call.recording.access"]._note(self, "link")
        return {
            "url": f"/crm_callcenter/recording/{self.id}/{token}",
            "seconds": self.seconds,
            "bars": self.bars or [],
            "gaps": self.gaps or [],
            "marks": self.marks or [],
            "remarks": self._remarks(),
        }

    def _remarks(self):
        remarks = self.env["crm.call.review.remark"].search(
            [("review_id.call_id", "=", self.call_id.id)]
        )
        return [{"second": r.second, "kind": r.kind, "text": r.name} for r in remarks]

    def _signature(self, expires):
        # sudo: the secret of the database is used, not shown
        return hmac(self.env(su=True), "crm_call_recording", (self.id, self.env.uid, expires))

    @api.model
    def _by_token(self, recording_id, token):
        """The recording a link leads to, as superuser, or nothing.

        The link is the user's own, in time, compared in constant time, and his rights still hold.
        """
        found = self.browse(recording_id).exists()
        expires, signature = signed_link.split_token(token)
        good = consteq(found._signature(expires) if found else "", signature)
        in_time = expires >= fields.Datetime.now().timestamp()
        if not (found and good and in_time and found.has_access("read")):
            return self.browse()
        self.env["crm.call.recording.access"]._note(found, "listen", link=f"{found.id}/{token}")
        return found.sudo()  # sudo: the sound is closed to everybody; the link was checked

    def action_review(self):
        """Review the conversation while listening to it."""
        self.ensure_one()
        return self.call_id.action_review()

    # -- deleting

    def action_hold(self, reason):
        """Keep it whatever its date, e.g. for a lawsuit."""
        self._may_hold()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it has to be kept."))
        # sudo: nobody writes recordings; this is what a quality manager may do
        self.sudo().write({"legal_hold": True, "hold_reason": reason.strip()})
        self.env["crm.call.recording.access"]._note(self, "hold", reason.strip())
        return True

    def action_unhold(self):
        """Lift the legal hold; what should have been erased meanwhile is deleted at once."""
        self._may_hold()
        # sudo: as above
        self.sudo().write({"legal_hold": False, "hold_reason": False})
        self.env["crm.call.recording.access"]._note(self, "unhold")
        self.filtered("erase_asked")._delete_sound(self.env._("Erasure of the person"))
        return True

    def _may_hold(self):
        self.check_access("read")
        if not self.env.user.has_group(QUALITY):
            raise AccessError(self.env._("Quality managers set and lift a legal hold."))

    def _delete_sound(self, reason):
        """Delete the sound; the row tells that there was one. Those on legal hold stay."""
        # sudo: the sound is closed to everybody
        gone = self.sudo().filtered(lambda one: not one.legal_hold and one.state != "deleted")
        gone.part_ids.unlink()
        gone._sound().unlink()
        gone.write(
            {
                "bars": False,
                "state": "deleted",
                "deleted_on": fields.Datetime.now(),
                "delete_reason": reason,
            }
        )
        self.env["crm.call.recording.access"]._note(gone, "delete", reason)
        return gone

    def _erase_person(self):
        """Their person is erased: the sound goes, now or when the legal hold is lifted."""
        self.sudo().filtered("legal_hold").erase_asked = True  # sudo: as above
        self._delete_sound(self.env._("Erasure of the person"))

    @api.model
    def _cron_delete(self, limit=500):
        """Delete what was kept long enough."""
        today = fields.Date.context_today(self)
        due = [("state", "=", "stored"), ("legal_hold", "=", False), ("keep_until", "<", today)]
        found = self.search(due, limit=limit, order="keep_until, id")
        found._delete_sound(self.env._("Kept long enough"))
        self.env["ir.cron"]._commit_progress(len(found), remaining=self.search_count(due))


def _is_digest(text):
    return isinstance(text, str) and len(text) == 64 and all(s in "0123456789abcdef" for s in text)

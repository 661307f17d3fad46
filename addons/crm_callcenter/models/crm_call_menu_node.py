from odoo import api, fields, models

from ..tools import ivr

KINDS = [
    ("menu", "Choose by key"),
    ("collect", "Enter digits"),
    ("lookup", "Look up and go on"),
    ("message", "Say something"),
    ("hours", "Open or closed"),
    ("queue", "To a queue"),
    ("voicemail", "Voice message"),
    ("callback", "Call-back"),
    ("hangup", "Say goodbye"),
]


class CrmCallMenuNode(models.Model):
    """One step of a telephone menu (CC-4)."""

    _name = "crm.call.menu.node"
    _description = "Step of a telephone menu"
    _order = "menu_id, sequence, id"

    menu_id = fields.Many2one("crm.call.menu", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10, help="The first step is where a call begins.")
    name = fields.Char(required=True)
    key = fields.Char(compute="_compute_key")
    kind = fields.Selection(KINDS, required=True, default="menu")
    prompt_id = fields.Many2one(
        "crm.call.menu.prompt", "Recording", ondelete="restrict", index="btree_not_null"
    )
    sounds = fields.Char(
        "System sounds", help="Names of sounds of the exchange, with commas, e.g. vm-goodbye."
    )
    say = fields.Char(
        "Say a value", help="Name of what was entered or looked up, e.g. number, date."
    )
    wrong_prompt_id = fields.Many2one(
        "crm.call.menu.prompt", "When wrong", ondelete="restrict", index="btree_not_null"
    )
    wrong_sounds = fields.Char("System sounds when wrong")
    option_ids = fields.One2many("crm.call.menu.option", "node_id", "Ways", copy=True)
    next_id = fields.Many2one(
        "crm.call.menu.node", "Then", ondelete="set null", index="btree_not_null"
    )
    tries = fields.Integer(default=3)
    timeout = fields.Float("Wait for a key (seconds)", default=5)
    least = fields.Integer("Digits at least", default=1)
    most = fields.Integer("Digits at most", default=12)
    variable = fields.Char("Keep as", default="number", help="E.g. number or pin.")
    subject = fields.Selection(lambda self: self.env["crm.call.menu.lookup"]._subjects(), "Look up")
    queue_id = fields.Many2one("crm.call.queue", ondelete="restrict", index="btree_not_null")
    calendar_id = fields.Many2one("resource.calendar", "Opening hours", ondelete="restrict")
    seconds = fields.Integer("Longest message (seconds)", default=120)
    answers = fields.Boolean(
        "Answers the matter",
        help="A call that ends after this message counts as solved in the menu (CC-4).",
    )
    design_key = fields.Json(compute="_compute_design_key", string="Design key")

    def _compute_key(self):
        for node in self:
            node.key = f"n{node._origin.id or node.id}"

    @api.depends(
        "sequence", "name", "kind", "prompt_id.checksum", "sounds", "say",
        "wrong_prompt_id.checksum", "wrong_sounds", "option_ids.key", "option_ids.target_id",
        "option_ids.sequence", "next_id", "tries", "timeout", "least", "most", "variable",
        "subject", "queue_id.code", "calendar_id", "seconds", "answers",
    )  # fmt: skip
    def _compute_design_key(self):
        for node in self:
            node.design_key = node._design()

    def _design(self):
        """The step as a dictionary of ``tools/ivr.py``."""
        target = {"queue": self.queue_id.code, "callback": self.queue_id.code,
                  "lookup": self.subject, "hours": str(self.calendar_id.id or "")}  # fmt: skip
        return {
            "key": self.key,
            "kind": self.kind or "menu",
            "prompts": self._prompts(self.prompt_id, self.sounds, self.say),
            "wrong": self._prompts(self.wrong_prompt_id, self.wrong_sounds, ""),
            "ways": {
                option.key: option.target_id.key
                for option in self.option_ids
                if option.key and option.target_id
            },
            "next": self.next_id.key if self.next_id else "",
            "tries": self.tries,
            "timeout": self.timeout,
            "least": self.least,
            "most": self.most,
            "variable": "" if self.kind == "callback" else self.variable or "",
            "target": target.get(self.kind) or "",
            "seconds": self.seconds,
            "answers": bool(self.answers and self.kind == "message"),
        }

    def _prompts(self, recording, sounds, say):
        found = [["file", recording.checksum]] if recording.checksum else []
        found += [["sound", one.strip()] for one in (sounds or "").split(",") if one.strip()]
        return found + [["variable", one.strip()] for one in (say or "").split(",") if one.strip()]

    def _speech(self):
        """What a caller hears, in words."""
        parts = [self.prompt_id.speech or self.prompt_id.name, self.sounds]
        parts += [f"[{self.say}]" if self.say else ""]
        heard = " · ".join(filter(None, parts))
        return f"{self.name}: {heard}" if heard else self.name or ""

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    @api.onchange("kind")
    def _onchange_kind(self):
        """The cases that a look-up or the hours have to say something about."""
        known = set(self.option_ids.mapped("key"))
        missing = [key for key in ivr.OUTCOMES.get(self.kind, ()) if key not in known]
        self.option_ids = [(0, 0, {"key": key}) for key in missing]

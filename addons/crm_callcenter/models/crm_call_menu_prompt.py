import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import audio


class CrmCallMenuPrompt(models.Model):
    """A recording that callers hear, as the telephone plays it: 8 kHz, one channel (CC-4)."""

    _name = "crm.call.menu.prompt"
    _description = "Recording for callers"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    speech = fields.Text("Words", help="What is said; shown in the simulator.")
    audio = fields.Binary("Recording", required=True, attachment=True)
    checksum = fields.Char(readonly=True, index=True)
    seconds = fields.Float("Length (s)", readonly=True, digits=(16, 1), aggregator=None)
    node_ids = fields.One2many("crm.call.menu.node", "prompt_id", "Used by", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._converted(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._converted(vals))

    def _converted(self, vals):
        """The values with a recording that the telephone can play.

        :raises ValidationError: it is none; the text says what to do
        """
        if not vals.get("audio"):
            return vals
        try:
            content = audio.to_telephone(base64.b64decode(vals["audio"], validate=True))
        except audio.AudioError as error:
            raise ValidationError(self._why(error)) from error
        except ValueError as error:
            raise ValidationError(self.env._("This is no recording.")) from error
        return {
            **vals,
            "audio": base64.b64encode(content),
            "checksum": hashlib.sha1(content).hexdigest(),
            "seconds": audio.seconds(content),
        }

    def _why(self, error):
        return {
            "too_large": self.env._("The file is larger than 20 MB."),
            "empty": self.env._("There is no sound in the file."),
            "too_long": self.env._(
                "The recording is longer than five minutes (%s s).", error.about
            ),
            "compressed": self.env._(
                "%s files cannot be used. Save the recording as WAV (PCM) and upload that.",
                error.about,
            ),
        }.get(error.code) or self.env._(
            "This is no WAV recording (PCM, 8 to 32 bits, 4 to 192 kHz). Save it as WAV and upload "
            "it again."
        )

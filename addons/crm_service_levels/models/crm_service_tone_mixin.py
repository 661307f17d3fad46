from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..tools import sentiment
from . import crm_service_board_mixin  # noqa: F401 (a parent is defined before its child)


class CrmServiceToneMixin(models.AbstractModel):
    """How the customer's last words sound, by a list of words (SVC-L2).

    Empty means that no word of the list was found, not that the tone is neutral.
    """

    _name = "crm.service.tone.mixin"
    _inherit = ["crm.service.board.mixin"]
    _description = "Tone of a service request"

    tone = fields.Selection(
        sentiment.TONES,
        compute="_compute_tone",
        store=True,
        readonly=True,
        precompute=True,
        copy=False,
        help="By the customer's last words; it counts words and understands nothing.",
    )
    tone_score = fields.Integer(
        "Tone score",
        compute="_compute_tone",
        store=True,
        precompute=True,
        copy=False,
        aggregator="avg",
        help="From -100 (angry) to 100 (friendly).",
    )
    tone_words = fields.Char(
        "Tone is read from", compute="_compute_tone", store=True, precompute=True, copy=False
    )

    @api.depends("description")
    def _compute_tone(self):
        weights = self.env["crm.service.tone.word"]._weights()
        for request in self:
            request.update(self._tone_of(request.description, weights))

    @api.model
    def _tone_of(self, body, weights):
        text = sentiment.own_words(html2plaintext(body)) if body else ""
        found = sentiment.read(text, weights)
        return {
            "tone": sentiment.name(found.score) if found else False,
            "tone_score": found.score if found else False,
            "tone_words": ", ".join(dict.fromkeys(found.words)) if found else False,
        }

    def _service_customer_wrote(self, when):
        res = super()._service_customer_wrote(when)
        if self.env.context.get("service_mail_new"):
            return res  # these are the words of the description, which has been read
        weights = self.env["crm.service.tone.word"]._weights()
        # sudo: the message of a portal customer or a mail moves it
        for request, body in self.sudo()._tone_last_messages(when).items():
            values = self._tone_of(body, weights)
            if values["tone"]:
                request.write(values)
        return res

    def _tone_last_messages(self, when):
        """``{request: body of the message of that moment}``, one query for all."""
        domain = Domain("model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("date", "=", when)
        domain &= Domain("message_type", "in", ("email", "comment"))
        messages = self.env["mail.message"].search(domain, order="id")
        return {self.browse(message.res_id): message.body for message in messages}

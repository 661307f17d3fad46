from odoo import api, fields, models


class CrmCallVoiceExchangeMixin(models.AbstractModel):
    """Voice messages that the listener delivers; a part of ``crm.call.exchange`` (CC-7)."""

    _name = "crm.call.voice.exchange.mixin"
    _description = "Voice messages of an exchange"

    voice_days = fields.Integer(
        "Keep voice messages (days)",
        default=30,
        help="Counted from when they are done; what is not done stays.",
    )

    _voice_days_positive = models.Constraint(
        "CHECK(voice_days > 0)", "Keep voice messages for a day at least."
    )

    @api.model
    def listener_voice_message(self, exchange_code, name, content):
        """Keep what a caller said to a menu; the same again does no harm.

        :param name: of the file on the exchange, unique there
        :param content: WAV, Base64
        :raises UserError: it is no sound, or too large
        """
        exchange = self._of_listener(exchange_code)
        messages = exchange.env["crm.call.voice.message"]
        return messages._receive(exchange, str(name)[:100], content).id

import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError


class CrmCallFaxExchange(models.AbstractModel):
    """What the listener asks and delivers for faxes; a part of ``crm.call.exchange`` (CC-7)."""

    _name = "crm.call.fax.exchange"
    _description = "Faxes of an exchange"

    @api.model
    def listener_fax(self, exchange_code, uid):
        """Pages of an outgoing fax as TIFF, Base64; empty when there is none.

        :param uid: correlation of the command that sends it
        """
        exchange = self._of_listener(exchange_code)
        fax = exchange.env["crm.call.fax"].search(
            [("exchange_id", "=", exchange.id), ("command_uid", "=", str(uid)),
             ("state", "=", "sending")], limit=1,
        )  # fmt: skip
        return (fax.tiff or b"").decode()

    @api.model
    def listener_fax_received(self, exchange_code, name, content):
        """Keep a fax that the exchange has received; the same again does no harm.

        :param name: of the file on the exchange, unique there
        :param content: TIFF, Base64
        :raises UserError: it is no TIFF
        """
        exchange = self._of_listener(exchange_code)
        try:
            tiff = base64.b64decode(content, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise UserError(self.env._("A fax is sent as Base64.")) from error
        return exchange.env["crm.call.fax"]._receive(exchange, str(name)[:100], tiff).id

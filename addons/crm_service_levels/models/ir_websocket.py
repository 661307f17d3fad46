import re

from odoo import models

from .crm_service_board_mixin import BOARD_CHANNEL
from .crm_service_presence_mixin import PRESENCE_CHANNEL

_PRESENCE = re.compile(r"crm_service_request_presence_(\d{1,9})$")
_BOARD = "crm_service_board"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Give out the channels of requests and boards, to those who may read them only."""
        asked = [channel for channel in channels if isinstance(channel, str)]
        wanted = [int(match[1]) for match in map(_PRESENCE.match, asked) if match]
        board = _BOARD in asked
        kept = [
            channel
            for channel in channels
            if not isinstance(channel, str) or not (channel == _BOARD or _PRESENCE.match(channel))
        ]
        if self.env.user._is_internal():
            kept += self._service_channels(wanted, board)
        return super()._build_bus_channel_list(kept)

    def _service_channels(self, request_ids, board):
        requests = self.env["crm.service.request"]
        found = []
        if request_ids:
            readable = requests.search([("id", "in", request_ids)])
            found += [(request, PRESENCE_CHANNEL) for request in readable]
        if board and self.env.user.has_group("crm_service_levels.group_service_user"):
            found += [(company, BOARD_CHANNEL) for company in self.env.user.company_ids]
        return found

"""Deliveries of recorded streams, as a listener makes them."""

import time

from odoo.tools.misc import file_path

from odoo.addons.crm_callcenter.tools.ami import AmiReader

from .call_common import CallCase


class IngestCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls._rows("inbound.txt")

    @classmethod
    def _rows(cls, name):
        """The messages of a recorded stream, as a listener delivers them."""
        with open(file_path(f"crm_callcenter/tests/data/{name}"), "rb") as stream:
            messages = AmiReader().feed(stream.read())
        return [{"at": time.time(), "message": message} for message in messages]

    def deliver(self, rows):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        return exchanges.listener_events("hamburg", rows)

    def calls(self):
        return self.env["crm.call"].search([("exchange_id", "=", self.exchange.id)])

"""``odoo call_listener --settings FILE``: the listener of the call center (CC-1)."""

import argparse
import asyncio
import logging
import sys

from odoo.cli import Command


class CallListener(Command):
    """Keep the connection to telephone exchanges and deliver what they say to Odoo.

    The settings file is described in the README of the addon. The command needs no database of
    its own: it speaks to Odoo over HTTP, so it may run on the exchange's machine.
    """

    name = "call_listener"

    def run(self, args):
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        parser.add_argument("--settings", required=True, help="file with [odoo] and [exchange:…]")
        options = parser.parse_args(args)
        logging.basicConfig(
            level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        from odoo.addons.crm_callcenter.pbx import listener

        try:
            settings = listener.read_settings(options.settings)
        except (OSError, ValueError) as error:
            sys.exit(f"call_listener: {error}")
        asyncio.run(listener.run(settings))

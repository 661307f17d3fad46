import hashlib
import json
from datetime import UTC, datetime, timedelta

from odoo import api, models

#: Days for which hours of opening are told: so long a menu knows them without Odoo.
DAYS = 21


class CrmCallMenuExchange(models.AbstractModel):
    """What the listener asks for telephone menus; a part of ``crm.call.exchange`` (CC-4)."""

    _name = "crm.call.menu.exchange"
    _description = "Telephone menus of an exchange"

    @api.model
    def listener_menus(self, exchange_code, version=""):
        """The published menus of an exchange, unless the listener has them already.

        :param version: that of the listener
        :return: dict: version, and if it is another one menus (dicts of ``tools/ivr.py`` with their
            number) and files (checksums of recordings)
        """
        exchange = self._of_listener(exchange_code)
        live = exchange.env["crm.call.menu"]._live(exchange)
        menus = [exchange._told(menu) for menu in live]
        text = json.dumps(menus, sort_keys=True)
        now = hashlib.sha1(text.encode()).hexdigest()
        if now == version:
            return {"version": now}
        return {"version": now, "menus": menus, "files": live.version_id._files()}

    def _told(self, menu):
        """A design with the hours of opening as spans, the same all day."""
        design = dict(menu.version_id.design)
        design["nodes"] = [
            {**node, **self._opening(node["target"])} if node["kind"] == "hours" else node
            for node in design["nodes"]
        ]
        return {**design, "number": menu.version_id.number, "code": menu.code}

    def _opening(self, calendar_id):
        """Spans in which a calendar is open; none: always open."""
        start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start -= timedelta(days=1)
        end = start + timedelta(days=DAYS)
        calendar = self.env["resource.calendar"].browse(int(calendar_id or 0)).exists()
        if not calendar:
            return {"opening": [[0, 2**40]], "known_until": 2**40}
        spans = calendar._work_intervals_batch(start, end)[False]
        found = [[began.timestamp(), ended.timestamp()] for began, ended, _meta in spans]
        return {"opening": found, "known_until": end.timestamp()}

    @api.model
    def listener_prompt(self, exchange_code, name):
        """A recording by its checksum, Base64; empty when it is not there."""
        exchange = self._of_listener(exchange_code)
        prompts = exchange.env["crm.call.menu.prompt"].with_context(
            active_test=False, bin_size=False
        )
        found = prompts.search(
            [("checksum", "=", str(name)), ("company_id", "=", exchange.company_id.id)], limit=1
        )
        return (found.audio or b"").decode()

    @api.model
    def listener_lookup(self, exchange_code, call, subject, values):
        """What a caller asks in a menu.

        :param call: ``Linkedid``
        :param values: dict: number, caller, pin
        :return: dict: outcome, values
        """
        exchange = self._of_listener(exchange_code)
        values = values if isinstance(values, dict) else {}
        return exchange.env["crm.call.menu.lookup"]._ask(exchange, call, str(subject), values)

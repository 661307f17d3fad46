"""Calls made by hand, for the tests of measures."""

from datetime import datetime

from ..report import call_intervals as sql
from .call_common import CallCase

NOW = datetime(2026, 5, 20, 12, 0)
T = datetime(2026, 5, 19, 8, 0)


class MeasureCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.call.interval.todo"].search([]).unlink()
        cls.topic, cls.other = cls.env["crm.call.topic"].create(
            [{"name": "Seal"}, {"name": "Bill"}]
        )
        cls.serial = 0

    @classmethod
    def _call(cls, at=T, result="answered", wait=0, **values):
        cls.serial += 1
        values = {
            "exchange_id": cls.exchange.id,
            "company_id": cls.company.id,
            "linked": f"m{cls.serial}",
            "direction": "inbound",
            "state": "done",
            "queue_id": cls.support.id,
            "start": at,
            "result": result,
            "wait_seconds": wait,
            "in_time": wait <= 20,
        } | values
        call = cls.env["crm.call"].create(values)
        cls.env.flush_all()
        sql.mark_calls(cls.env, call.ids)
        return call

    def _facts(self, now=NOW):
        facts = self.env["crm.call.interval"]
        facts._drain(now)
        return facts.search([("exchange_id", "=", self.exchange.id)], order="start, id")

import functools
import logging
import time
import uuid
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..report import call_wallboard as sql
from ..tools import call_wallboard as rules

_logger = logging.getLogger(__name__)
#: seconds between two updates, whatever the load
PACE = 1.0
#: seconds for which somebody who asked is kept up to date
WATCHED = 45
#: seconds without news after which a wallboard says that it is out of date
STALE = 15
#: when this process last sent to a company; spares asking the database
_SENT = {}


class CrmCallWallboard(models.Model):
    """What happens now, told to whoever looks, once a second at most (CC-8).

    Deliveries of events only say that something happened. After their commit one of them, whoever
    gets the company's row, works the figures out once and sends them to one channel; the others
    go on at once. Nobody looks: nothing is computed. The name of the channel is secret and changes
    when nobody looked for a while.
    """

    _name = "crm.call.wallboard"
    _description = "Wallboard"
    _log_access = False
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    channel = fields.Char(required=True)
    watched_until = fields.Datetime(required=True, string="Watched until")
    sent_at = fields.Float(required=True, default=0, digits=(16, 3), string="Sent at")
    version = fields.Integer(required=True, default=0)

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model
    def get_wallboard(self):
        """What happens now in the current company; the caller is told for a while from now on.

        Call again within :data:`WATCHED` seconds to stay informed.

        :return: dict: channel, stale (seconds), data (see :meth:`_snapshot`)
        :raises AccessError: not of the call center
        """
        if not self.env.user.has_group("crm_callcenter.group_call_agent"):
            raise AccessError(self.env._("The wallboard is for people of the call center."))
        # sudo: figures without names, for everybody of the call center and this company alone
        board = self.sudo()._watch(self.env.company)
        data = board._snapshot(self.env.company, fields.Datetime.now())
        return {"channel": board.channel, "stale": STALE, "data": data}

    def _watch(self, company):
        now = fields.Datetime.now()
        board = self.search([("company_id", "=", company.id)], limit=1)
        values = {"watched_until": now + timedelta(seconds=WATCHED)}
        if not board or board.watched_until < now:
            values["channel"] = f"crm_call_wallboard_{uuid.uuid4().hex}"
        if not board:
            return self.create({"company_id": company.id, **values})
        board.write(values)
        board.flush_recordset()  # _send reads and writes the row by SQL
        return board

    @api.model
    def _tick(self, company):
        """Something happened in this company: tell those who look, after the commit."""
        if time.monotonic() - _SENT.get((self.env.cr.dbname, company.id), 0) < PACE:
            return
        data = self.env.cr.postcommit.data.setdefault("crm_call_wallboard", set())
        if company.id not in data:
            data.add(company.id)
            send = functools.partial(_send_after, self.env.cr.dbname, company.id)
            self.env.cr.postcommit.add(send)

    @api.model
    def _send(self, company, at=None):
        """Send what happens now, unless somebody did within the second or nobody looks.

        :param at: seconds since 1970; now
        :return: whether it was sent
        """
        at = at or time.time()
        found = self.env.execute_query(
            SQL(
                """UPDATE crm_call_wallboard SET sent_at = %(at)s, version = version + 1
                    WHERE id = (SELECT id FROM crm_call_wallboard
                                 WHERE company_id = %(company)s AND sent_at <= %(at)s - %(pace)s
                                   AND watched_until > to_timestamp(%(at)s) AT TIME ZONE 'UTC'
                                   FOR UPDATE SKIP LOCKED)
                RETURNING channel, version""",
                at=at,
                company=company.id,
                pace=PACE,
            )
        )
        for channel, version in found:
            data = self._snapshot(company, fields.Datetime.now())
            news = {**data, "version": version}
            self.env["bus.bus"]._sendone(channel, "crm_call/wallboard", news)
        return bool(found)

    @api.model
    def _snapshot(self, company, now):
        """Figures of all queues; no names of customers or agents.

        :return: dict: at, since (start of the interval), queues (list), total, agents (by state),
            lost (names of exchanges that nobody hears)
        """
        since = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        waiting = sql.waiting(self.env, company, now)
        interval = sql.interval(self.env, company, since, now)
        at_work = sql.at_work(self.env, company)
        queues = [
            _queue(queue, waiting.get(queue.id), interval.get(queue.id), at_work.get(queue.id, 0))
            for queue in self.env["crm.call.queue"].search([("company_id", "=", company.id)])
        ]
        exchanges = self.env["crm.call.exchange"].search([("company_id", "=", company.id)])
        return {
            "company": company.name,
            "at": f"{now.isoformat()}Z",
            "since": f"{since.isoformat()}Z",
            "queues": queues,
            "total": rules.total(queues),
            "agents": sql.agents_by_state(self.env, company),
            "lost": exchanges.filtered(lambda one: one.state == "lost").mapped("name"),
        }


def _queue(queue, waiting, interval, at_work):
    count, longest = waiting or (0, 0.0)
    answered, in_time, abandoned = interval or (0, 0, 0)
    level = rules.service_level(in_time, answered, abandoned)
    limits = rules.Limits(queue.alarm_waiting, queue.alarm_wait_seconds, queue.answer_share)
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": count,
        "longest": longest,
        "answered": answered,
        "in_time": in_time,
        "abandoned": abandoned,
        "level": level,
        "target": queue.answer_share,
        "seconds": queue.answer_seconds,
        "agents": at_work,
        "alarms": rules.alarms(count, longest, level, at_work, limits),
    }


def _send_after(dbname, company_id):
    """In a transaction of its own: a delivery never fails for a wallboard's sake."""
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env["res.company"].browse(company_id)
            if env["crm.call.wallboard"]._send(company):
                _SENT[dbname, company_id] = time.monotonic()
    except Exception:
        _logger.warning("The wallboard of company %s was not told", company_id, exc_info=True)

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import call_surge as tools

#: what an hour usually brings is learnt from the same hour of so many weeks
WEEKS = 12


class CrmCallSurge(models.Model):
    """A topic that comes up more often than usual, by more than chance (CC-11).

    One open row per company, queue and topic: it grows while the surge lasts and is closed when an
    hour is as usual again.
    """

    _name = "crm.call.surge"
    _description = "Surge of calls"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, date_from desc, id desc"
    _rec_name = "topic_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    topic_id = fields.Many2one(
        "crm.call.topic", required=True, readonly=True, ondelete="cascade", index=True
    )
    queue_id = fields.Many2one("crm.call.queue", readonly=True, ondelete="cascade", index=True)
    state = fields.Selection(
        [("over", "Over"), ("open", "Going on")], required=True, readonly=True, default="open"
    )
    date_from = fields.Datetime("Since", required=True, readonly=True)
    date_to = fields.Datetime("Last seen", required=True, readonly=True)
    count = fields.Integer("Calls in the hour", readonly=True)
    usual = fields.Float("Usual in such an hour", readonly=True, digits=(16, 1))
    ratio = fields.Float("Times the usual", readonly=True, digits=(16, 1), aggregator="max")
    probability = fields.Float(readonly=True, digits=(16, 8), aggregator=None)
    weeks = fields.Integer("Weeks compared", readonly=True, aggregator=None)
    explanation = fields.Text(compute="_compute_explanation")
    call_ids = fields.Many2many("crm.call", string="Example calls", compute="_compute_calls")
    user_id = fields.Many2one("res.users", "Told to", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(company_id, topic_id, COALESCE(queue_id, 0)) WHERE state = 'open'"
    )

    @api.depends("count", "usual", "probability", "topic_id", "queue_id")
    def _compute_explanation(self):
        for surge in self:
            surge.explanation = self.env._(
                "%(count)s calls about “%(topic)s” (%(queue)s) came within an hour. In the same"
                " hour of the last %(weeks)s weeks there were %(usual)s on average. By chance alone"
                " so many come once in %(odds)s such hours; with all topics looked at, at most one"
                " alarm in twenty is a false one.",
                count=surge.count,
                topic=surge.topic_id.display_name,
                queue=surge.queue_id.display_name or self.env._("no queue"),
                weeks=surge.weeks,
                usual=round(surge.usual, 1),
                odds=f"{min(1 / max(surge.probability, 1e-9), 1e9):,.0f}",
            )

    def _compute_calls(self):
        """The latest ten, as far as the reader may see them."""
        for surge in self:
            surge.call_ids = self.env["crm.call"].search(surge._calls_domain(), limit=10)

    def _calls_domain(self):
        self.ensure_one()
        return [
            ("company_id", "=", self.company_id.id),
            ("topic_id", "=", self.topic_id.id),
            ("queue_id", "=", self.queue_id.id),
            ("direction", "=", "inbound"),
            ("start", ">=", self.date_from),
            ("start", "<", self.date_to),
        ]

    def action_calls(self):
        """All calls of the surge."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.topic_id.display_name,
            "res_model": "crm.call",
            "view_mode": "list,form",
            "domain": self._calls_domain(),
        }

    @api.model
    def _cron_detect(self):
        """Look at the hour until the last quarter of an hour, in every company."""
        now = fields.Datetime.now()
        end = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        for company in self.env["res.company"].search([], order="id", limit=10_000):
            self._detect(company, end)

    @api.model
    def _detect(self, company, end):
        """Open, continue and close surges by the hour before *end*.

        :return: surges that go on
        """
        self.env["crm.call"].flush_model()
        start = end - timedelta(hours=1)
        counts, history = self._counts(company, start)
        found = {
            one.topic: one for one in tools.surges(counts, history) if one.surge and one.probability
        }
        going = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        by_key = {(one.topic_id.id, one.queue_id.id or None): one for one in going}
        for key, surge in by_key.items():
            if key not in found:
                surge._end()
        for key, one in found.items():
            values = self._values(one, end)
            if key in by_key:
                by_key[key].write(values)
            else:
                self._open(company, key, {**values, "date_from": start})
        return self.search([("company_id", "=", company.id), ("state", "=", "open")])

    def _counts(self, company, start):
        """Counts of the hour, and of the same hour of earlier weeks: zeros are weeks, too.

        A week in which nobody called at all in that hour (closed) is none to compare with.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT w.week, c.topic_id, c.queue_id, count(*)
                     FROM generate_series(0, %(weeks)s) AS w (week)
                     JOIN crm_call c ON c.company_id = %(company)s AND c.direction = 'inbound'
                      AND c.start >= %(start)s - w.week * INTERVAL '7 days'
                      AND c.start < %(start)s - w.week * INTERVAL '7 days' + INTERVAL '1 hour'
                    GROUP BY 1, 2, 3""",
                weeks=WEEKS,
                company=company.id,
                start=start,
            )
        )
        weeks = sorted({week for week, *_rest in rows} - {0})
        by_key = {}
        for week, topic, queue, count in rows:
            if topic:
                by_key.setdefault((topic, queue), {})[week] = count
        counts = {key: found[0] for key, found in by_key.items() if 0 in found}
        history = {key: [found.get(week, 0) for week in weeks] for key, found in by_key.items()}
        return counts, history

    def _values(self, one, end):
        return {
            "date_to": end,
            "count": one.count,
            "usual": one.usual.mean,
            "ratio": one.ratio,
            "probability": one.probability,
            "weeks": one.usual.intervals,
        }

    def _open(self, company, key, values):
        topic, queue = key
        user = self._supervisor(company)
        surge = self.create(
            {
                **values,
                "company_id": company.id,
                "topic_id": topic,
                "queue_id": queue,
                "user_id": user.id,
            }
        )
        if user:
            surge.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("More calls than usual: %s", surge.topic_id.display_name),
                note=surge.explanation,
            )
        return surge

    def _supervisor(self, company):
        """Who is told: the first active supervisor of the company, no administrator if possible."""
        group = self.env.ref("crm_callcenter.group_call_supervisor")
        people = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        admins = self.env.ref("crm_callcenter.group_call_admin").all_user_ids
        return ((people - admins) or people).sorted("id")[:1]

    def _end(self):
        """As usual again: the activity goes with it."""
        self.write({"state": "over"})
        self.activity_unlink(["mail.mail_activity_data_todo"])

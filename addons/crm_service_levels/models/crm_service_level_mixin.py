from odoo import fields, models

from ..tools import levels


class CrmServiceLevelMixin(models.AbstractModel):
    """The part of a request that knows which of the six levels it uses (SVC-L1 … SVC-L6)."""

    _name = "crm.service.level.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Levels of a service request"

    level = fields.Selection(
        levels.LEVELS,
        "Level now",
        default=levels.LOWEST,
        required=True,
        readonly=True,
        copy=False,
        help="Highest level of service in use at the moment.",
    )
    level_highest = fields.Selection(
        levels.LEVELS,
        "Highest level",
        default=levels.LOWEST,
        required=True,
        readonly=True,
        copy=False,
        help="Highest level of service that was ever used.",
    )
    level_span_ids = fields.One2many(
        "crm.service.level.span", "request_id", "Levels used", readonly=True, copy=False
    )

    def _service_created(self):
        res = super()._service_created()
        lowest = (levels.LOWEST, levels.LOWEST)
        self.env["crm.service.level.span"]._begin(self, lowest[0], fields.Datetime.now(), None)
        # nearly all are created with the levels that follow from this span
        self.filtered(lambda r: (r.level, r.level_highest) != lowest)._set_levels()
        self.filtered("team_id.call_center")._begin_call_level()
        return res

    def _service_changed(self, before):
        res = super()._service_changed(before)
        moved = self._service_was(before, "stage_id")
        ended = moved.filtered(lambda request: request.stage_id.is_closed)
        ended._end_level(*dict(levels.LEVELS))
        reopened = (moved - ended).filtered(lambda request: not request._levels_open())
        reopened._begin_level(levels.LOWEST)
        passed = self._service_was(before, "team_id") - ended
        taking = passed.filtered("team_id.call_center")
        (passed - taking)._end_level(levels.CALL_CENTER)
        taking._begin_call_level()
        return res

    def _begin_call_level(self):
        """The call is with the call center (SVC-L6)."""
        if self:
            self._begin_level(levels.CALL_CENTER, self.env._("Taken by the call centre"))

    def _begin_level(self, level, reason=None, when=None):
        """Note that work on *level* begins; nothing happens to requests that are on it already.

        :param reason: why, shown in the level's explanation
        :param when: moment in UTC, now by default
        """
        spans = self.env["crm.service.level.span"]
        spans._begin(self, level, when or fields.Datetime.now(), reason)._set_levels()

    def _end_level(self, *used, when=None):
        """Note that work on the levels *used* is done for now."""
        spans = self._level_spans().search(
            [("request_id", "in", self.ids), ("level", "in", used), ("date_to", "=", False)]
        )
        if spans:
            spans.date_to = when or fields.Datetime.now()
            spans.flush_recordset()  # one open span per level: this one ends before the next begins
            spans.request_id._set_levels()

    def _level_spans(self):
        # sudo: whoever may work on a request writes its history through these methods only
        return self.env["crm.service.level.span"].sudo()

    def _levels_open(self):
        # sudo: as _level_spans
        return set(self.sudo().level_span_ids.filtered(lambda s: not s.date_to).mapped("level"))

    def _set_levels(self):
        # sudo: as _level_spans; the two columns follow from the spans
        for request in self.sudo():
            spans = request.level_span_ids._as_spans()
            now, highest = levels.current(spans), levels.highest(spans)
            if (request.level, request.level_highest) != (now, highest):
                request.write({"level": now, "level_highest": highest})

    def _time_by_level(self, now=None):
        """Calendar time on each level used: ``{request id: {level: timedelta}}``."""
        now = now or fields.Datetime.now()
        return {
            request.id: levels.time_by_level(request.level_span_ids._as_spans(), now)
            for request in self.sudo()  # sudo: as _level_spans
        }

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report import campaign_wave_plan as plan
from ..report import campaign_waves as sql
from ..tools import wave_timing

_logger = logging.getLogger(__name__)
#: Rows that are decided, or letters and tasks that are made, between two commits.
DECIDE, MAKE = 100_000, 500


class CrmCampaignWavePlanMixin(models.AbstractModel):
    """Who gets a wave, when, or why not: gather, decide, write (ROI-1).

    Rows are put in as ``new`` by one statement and decided in batches; each batch is committed by
    the job, so a kill leaves ``new`` rows, which the next run decides.
    """

    _name = "crm.campaign.wave.plan.mixin"
    _description = "Plan of a wave"

    # -- the job -------------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Plan and send what is due; campaigns of higher priority first."""
        waves = self.search([("state", "=", "running"), ("campaign_id.phase", "=", "running")])
        waves = waves.sorted(lambda wave: (-int(wave.campaign_id.priority), wave.sequence, wave.id))
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waves))
        now = fields.Datetime.now()
        for wave in waves:
            if not wave._run_safely(now, cron._commit_progress):
                break
            cron._commit_progress(1)
        waves.campaign_id._keep_counts()
        self._trigger_next(waves)

    def _run_safely(self, now, commit):
        """Run one wave; what users must mend pauses it instead of stopping the others.

        :return: whether there is time left
        """
        try:
            return self._run(now, commit)
        except UserError as error:
            self.env.cr.rollback()
            _logger.info("Wave %s is paused: %s", self.id, error)
            self._move("paused", problem=str(error))
            return True

    def _run(self, now, commit=lambda: True):
        """Plan and send what is due at *now*.

        :param commit: called after each batch; false when time is up
        :return: whether there is time left
        """
        self.ensure_one()
        # A second job leaves the wave alone: rows are safe, but throttle and files are not.
        if not self.try_lock_for_update():
            return True
        self.invalidate_recordset(["state"])
        wave = self.with_company(self.company_id)
        if wave.state != "running" or wave.method == "link":
            return True
        if wave.campaign_id._is_choosing():
            return True  # no lots are drawn of the new ones yet: the control group gets nothing
        wave._take_traces()
        wave._refresh_targets()
        if not wave._plan(now, commit):
            return False
        if not wave._executors()[wave.method](now, commit):
            return False
        wave._finish(now)
        return True

    def _trigger_next(self, waves):
        """Come back when the next row is due."""
        self.env["crm.campaign.delivery"].flush_model()
        [[due]] = self.env.execute_query(
            SQL(
                "SELECT MIN(due_at) FROM crm_campaign_delivery "
                "WHERE wave_id = ANY(%s) AND state = 'planned' AND due_at > %s",
                waves.ids,
                fields.Datetime.now(),
            )
        )
        if due:
            self._trigger(at=due)

    @api.model
    def _executors(self):
        """``{method: callable(now, commit)}`` that sends what is ready and tells whether there is
        time left; extended by glue.
        """
        return {
            **dict.fromkeys(self._mail_methods(), self._send_mails),
            "letter": self._make_letters,
            "task": self._make_tasks,
            "link": lambda now, commit: True,
        }

    def _finish(self, now):
        """Done, when nobody is left and nobody can come up any more."""
        self.env["crm.campaign.delivery"].flush_model()
        [[waiting]] = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM crm_campaign_delivery "
                "WHERE wave_id = %s AND state IN ('new', 'planned'))",
                self.id,
            )
        )
        if not waiting and not self._may_grow(now):
            self._move("done")

    # -- planning ------------------------------------------------------------------------------

    def _refresh_targets(self):
        """Living audiences, also those left out, are asked anew, with the rights of whoever
        answers for the campaign. Fixed ones are asked once, if nobody has done it.
        """
        campaign = self.campaign_id
        audiences = campaign.audience_ids | campaign.excluded_audience_ids
        living = any(audience.mode == "living" for audience in audiences)
        if living or (audiences and not campaign._has_targets()):
            owner = campaign.user_id or self.user_id
            campaign.with_user(owner).with_company(self.company_id)._fill_targets()

    def _plan(self, now, commit=lambda: True):
        """Give each target who fits a row: planned with its moment, or left out with its reasons.

        May be repeated and run twice at a time: wave and target are unique.

        :return: whether there is time left
        """
        self.ensure_one()
        self.env.flush_all()
        condition = self._condition_sql()
        for statement in (
            sql.drop(self, condition, "changed"),
            sql.decide_again(self, now),
            sql.insert(self, condition, now),
        ):
            self.env.cr.execute(statement)
        self._rows_changed()
        return self._decide_new(now, commit)

    def _decide_new(self, now, commit=lambda: True):
        while self._keep_batch(now):
            self._decide(now)
            self._rows_changed()
            if not commit():
                return False
        return True

    def _execute(self, *statements):
        for statement in statements:
            self.env.cr.execute(statement)

    def _keep_batch(self, now):
        """Gather the next rows to decide; false when there are none."""
        self._execute(plan.forget(), plan.batch(self, now, DECIDE))
        if not self.env.cr.rowcount:
            return False
        clocks = self.env.execute_query(plan.clocks())
        asked = [(*clock, self._asked(*clock)) for clock in clocks]
        self._execute(plan.keep_clocks(asked), plan.analyze("crm_wave_row", "crm_wave_clock"))
        return True

    def _asked(self, base, tz, settled):
        """When the wave wants to reach somebody of a zone from *base* on, come what may.

        :param settled: his hour was asked about before, and *base* is the moment that was found
        """
        if settled or not self.use_local_hour:
            return base
        return wave_timing.due(base, self._zone(tz), self.local_hour)

    def _zone(self, name):
        try:
            return ZoneInfo(name or self.company_id.partner_id.tz or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def _decide(self, now):
        """Decide the batch and write it: the same statements whatever its size, what depends on
        clocks once per distinct moment.
        """
        contacts = plan.active_contacts()
        if self.channel_id:
            contacts = self.env["res.partner"]._contact_decisions_sql(
                plan.questions(), self.channel_id, self._is_marketing()
            )
        leads = plan.leads(self.channel_id, self._lead_rules(), self._is_marketing())
        self._execute(plan.keep_answers(contacts, leads), plan.analyze("crm_wave_answer"))
        self._execute(*self._revisions())
        patience = timedelta(days=self.patience_days)
        self._execute(
            plan.keep_clear(self._put_off(now)),
            plan.settle(patience, wave_timing.OTHER_CAMPAIGN),
        )
        self._execute(
            plan.keep_slots(self._slots()),
            plan.analyze("crm_wave_outcome", "crm_wave_slot"),
            plan.write(self.channel_id, self.company_id or self.env.company, now),
        )

    def _lead_rules(self):
        """Pressure rules of the channel, as plain values."""
        if not self._is_marketing() or not self.channel_id:
            return []
        rules = self.env["crm.contact.pressure.rule"]._pressure_rules(self.env.company)
        return [rule for rule in rules if rule.channel in (None, self.channel_id.id)]

    def _is_marketing(self):
        """Whether the recipients did not ask for it, so that permission and pressure count."""
        return True

    def _revisions(self):
        """Statements that change the answers of the batch (``crm_wave_answer``: id, partner_id,
        earliest, reasons), extended by glue with reasons of its own.
        """
        return []

    def _put_off(self, now):
        """``[(row id, moment)]`` of persons whom campaigns that come first want at that time."""
        rivals = [key for (key,) in self.env.execute_query(plan.rivals(self))]
        if not rivals:
            return []
        distance = wave_timing.DISTANCE
        crowded = plan.crowded(rivals, now - distance, distance)
        moments = [
            (key, earliest, wave_timing.clear_of(earliest, others))
            for key, earliest, others in self.env.execute_query(crowded)
        ]
        return [(key, moment) for key, earliest, moment in moments if moment > earliest]

    def _slots(self):
        """``[(hour, first, last)]``: which places in the order of moments go out in which hour."""
        counts = self.env.execute_query(plan.hours()) if self.throttle else []
        if not counts:
            return []
        taken = dict(self.env.execute_query(sql.taken(self, counts[0][0])))
        return wave_timing.slots(counts, taken, self.throttle)

    # -- simulation ----------------------------------------------------------------------------

    def action_simulate(self):
        """Plan as if the wave were started now, and show who would get it, when, at what cost.

        The rows are those of the plan; nothing goes out before the start, which plans anew.
        """
        self._check_marketer()
        self._simulate(fields.Datetime.now())
        return self._open_simulation()

    def _simulate(self, now):
        """Later waves are planned as if the earlier ones reached everybody they plan to, and
        everybody answered: nobody knows yet who will.
        """
        if begun := self.filtered(lambda wave: wave.state not in ("draft", "ready")):
            raise UserError(self.env._("%s has begun: look at its deliveries.", begun[0].name))
        self.campaign_id._check_chosen()
        for campaign in self.campaign_id:
            if campaign.audience_ids and not campaign._has_targets():
                campaign._fill_targets()
        for wave in self.sorted(lambda wave: (len(wave._earlier()), wave.sequence)):
            # sudo: rows are written by no user; the role was asked above
            wave = wave.sudo().with_company(wave.company_id)
            if wave.method == "link":
                continue
            self.env.flush_all()
            self.env.cr.execute(sql.forget(wave))
            self.env.cr.execute(sql.insert_simulated(wave, wave._targets_sql()))
            wave._decide_new(now)
        # sudo: counts are kept by no user
        self.campaign_id.sudo()._keep_counts()

    def _earlier(self):
        """The waves it comes after, directly or not."""
        found, wave = self.browse(), self.after_wave_id
        while wave and wave not in found:
            found |= wave
            wave = wave.after_wave_id
        return found

    def _open_simulation(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_simulation"
        )
        return {**action, "domain": [("wave_id", "in", self.ids)]}

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.tools import contact_policy

from ..report import campaign_waves as sql
from ..tools import wave_timing

_logger = logging.getLogger(__name__)
#: Rows that are decided, or letters and tasks that are made, between two commits.
DECIDE, MAKE = 5000, 500


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
            "mail": self._send_mails,
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
        """Living audiences are asked anew, with the rights of whoever answers for the campaign."""
        campaign = self.campaign_id
        if any(audience.mode == "living" for audience in campaign.audience_ids):
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
        while rows := self.env.execute_query_dict(sql.batch(self, DECIDE)):
            self.env.cr.execute(sql.write(self._decide(rows, now), now))
            self._rows_changed()
            if not commit():
                return False
        return True

    def _decide(self, rows, now):
        """What to write for *rows*: lists (id, state, reason, reasons, due, wanted, cost)."""
        asked = {row["id"]: self._asked(row, now) for row in rows}
        decisions = self._decisions(rows, asked)
        others = self._others(rows, now)
        outcomes = {}
        for row in rows:
            decision = decisions.get(row["id"])
            outcomes[row["id"]] = wave_timing.settle(
                row["wanted_at"] or asked[row["id"]],
                asked[row["id"]],
                decision.earliest if decision else None,
                [reason.code for reason in decision.reasons] if decision else ["archived"],
                others.get(row["partner_id"], ()),
                timedelta(days=self.patience_days),
            )
        return self._to_write(rows, asked, self._throttle(outcomes))

    def _asked(self, row, now):
        """When the wave wants to reach the person of *row*, whatever is in the way."""
        base = max(now, self.date_planned or now, row["wanted_at"] or now)
        if not self.use_local_hour:
            return base
        return wave_timing.due(base, self._zone(row["tz"]), self.local_hour)

    def _zone(self, name):
        try:
            return ZoneInfo(name or self.company_id.partner_id.tz or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def _decisions(self, rows, asked):
        """``{row id: Decision}``, asked once per moment for all persons of it."""
        by_moment, found = {}, {}
        for row in rows:
            by_moment.setdefault(asked[row["id"]], []).append(row)
        for moment, same in by_moment.items():
            found |= self._decisions_at(moment, same)
        return found

    def _decisions_at(self, moment, rows):
        contacts = [row["partner_id"] for row in rows if row["partner_id"]]
        leads = [row["lead_id"] for row in rows if not row["partner_id"]]
        partners = self.env["res.partner"].browse(contacts)
        by_contact = self._contacts_at(partners, moment) if contacts else {}
        by_lead = self._leads_at(leads, moment) if leads else {}
        return {
            row["id"]: decision
            for row in rows
            if (
                decision := by_contact.get(row["partner_id"])
                if row["partner_id"]
                else by_lead.get(row["lead_id"])
            )
        }

    def _contacts_at(self, partners, moment):
        if self.channel_id:
            return partners._contact_decisions(self.channel_id, moment)
        # Nothing is known of a wave without a channel but that archived contacts get nothing.
        active = partners.exists().filtered("active")
        return {partner.id: contact_policy.Decision(True, moment) for partner in active}

    def _leads_at(self, lead_ids, moment):
        """Leads without a contact: address, blacklist, archived; nobody recorded a permission."""
        kind = self.channel_id.address_kind or "none"
        return {
            row["id"]: contact_policy.decide(
                contact_policy.Contact(
                    active=row["active"],
                    has_address=kind == "none" or row[f"has_{kind}"],
                    blacklisted=row.get(f"{kind}_blacklisted", False),
                ),
                self.channel_id.id,
                (),
                moment,
                needs_permission=False,
            )
            for row in self.env.execute_query_dict(sql.leads(lead_ids))
        }

    def _others(self, rows, now):
        """``{contact: [moments]}`` at which campaigns that come first want the same persons."""
        partner_ids = [row["partner_id"] for row in rows if row["partner_id"]]
        found = {}
        since = now - wave_timing.DISTANCE
        for partner_id, moment in self.env.execute_query(sql.others(self, partner_ids, since)):
            found.setdefault(partner_id, []).append(moment)
        return found

    def _throttle(self, outcomes):
        """``{row id: outcome}`` with no more than so many in an hour."""
        going = sorted((o.due, row_id) for row_id, o in outcomes.items() if o.due)
        if not self.throttle or not going:
            return outcomes
        taken = dict(self.env.execute_query(sql.taken(self, going[0][0])))
        moments = wave_timing.throttled([due for due, _id in going], taken, self.throttle)
        moved = {
            row_id: wave_timing.Outcome(moment, outcomes[row_id].reasons)
            for (_due, row_id), moment in zip(going, moments, strict=True)
        }
        return outcomes | moved

    def _to_write(self, rows, asked, outcomes):
        costs = self._costs({outcome.due.date() for outcome in outcomes.values() if outcome.due})
        return [
            self._row_to_write(row, asked[row["id"]], outcomes[row["id"]], costs) for row in rows
        ]

    def _row_to_write(self, row, asked, outcome, costs):
        reasons = ",".join(outcome.reasons) or None
        first = outcome.reasons[0] if outcome.reasons else None
        if outcome.due is None:
            return row["id"], "left_out", first, reasons, None, None, None
        # A wave that sends slowly does not use up anybody's patience.
        wanted = row["wanted_at"] or (asked if outcome.reasons else outcome.due)
        cost = costs.get(outcome.due.date())
        return row["id"], "planned", first, reasons, outcome.due, wanted, cost

    def _costs(self, days):
        """``{day: cost of one contact}``; None where the channel has no rate."""
        channel, company = self.channel_id, self.company_id or self.env.company
        return {day: channel._cost_at(company, day).get(channel.id) for day in days}

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
        for wave in self.sorted(lambda wave: (len(wave._earlier()), wave.sequence)):
            # sudo: rows are written by no user; the role was asked above
            wave = wave.sudo().with_company(wave.company_id)
            if wave.method == "link":
                continue
            self.env.flush_all()
            self.env.cr.execute(sql.forget(wave))
            self.env.cr.execute(sql.insert_simulated(wave, wave._targets_sql()))
            wave._decide_new(now)

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

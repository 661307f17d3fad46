import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools.misc import formatLang

from ..report import campaign_targets as sql

ADDON = "crm_campaign_roi"
#: Persons that become targets between two commits.
BATCH = 50_000
_logger = logging.getLogger(__name__)


class CrmCampaignChoice(models.Model):
    """The targets of a large campaign are being chosen by a job (ROI-1).

    It asks the audiences once, keeps the persons found, makes targets of them in batches that are
    committed, then compares them and draws the lots. Killed anywhere it goes on after the last
    batch, with the same persons in the same order, so that the lots are the same. No wave goes on
    meanwhile: nobody gets anything before the lots are drawn.
    """

    _name = "crm.campaign.choice"
    _description = "Choice of targets by a job"
    _order = "id"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="campaign_id.company_id")
    user_id = fields.Many2one(
        "res.users", "Asked by", required=True, ondelete="cascade", readonly=True, index=True
    )
    companies = fields.Json(readonly=True, help="The companies that were looked at when asked.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    total = fields.Integer("Persons found", readonly=True)
    placed = fields.Integer("Persons who are targets", readonly=True)
    last_person = fields.Integer(readonly=True, help="The last person of the batches so far.")
    problem = fields.Char(readonly=True)

    _campaign_uniq = models.UniqueIndex(
        "(campaign_id)", "The targets of this campaign are being chosen already."
    )

    # -- asking --------------------------------------------------------------------------------

    @api.model
    def _ask(self, campaign):
        """Let the job choose the targets of *campaign*, with the rights of whoever asks.

        :return: whether it was not being done already
        """
        # sudo: rows of jobs are written by no user; the role was asked before
        if campaign._is_choosing():
            return False
        self._forget(campaign)
        # sudo: as above
        self.sudo().create(
            {
                "campaign_id": campaign.id,
                "user_id": self.env.uid,
                "companies": self.env.companies.ids,
            }
        )
        # sudo: jobs are triggered by whoever starts something
        self.env.ref(f"{ADDON}.ir_cron_campaign_choice").sudo()._trigger()
        return True

    @api.model
    def _forget(self, campaigns):
        """Nothing is said any more of what failed."""
        # sudo: rows of jobs are written by no user
        self.sudo().search([("campaign_id", "in", campaigns.ids)]).unlink()

    def unlink(self):
        """The persons that were kept go, too: their column has no foreign key."""
        if self.ids:
            self.env.cr.execute(sql.forget_stored(self.ids))
        return super().unlink()

    # -- the job -------------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Choose what was asked for, in the order in which it was asked."""
        cron = self.env["ir.cron"]
        choices = self.search([("state", "!=", "failed")])
        cron._commit_progress(remaining=len(choices))
        for place, choice in enumerate(choices, 1):
            if not choice._run_safely(lambda: cron._commit_progress(1, remaining=1)):
                return
            cron._commit_progress(1, remaining=len(choices) - place)

    def _run_safely(self, commit):
        """Choose; a failure is told to whoever asked and does not stop the others.

        :return: whether there is time left
        """
        try:
            return self._run(commit)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # somebody wrote the same rows: the job comes again
        except Exception as error:  # whatever it was: who asked has to know
            self.env.cr.rollback()
            _logger.warning("Targets of campaign %s", self.campaign_id.id, exc_info=True)
            self._fail(str(error))
            return True

    def _run(self, commit):
        """One step after the other, each committed.

        :param commit: called after each step but the last; false when time is up
        :return: whether there is time left
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            return True
        campaign = self._campaign()
        campaign._check_fill()
        if self.state == "waiting":
            self._gather(campaign)
            if not commit():
                return False
        while self.placed < self.total:
            self._place(campaign)
            if not commit():
                return False
        self._settle(campaign)
        return True

    def _campaign(self):
        """The campaign as whoever asked sees it."""
        env = self.env(
            user=self.user_id.id,
            su=False,
            context={"allowed_company_ids": self.companies, "lang": self.user_id.lang},
        )
        return self.campaign_id.with_env(env)

    def _gather(self, campaign):
        """Ask the audiences, and keep the persons found."""
        persons = campaign._persons_sql()
        self.env.flush_all()
        self.env.cr.execute(sql.forget_stored(self.ids))
        self.env.cr.execute(sql.follow_leads(campaign))
        self.env.cr.execute(sql.store(self, persons))
        self.write({"state": "running", "total": self.env.cr.rowcount, "placed": 0})

    def _place(self, campaign):
        """Make targets of the next batch."""
        [[last, count]] = self.env.execute_query(sql.next_stored(self, BATCH))
        campaign._choose(
            sql.forget(),
            sql.keep(sql.stored(self, self.last_person, last)),
            *sql.index(),
            *campaign._placing(),
        )
        self.write({"placed": self.placed + count, "last_person": last})

    def _settle(self, campaign):
        """Mark who left, drop duplicates, draw the lots; tell whoever asked."""
        campaign._choose(
            sql.forget(), sql.keep(sql.stored(self)), *sql.index(), *campaign._settling()
        )
        # sudo: counts are kept by no user
        campaign.sudo()._keep_counts()
        self._tell("success", self._success(campaign))
        self.unlink()
        if campaign.wave_ids.filtered(lambda wave: wave.state == "running"):
            campaign.wave_ids._trigger()

    def _success(self, campaign):
        return campaign.env._(
            "The targets are chosen: %(targets)s targets, %(control)s in the control group, "
            "%(duplicates)s duplicates left out.",
            targets=formatLang(campaign.env, campaign.target_count, 0),
            control=formatLang(campaign.env, campaign.control_count, 0),
            duplicates=formatLang(campaign.env, campaign.duplicate_count, 0),
        )

    def _fail(self, problem):
        """Take back those of whom no lots were drawn, and say what went wrong."""
        campaign = self._campaign()
        campaign._choose(
            sql.forget(), sql.keep(sql.stored(self)), *sql.index(), sql.take_back(campaign)
        )
        self.env.cr.execute(sql.forget_stored(self.ids))
        self.write({"state": "failed", "problem": problem})
        text = campaign.env._("The targets could not be chosen: %s", problem)
        self._tell("danger", text)

    def _tell(self, kind, text):
        """Show *text* to whoever asked if he is there, and keep it with the campaign."""
        campaign = self.campaign_id
        self.user_id._bus_send(
            "simple_notification",
            {"type": kind, "title": campaign.title, "message": text, "sticky": kind == "danger"},
        )
        noted = self.user_id.partner_id.ids if kind == "danger" else []
        campaign.message_post(body=text, partner_ids=noted)

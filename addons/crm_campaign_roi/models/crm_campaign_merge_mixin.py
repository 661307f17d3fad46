from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ..report import campaign_merge as sql
from .crm_campaign_link import DOCUMENTS

#: A wave in one of these states may still write to somebody.
GOING = ("ready", "running", "paused")
#: What tells how a campaign was decided on, or what a document belonged to: it stays as it was.
HISTORY = {
    ("crm_attribution_key", "campaign_id"),
    ("crm_campaign_approval", "campaign_id"),
    ("crm_campaign_budget", "campaign_id"),
    ("crm_campaign_change", "campaign_id"),
    ("crm_campaign_choice", "campaign_id"),  # why targets could not be chosen
    ("crm_campaign_link", "before_id"),
    ("crm_campaign_link", "campaign_id"),
    ("crm_campaign_result", "campaign_id"),
    ("crm_campaign_settlement", "campaign_id"),
}


class CrmCampaignMergeMixin(models.AbstractModel):
    """Two campaigns that are one (ROI-1, ROI-2): everything of the others goes to the one that
    stays, exactly once.

    The others are cancelled and archived with a link to it, never deleted; their names and codes
    lead to it from now on. Their budget, approvals, change requests and the log of links stay with
    them: nobody approved that money for the one that stays, and what a document belonged to before
    remains known.

    Refused, because figures or decisions would change behind somebody's back:

    - what is settled, or (of those that go) has locked results: such figures never move
    - what waits for an approval: it is decided about as it was applied for
    - an approved budget with open commitments (of those that go): they were promised within that
      budget, and the budget of the one that stays was never asked; commitments without a budget
      come along where that of the one that stays has room for them
    - waves that are ready, running or paused: they would go to the targets of the other campaign
    - targets that a job chooses: it would choose them for one that is gone, or miss the others
    - two analytic accounts: postings belong to the ledger and are moved there
    - different companies, taking part as well: figures would be shown to others
    - a campaign that the one that stays is part of: it would be part of itself
    """

    _name = "crm.campaign.merge.mixin"
    _description = "Merge of campaigns"

    merged_into_id = fields.Many2one(
        "utm.campaign", "Merged into", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip

    def _with_merged(self):
        """These campaigns and those that were merged into them."""
        # sudo: whoever sells may name any code; only identities are taken from it
        everything = self.env["utm.campaign"].sudo().with_context(active_test=False)
        # sudo: as above
        return self.sudo() | everything.search([("merged_into_id", "in", self.ids)])

    def _before_phase(self, phase):
        result = super()._before_phase(phase)
        if merged := self.filtered("merged_into_id")[:1]:
            raise UserError(
                self.env._(
                    "%(campaign)s was merged into %(kept)s and stays closed.",
                    campaign=merged.title,
                    kept=merged.merged_into_id.title,
                )
            )
        return result

    def _check_merger(self):
        """
        :raises AccessError: for everybody but managers of the campaigns' companies
        """
        if not (self.env.su or self.env.user.has_group("crm_campaign_roi.group_campaign_manager")):
            raise AccessError(self.env._("Campaigns are merged by marketing managers."))
        self._check_companies()

    # -- what is refused -------------------------------------------------------------------------

    def _merge_refusals(self, others):
        """Words for each reason why *others* cannot be merged into this campaign."""
        self.ensure_one()
        words = [
            *self._merge_refusals_of_phase(others),
            *self._merge_refusals_of_money(others),
            *self._merge_refusals_of_place(others),
        ]
        return list(dict.fromkeys(words))

    def _merge_refusals_of_phase(self, others):
        for one in self | others:
            if one.is_template:
                yield self.env._("%s is a template.", one.title)
            if one.phase == "settled":
                yield self.env._("%s is settled: its figures stay as they are.", one.title)
            waiting = one.phase == "submitted" or "waiting" in one.approval_ids.mapped("state")
            if waiting:
                yield self.env._("%s waits for an approval: decide or withdraw it.", one.title)
            if one._is_choosing():
                yield self.env._("The targets of %s are being chosen: wait.", one.title)
        if self.phase == "cancelled" or not self.active:
            yield self.env._("%s is closed and cannot be the one that stays.", self.title)
        for one in others.filtered("merged_into_id"):
            yield self.env._("%s was merged already.", one.title)
        waves = self.env["crm.campaign.wave"].search(
            [("campaign_id", "in", (self | others).ids), ("state", "in", GOING)]
        )
        for wave in waves:
            yield self.env._(
                "The wave %(wave)s of %(campaign)s would go to the targets of both: end or cancel "
                "it first.",
                wave=wave.name,
                campaign=wave.campaign_id.title,
            )

    def _merge_refusals_of_money(self, others):
        for one in others.filtered("result_ids"):
            yield self.env._("%s has locked results: they never move.", one.title)
        for one in others:
            if one.budget_ids and one.phase != "draft" and one._merge_promised():
                yield self.env._(
                    "%s has commitments within its approved budget: bill or cancel them first.",
                    one.title,
                )
        accounts = (self | others).filtered("analytic_account_id")
        if len(accounts) > 1:
            yield self.env._(
                "%s have an analytic account each: move the postings to one of them and take the "
                "others off their campaigns.",
                ", ".join(accounts.mapped("title")),
            )

    def _merge_refusals_of_place(self, others):
        for one in others:
            same = one.company_id == self.company_id and one.company_ids == self.company_ids
            if not same:
                yield self.env._(
                    "%(one)s and %(kept)s are campaigns of different companies.",
                    one=one.title,
                    kept=self.title,
                )
        above = self.parent_id
        while above:
            if above in others:
                yield self.env._(
                    "%(kept)s is part of %(one)s: let %(one)s be the one that stays.",
                    kept=self.title,
                    one=above.title,
                )
            above = above.parent_id

    # -- what moves ------------------------------------------------------------------------------

    def _merge_left(self):
        """``{(table, column)}`` of references that stay with the campaigns that go.

        Extended by addons with ``super()``, with a reason.
        """
        return set(HISTORY)

    def _merge_unite(self, gone):
        """Statements after which this campaign and *gone* have no two rows for the same thing.

        Addons with a unique index on a campaign extend it with ``super()``, and
        :meth:`_merge_united` by the table.
        """
        ids = [self.id, *gone.ids]
        places = sql.columns(self.env, "crm.campaign.target")
        yield from sql.merge_targets(ids, self.id, places)
        yield from sql.unite(ids, gone.ids, self.id)

    def _merge_united(self):
        """Tables that :meth:`_merge_unite` takes care of."""
        return set(sql.UNITED)

    def _merge_columns(self):
        """``{(table, column): model}`` of everything that names a campaign and follows it."""
        left = self._merge_left()
        found = sql.columns(self.env)
        return {place: model for place, model in found.items() if place not in left}

    def _merge_counts(self):
        """``[(what, number)]`` of what would move from these campaigns, after one query."""
        places = {place: m for place, m in self._merge_columns().items() if not m._transient}
        self.env.flush_all()
        names, numbers = {model._table: model._name for model in places.values()}, {}
        for table, number in self.env.execute_query(sql.counts(places, self.ids)):
            numbers[table] = numbers.get(table, 0) + number
        models = self.env["ir.model"].sudo()  # sudo: names of models
        names = {table: models._get(name).name for table, name in names.items()}
        return sorted((names[table], number) for table, number in numbers.items() if number)

    def _merge_shared(self):
        """Number of persons who are targets of more than one of these campaigns."""
        self.env.flush_all()
        [[number]] = self.env.execute_query(sql.shared_persons(self.ids))
        return number

    # -- merging ---------------------------------------------------------------------------------

    def _merge_campaigns(self, others):
        """Merge *others* into this campaign, in one transaction; those that are already stay so.

        :raises AccessError: for everybody but managers of the campaigns' companies
        :raises UserError: when that would change what is decided or locked (see the class)
        """
        self.ensure_one()
        (self | others)._check_merger()
        # sudo: the role was asked above; what points to a campaign is of many parts and companies
        kept = self.sudo().with_context(active_test=False)
        # sudo: as above
        gone = others.sudo().with_context(active_test=False) - kept
        if gone := gone.filtered(lambda one: one.merged_into_id != kept):
            kept._merge_lock(gone)
            if words := kept._merge_refusals(gone):
                raise UserError("\n".join(words))
            promised = gone._merge_promised()
            kept._merge_rows(gone)
            kept._merge_follow(gone)
            if promised:
                kept._check_committed(promised)
            gone._merge_close(kept)
        return gone

    def _merge_lock(self, gone):
        """Nobody else changes the campaigns and their waves meanwhile, or adds rows to them."""
        both = self | gone
        try:
            both.lock_for_update()
            self.env["crm.campaign.wave"].search(
                [("campaign_id", "in", both.ids)]
            ).lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody is working on these campaigns. Try again in a minute.")
            ) from error
        self.env.invalidate_all()

    def _merge_promised(self):
        """Ids of the cost kinds of open commitments: the budget of the one that stays is asked."""
        committed = [("campaign_id", "in", self.ids), ("stage", "=", "committed")]
        costs = self.env["crm.campaign.cost"].search([*committed, ("amount", ">", 0)])
        return {cost.kind_id.id for cost in costs}

    def _merge_rows(self, gone):
        """All statements; the log of links comes before what it reads is moved."""
        self.env.flush_all()
        for statement in (
            *self._merge_log(gone),
            *self._merge_unite(gone),
            *self._merge_moves(gone),
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()

    def _merge_log(self, gone):
        reasons = {one.id: self.env._("Merged from %s", one.title) for one in gone}
        for model, _label in DOCUMENTS:
            if "campaign_id" in self.env[model]._fields:
                table = self.env[model]._table
                yield sql.log(table, model, reasons, self.id, self.env.uid)
        yield sql.log_payments(reasons, self.id, self.env.uid)

    def _merge_moves(self, gone):
        for (table, column), model in self._merge_columns().items():
            yield sql.move(table, column, gone.ids, self.id, model._log_access)
        for place in sql.relations(self.env):
            yield from sql.link(*place, gone.ids, self.id, stay=False)
        for place in sql.own_relations(self.env):
            yield from sql.link(*place, gone.ids, self.id, stay=True)

    def _merge_follow(self, gone):
        """What is worked out: account, costs, responses, counts, attribution."""
        if account := gone.analytic_account_id:
            gone.analytic_account_id = False
            gone.flush_recordset()
            self.analytic_account_id = account
        self.env["crm.campaign.cost"]._fill(self | gone)
        if self.phase in ("running", "finished"):
            self.env["crm.campaign.response"]._fill(self)
        (self | gone)._keep_counts()
        runs = self.env["crm.attribution.key"].search([("campaign_id", "in", gone.ids)]).run_id
        runs.filtered(lambda run: run.state == "computed").action_draft()

    def _merge_close(self, kept):
        """Closed with a note that leads to the one that stays, which has one that leads back."""
        self._retire(kept)
        for one in self:
            one.message_post(body=one._merge_note(self.env._("Merged into %s"), kept))
            kept.message_post(body=kept._merge_note(self.env._("%s was merged into this one"), one))

    def _merge_note(self, words, campaign):
        return Markup("%s") % Markup.escape(words).replace("%s", campaign._get_html_link())

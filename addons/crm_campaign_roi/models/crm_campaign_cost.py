from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one

from ..report import campaign_cost as sql

#: Where a cost comes from. Only those by hand are entered; the others follow their source.
SOURCES = [
    ("manual", "By hand"),
    ("bill", "Bill or journal entry"),
    ("contact", "Contacts made"),
    ("hours", "Hours of staff"),
    ("allocation", "Allocated"),
]


class CrmCampaignCost(models.Model):
    """What was spent for a campaign, or is committed to be (ROI-2).

    Rows that follow a document are written by :meth:`_fill`, which may run twice: source, document
    and day are unique per campaign.
    """

    _name = "crm.campaign.cost"
    _description = "Campaign cost"
    _order = "date desc, id desc"

    name = fields.Char("What for")
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="restrict", index=True)
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", index="btree_not_null")
    source = fields.Selection(SOURCES, "How known", required=True, default="manual", readonly=True)
    stage = fields.Selection(
        [("committed", "Committed"), ("actual", "Actual"), ("late", "After settlement")],
        required=True,
        default="actual",
        help="After settlement: what a document changed since; settled costs stay as they are.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="In the currency of the company.",
    )
    original_amount = fields.Monetary(
        "Amount paid", currency_field="original_currency_id", help="As on the paper."
    )
    original_currency_id = fields.Many2one("res.currency", "Currency paid")
    user_id = fields.Many2one("res.users", "Entered by", readonly=True)
    res_model = fields.Char("Document model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    move_id = BareMany2one("account.move", "Bill", readonly=True)

    _source_uniq = models.UniqueIndex(
        "(campaign_id, source, res_model, res_id, date, stage) WHERE res_model IS NOT NULL"
    )
    _late_of_documents = models.Constraint(
        "CHECK(stage <> 'late' OR source <> 'manual')",
        "Only documents change after the settlement; this was entered by hand.",
    )

    @api.depends("original_amount", "original_currency_id", "date", "company_id")
    def _compute_amount(self):
        """What was paid in another currency counts at the rate of its day."""
        for cost in self:
            if cost.original_currency_id and cost.date and cost.company_id:
                cost.amount = cost.original_currency_id._convert(
                    cost.original_amount, cost.currency_id, cost.company_id, cost.date
                )

    @api.constrains("original_currency_id", "date")
    def _check_rate(self):
        for cost in self.filtered("original_currency_id"):
            self._check_has_rate(cost.original_currency_id, cost.company_id)

    @api.model
    def _check_has_rate(self, currency, company):
        """A currency without any rate would count one to one.

        :raises UserError: when there is none; nothing was written then
        """
        # sudo: whoever orders may not read rates
        if currency != company.currency_id and not currency.sudo().rate_ids:
            raise UserError(
                self.env._(
                    "There is no rate of %s. Enter one, or the amount in your own currency.",
                    currency.name,
                )
            )

    # -- by hand only --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Costs by hand; everything else is written by :meth:`_fill`."""
        for vals in vals_list:
            vals.update(source="manual", user_id=self.env.uid, res_model=False, res_id=False)
            if vals.get("original_currency_id"):
                vals.pop("amount", None)  # it follows from what was paid
        costs = super().create(vals_list)
        costs._check_open()
        costs._check_committed()
        return costs

    def write(self, vals):
        self._check_manual()
        self._check_open()
        result = super().write(vals)
        self._check_open()
        if not {"stage", "amount", "original_amount", "campaign_id"}.isdisjoint(vals):
            self._check_committed()
        return result

    def _check_committed(self):
        """Ask the budgets of the campaigns whether what is committed fits."""
        committed = self.filtered(lambda cost: cost.stage == "committed")
        committed.flush_recordset()
        for campaign, costs in committed.grouped("campaign_id").items():
            campaign._check_committed({cost.kind_id.id for cost in costs})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_documents(self):
        self._check_manual()
        self._check_open()

    def _check_manual(self):
        if self.filtered(lambda cost: cost.source != "manual"):
            raise UserError(self.env._("This cost follows its document: change it there."))

    def _check_open(self):
        closed = self.campaign_id.filtered(lambda campaign: campaign.phase == "settled")
        if closed:
            raise UserError(
                self.env._("%s is settled: its costs stay as they are.", closed[0].title)
            )

    # -- following documents -------------------------------------------------------------------

    @api.model
    def _sources(self, campaigns):
        """``{source: callable that builds its rows}`` of what costs of *campaigns* follow.

        Only those that are asked for are built.
        """
        ids = campaigns.ids
        promised = {
            source: partial(self._promised_rows, promise, campaigns)
            for source, promise in self._promises().items()
        }
        return {**sql.sources(self.env, ids, lambda: self._bill_links(ids)), **promised}

    @api.model
    def _promises(self):
        """``{source: Promise}`` of documents that promise cost (:mod:`..report.campaign_cost`).

        All other sources are actual cost. Glue adds its documents.
        """
        return {}

    @api.model
    def _promised_rows(self, promise, campaigns):
        """Rows of what was promised for *campaigns* and is not posted yet."""
        found = getattr(self.env[promise.model], promise.find)(campaigns)
        return sql.promises(promise.model, promise.documents(found.ids), found._cost_rows())

    @api.model
    def _bill_links(self, campaign_ids):
        """List of :class:`..report.campaign_cost.BillLink`."""
        return [promise.link(campaign_ids) for promise in self._promises().values()]

    @api.model
    def _fill(self, campaigns=None, sources=None):
        """Bring the rows that follow documents up to date, of all campaigns or of some.

        Bills: what was posted on expense accounts for the campaign's analytic account, or on a bill
        that names the campaign. Contacts: cost of the touch ledger by channel and month. Hours: of
        staff, by their rate. Allocations: of the pools that are posted. Settled costs stay; what
        comes afterwards stands beside them as *after settlement*.

        :param sources: of these only (keys of :meth:`_sources`); None: of all
        :return: number of rows written or deleted
        """
        if campaigns is None:
            everything = self.env["utm.campaign"].with_context(active_test=False)
            campaigns = everything.search([("is_template", "=", False)])
        self.env.flush_all()
        committed = self._promises()
        written = 0
        for source, build in self._sources(campaigns).items():
            if not sources or source in sources:
                stage = "committed" if source in committed else "actual"
                written += self._fill_source(source, stage, build(), campaigns.ids)
        self.invalidate_model()
        return written

    def _fill_source(self, source, stage, rows, campaign_ids):
        sql.gather(self.env.cr, rows, campaign_ids, stage)
        if stage == "actual":
            sql.keep_settled(self.env.cr, source, campaign_ids)
        written = 0
        for statement in sql.changes(source, campaign_ids):
            self.env.cr.execute(statement)
            written += self.env.cr.rowcount
        return written

    @api.model
    def _follow(self, source, documents):
        """Bring the costs of the campaigns of *documents*, now or before, up to date.

        :param source: key of :meth:`_sources`
        :return: the campaigns
        """
        before = self.search([("source", "=", source), ("res_id", "in", documents.ids)])
        campaigns = before.campaign_id | documents.campaign_ids
        if campaigns:
            self._fill(campaigns, {"bill", *self._promises()})
        return campaigns

    @api.model
    def _commit(self, source, documents, confirmed=False):
        """Follow *documents* that were just confirmed or changed, and ask the budgets.

        :param confirmed: they were only applied for before; all of it is asked for, else what they
            promise more
        :raises UserError: when more is committed than before and a budget has no room for it
        """
        domain = [("source", "=", source), ("res_id", "in", documents.ids)]
        before = {} if confirmed else self._promised(domain)
        if not self._follow(source, documents):
            return
        everything = self.env["utm.campaign"].with_context(active_test=False)
        for campaign, kinds in self._grown(before, self._promised(domain)).items():
            everything.browse(campaign)._check_committed(kinds)

    def _promised(self, domain):
        """``{(campaign id, cost kind id): amount}``"""
        rows = self._read_group(domain, ["campaign_id", "kind_id"], ["amount:sum"])
        return {(campaign.id, kind.id): amount for campaign, kind, amount in rows}

    @staticmethod
    def _grown(before, after):
        """``{campaign id: cost kind ids}`` of what is more than it was."""
        grown = {}
        for (campaign, kind), amount in after.items():
            if amount > before.get((campaign, kind), 0.0) + 0.001:
                grown.setdefault(campaign, set()).add(kind)
        return grown

    @api.model
    def _cron_fill(self):
        """Every night."""
        self._fill()

    def action_open_document(self):
        """Open the document behind the cost, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        if promise := self._promises().get(self.source):
            document = self.env[self.res_model].browse(self.res_id)
            shown = document.mapped(promise.shown) if promise.shown else document
            return shown.get_formview_action()
        if self.move_id:
            return self.move_id.get_formview_action()
        if self.source == "allocation":
            line = self.env[self.res_model].browse(self.res_id)
            return line.pool_id.get_formview_action()
        if self.source == "hours":
            return self.env[self.res_model].browse(self.res_id).get_formview_action()
        return self.get_formview_action()

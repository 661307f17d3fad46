from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from odoo.addons.crm_customer_insight.tools import allocation

from ..report import campaign_pool as sql
from ..report.campaign_cost import EXPENSES

#: What overhead is shared by.
KEYS = [
    ("direct", "Direct cost"),
    ("contacts", "Contacts made"),
    ("leads", "Leads"),
    ("revenue", "Revenue"),
    ("equal", "Equal parts"),
    ("share", "Fixed shares"),
]


class CrmCampaignPool(models.Model):
    """Overhead of a period that is shared among the campaigns of that period (ROI-2).

    The amount comes from ledger accounts, less what is direct cost of campaigns already, or is
    entered with a reason. Preview, post, take back; the parts add up to the amount to the cent, and
    account total = direct + shared + left is shown all the time.
    """

    _name = "crm.campaign.pool"
    _description = "Overhead of campaigns"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, help="For example: marketing office, first quarter.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: date_utils.start_of(fields.Date.context_today(self), "quarter"),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: date_utils.end_of(fields.Date.context_today(self), "quarter"),
    )
    kind_id = fields.Many2one(
        "crm.campaign.cost.kind",
        "Cost kind",
        default=lambda self: self.env.ref(
            "crm_campaign_roi.cost_kind_overhead", raise_if_not_found=False
        ),
        index="btree_not_null",
    )
    account_ids = fields.Many2many(
        "account.account",
        "crm_campaign_pool_account_rel",
        "pool_id",
        "account_id",
        "Ledger accounts",
        domain=[("account_type", "in", EXPENSES)],
    )
    is_typed = fields.Boolean("Enter the amount")
    typed_amount = fields.Monetary("Amount entered")
    reason = fields.Char(help="Why this amount is shared and not what the accounts hold.")
    has_entered = fields.Boolean(
        "Hours and contacts are in them",
        help="What campaigns carry for hours and contacts is posted on these accounts as well, "
        "as wages or telephone for example: it is not shared again.",
    )
    key = fields.Selection(KEYS, "Shared by", required=True, default="direct", tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Taken back")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many("crm.campaign.pool.line", "pool_id", "Campaigns")
    amount = fields.Monetary(
        "To be shared", readonly=True, copy=False, help="As of the last preview."
    )
    account_total = fields.Monetary(
        "On the accounts",
        compute="_compute_check",
        help="What the accounts hold in the period, posted.",
    )
    direct_total = fields.Monetary(
        "Direct cost in it",
        compute="_compute_check",
        help="What of it is direct cost of campaigns already.",
    )
    entered_total = fields.Monetary(
        "Hours and contacts",
        compute="_compute_check",
        help="What campaigns carry for hours and contacts in the period.",
    )
    shared_total = fields.Monetary("Shared", compute="_compute_check")
    left_total = fields.Monetary(
        "Left", compute="_compute_check", help="Account total − direct cost − shared."
    )
    posted_by = fields.Many2one("res.users", "Posted by", readonly=True, copy=False)
    posted_on = fields.Datetime("Posted on", readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The period must end after it begins."
    )

    @api.depends(
        "account_ids",
        "company_id",
        "date_from",
        "date_to",
        "has_entered",
        "line_ids.amount",
        "state",
    )
    def _compute_check(self):
        totals = self._account_totals()
        for pool in self:
            total, direct, entered = totals.get(pool._origin.id, (0.0, 0.0, 0.0))
            pool.account_total, pool.direct_total = total, direct
            pool.entered_total = entered
            pool.shared_total = sum(pool.line_ids.mapped("amount"))
            pool.left_total = pool.currency_id.round(total - direct - pool.shared_total)

    def _account_totals(self):
        """``{pool id: (posted on the accounts, direct cost in it, hours and contacts)}``.

        The direct cost has the hours and contacts in it when the accounts have; one query.
        """
        if not self.ids:
            return {}
        self.env["crm.campaign.cost"].flush_model()
        self.flush_model()
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(sql.account_totals(self.ids))
        return {pool: tuple(map(float, totals)) for pool, *totals in rows}

    # -- by the controller only ------------------------------------------------------------------

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise UserError(self.env._("Use the buttons of the overhead to go on."))
        if not vals.keys() <= {"name", "message_main_attachment_id"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if self.filtered(lambda pool: pool.state == "posted"):
            raise UserError(self.env._("Take the overhead back before you delete it."))

    def _check_draft(self):
        if self.filtered(lambda pool: pool.state != "draft") and not self.env.su:
            raise UserError(self.env._("What was posted stays as it is. Take it back first."))

    def _check_controller(self):
        if not (
            self.env.su or self.env.user.has_group("crm_campaign_roi.group_campaign_controller")
        ):
            raise AccessError(self.env._("Overhead is shared by controllers."))

    # -- preview -----------------------------------------------------------------------------

    def action_preview(self):
        """Find the campaigns of the period and share the amount among them.

        :raises UserError: without an amount, a campaign, or anything to share it by
        """
        self._check_controller()
        self._check_draft()
        self._read_direct_cost()
        for pool in self:
            pool._add_campaigns()
            pool._share()

    def _read_direct_cost(self):
        """What was posted since the last night is direct cost already, no overhead."""
        # sudo: rows that follow documents are written by no user
        self.env["crm.campaign.cost"].sudo()._fill(sources={"bill", "contact", "hours"})

    def _add_campaigns(self):
        """Campaigns that run in the period; for fixed shares those entered stay alone."""
        if self.key == "share" and self.line_ids:
            return
        campaigns = self._campaigns_of_period()
        self.line_ids.filtered(lambda line: line.campaign_id not in campaigns).unlink()
        self.env["crm.campaign.pool.line"].create(
            [
                {"pool_id": self.id, "campaign_id": campaign.id}
                for campaign in campaigns - self.line_ids.campaign_id
            ]
        )

    def _campaigns_of_period(self):
        """Running in the period, with their own or no company, not settled yet."""
        starts = Domain("date_start", "<=", self.date_to)
        ends = Domain("date_end", "=", False) | Domain("date_end", ">=", self.date_from)
        here = Domain("company_id", "in", (False, self.company_id.id))
        here |= Domain("company_ids", "in", self.company_id.ids)
        phases = Domain("phase", "in", ("approved", "running", "finished"))
        return self.env["utm.campaign"].search(
            starts & ends & here & phases & Domain("is_template", "=", False)
        )

    def _share(self):
        if not self.line_ids:
            raise UserError(self.env._("No campaign ran in this period."))
        amount = self._amount()
        weights = self._weights()
        if not sum(weight for weight in weights if weight > 0):
            raise UserError(self.env._("No campaign has anything to share by: choose another key."))
        parts = allocation.allocate(amount, weights, self.currency_id.decimal_places)
        self.amount = amount
        for line, weight, part in zip(self.line_ids, weights, parts, strict=True):
            line.write({"weight": weight, "amount": float(part)})

    def _amount(self):
        """What is to be shared.

        :raises UserError: when there is nothing
        """
        if self.is_typed:
            if not self.typed_amount or not self.reason:
                raise UserError(self.env._("Enter the amount, and why it is this one."))
            return self.currency_id.round(self.typed_amount)
        total, direct, _entered = self._account_totals().get(self.id, (0.0, 0.0, 0.0))
        amount = self.currency_id.round(total - direct)
        if not amount:
            raise UserError(
                self.env._("Nothing is left on these accounts in the period to be shared.")
            )
        return amount

    def _weights(self):
        """Weight of each line by the key."""
        if self.key == "equal":
            return [1.0] * len(self.line_ids)
        if self.key == "share":
            return self.line_ids.mapped("share")
        self.env.flush_all()
        rows = self.env.execute_query(sql.weights(self))
        found = dict(rows)
        return [float(found.get(line.campaign_id.id) or 0.0) for line in self.line_ids]

    # -- post and take back --------------------------------------------------------------------

    def action_post(self):
        """Make the parts cost of the campaigns.

        :raises UserError: when the ledger moved since the preview, or it was shared already
        """
        self._check_controller()
        self._check_draft()
        self._wait_for_others()
        self._read_direct_cost()
        for pool in self:
            pool._check_post()
        values = {"posted_by": self.env.uid, "posted_on": fields.Datetime.now()}
        self._move("posted", values)

    def _wait_for_others(self):
        """Post one after the other: who posts at the same time begins again and sees the other.

        A statement that changes nothing, on all pools of the company: the second one to come
        waits for the first, then fails on its older view, and Odoo repeats the request.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_campaign_pool SET state = state WHERE company_id = ANY(%s)",
                self.company_id.ids,
            )
        )

    def _check_post(self):
        if not self.line_ids or not self.amount:
            raise UserError(self.env._("Look at the preview first."))
        if self.currency_id.compare_amounts(self.amount, self._amount()):
            raise UserError(self.env._("The ledger moved since the preview. Preview again."))
        if self.currency_id.compare_amounts(self.amount, self.shared_total):
            raise UserError(self.env._("The parts do not add up to the amount. Preview again."))
        if other := self._same_accounts():
            raise UserError(
                self.env._("%s shares these accounts in this period already.", other.name)
            )
        self._check_open()

    def _same_accounts(self):
        """A posted pool that shares one of the accounts in an overlapping period."""
        return self.search(
            [
                ("id", "!=", self.id),
                ("state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("account_ids", "in", self.account_ids.ids),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ],
            limit=1,
        )

    def _check_open(self):
        campaigns = self.line_ids.campaign_id
        if settled := campaigns.filtered(lambda campaign: campaign.phase == "settled")[:1]:
            raise UserError(self.env._("%s is settled: its costs stay as they are.", settled.title))

    def action_reverse(self):
        """Take the costs back; the pool stays, to be seen."""
        self._check_controller()
        if self.filtered(lambda pool: pool.state != "posted"):
            raise UserError(self.env._("Only what was posted can be taken back."))
        self._check_open()
        self._move("reversed", {})

    def action_to_draft(self):
        """Share what was taken back anew."""
        self._check_controller()
        if self.filtered(lambda pool: pool.state != "reversed"):
            raise UserError(self.env._("Take the overhead back first."))
        self._move("draft", {})

    def _move(self, state, values):
        # sudo: states are moved by these methods only, and costs written by no user
        self.sudo().write({"state": state, **values})
        # sudo: as above
        self.env["crm.campaign.cost"].sudo()._fill(self.line_ids.campaign_id, ("allocation",))

    def action_open_accounts(self):
        """The ledger lines behind the account total."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ledger"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("account_id", "in", self.account_ids.ids),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ],
        }

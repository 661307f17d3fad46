from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.person_data import PersonData

REVIEW_ACTIVITY = "crm_customer_insight.mail_activity_type_key_account_review"

#: Of two key accounts of a merged customer, which one stays: the running one, the older one.
PERSON_MERGE_ORDER = "state, since, id"


class CrmKeyAccount(models.Model):
    """A customer who is managed strategically: by designation or by value, with a plan and a team.

    One per customer (commercial entity), C360-2 and CAP 3. Ended accounts are kept and may be
    started again.
    """

    _name = "crm.key.account"
    _description = "Key account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, next_review_date, id"
    _rec_name = "partner_id"
    _person_data = PersonData(
        merge="keep_best",
        key=("TRUE",),
        order=PERSON_MERGE_ORDER,
        erase="blank",
        blank=("reason", "strengths", "weaknesses", "opportunities", "threats"),
    )

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    state = fields.Selection(
        [("active", "Active"), ("ended", "Ended")], required=True, default="active", tracking=True
    )
    basis = fields.Selection(
        [("designated", "Designated"), ("value", "By value")],
        required=True,
        default="designated",
        tracking=True,
        help="Designated by a person, or proposed because of the customer's value.",
    )
    reason = fields.Char(help="Why this customer is a key account.")
    designated_by = fields.Many2one(
        "res.users",
        "Designated by",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
    )
    since = fields.Date(required=True, default=fields.Date.context_today)
    ended_on = fields.Date("Ended on", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        domain="[('share', '=', False)]",
    )
    member_ids = fields.One2many("crm.key.account.member", "account_id", "Team")

    # Plan
    goal_ids = fields.One2many("crm.key.account.goal", "account_id", "Goals")
    strengths = fields.Html(sanitize_attributes=True, help="Why they buy from us.")
    weaknesses = fields.Html(sanitize_attributes=True, help="Where we disappoint them.")
    opportunities = fields.Html(sanitize_attributes=True, help="What they will need next.")
    threats = fields.Html(sanitize_attributes=True, help="Who and what may take them from us.")
    next_review_date = fields.Date("Next review", tracking=True, index="btree_not_null")
    last_review_date = fields.Date("Last review", readonly=True)
    review_state = fields.Selection(
        [
            ("none", "Not planned"),
            ("late", "Overdue"),
            ("soon", "Within 14 days"),
            ("planned", "Planned"),
        ],
        "State of the review",
        compute="_compute_review_state",
    )

    # Value, from the current snapshot
    tier = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")], compute="_compute_value"
    )
    revenue = fields.Monetary(compute="_compute_value", help="In the value window.")
    profit = fields.Monetary(compute="_compute_value", help="In the value window.")
    has_value = fields.Boolean("Has figures", compute="_compute_value")
    currency_id = fields.Many2one("res.currency", compute="_compute_value")

    _partner_uniq = models.UniqueIndex("(partner_id)", "This customer is a key account already.")

    @api.depends("next_review_date", "state")
    @api.depends_context("tz")
    def _compute_review_state(self):
        today = fields.Date.context_today(self)
        for account in self:
            days = account.next_review_date and (account.next_review_date - today).days
            if account.state == "ended" or not account.next_review_date:
                account.review_state = "none"
            else:
                account.review_state = "late" if days < 0 else "soon" if days <= 14 else "planned"

    @api.depends("partner_id")
    @api.depends_context("company")
    def _compute_value(self):
        snapshots = self.env["crm.customer.snapshot"].search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "tier", "revenue", "profit", "currency_id"],
        )
        by_partner = {snapshot.partner_id: snapshot for snapshot in snapshots}
        for account in self:
            snapshot = by_partner.get(account.partner_id, snapshots.browse())
            account.has_value = bool(snapshot)
            account.tier = snapshot.tier
            account.revenue = snapshot.revenue
            account.profit = snapshot.profit
            account.currency_id = snapshot.currency_id or self.env.company.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("partner_id"):
                partner = self.env["res.partner"].browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
        accounts = super().create(vals_list)
        accounts._sync_review_activity()
        return accounts

    def write(self, vals):
        res = super().write(vals)
        if {"next_review_date", "user_id", "state"} & vals.keys():
            self._sync_review_activity()
        return res

    def action_end(self):
        """End the special treatment; the account, its plan and history stay."""
        self.write(
            {
                "state": "ended",
                "ended_on": fields.Date.context_today(self),
                "next_review_date": False,
            }
        )

    def action_restart(self):
        """Make ended accounts active again."""
        self.write({"state": "active", "ended_on": False})

    def action_review_done(self):
        """Note that the account was reviewed today and plan the next review in three months."""
        today = fields.Date.context_today(self)
        self.activity_feedback([REVIEW_ACTIVITY], only_automated=False)
        self.write(
            {
                "last_review_date": today,
                "next_review_date": fields.Date.add(today, months=3),
            }
        )

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _before_person_merge(self, sources, target):
        """Of the accounts of a merged customer one stays, with the goals and teams of all."""
        # sudo: whoever may merge contacts need not see all key accounts
        accounts = self.sudo().search(
            [("partner_id", "in", [*sources, target])], order=PERSON_MERGE_ORDER
        )
        kept, others = accounts[:1], accounts[1:]
        team = {(member.user_id, member.role) for member in kept.member_ids}
        others.member_ids.filtered(
            lambda member: (member.user_id, member.role) not in team
        ).account_id = kept
        others.goal_ids.account_id = kept
        others.unlink()
        self.env.flush_all()

    @api.model
    def _team_partner_domain(self, users):
        """Domain on ``res.partner`` of the customers whose account team the users belong to."""
        # sudo: record rules ask this for every user, whatever he may read of the team tables
        accounts = self.sudo()._search(
            Domain("state", "=", "active")
            & (Domain("user_id", "in", users) | Domain("member_ids.user_id", "in", users))
        )
        return Domain("id", "in", accounts.subselect("partner_id"))

    def _sync_review_activity(self):
        """One planned review activity per active account with a review date, for its owner."""
        review = self.env.ref(REVIEW_ACTIVITY, raise_if_not_found=False)
        if not review:
            return
        # sudo: activities of a colleague are replaced when the owner changes
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", review.id),
                ]
            )
        )
        wanted = {
            account.id: (account.next_review_date, account.user_id.id)
            for account in self
            if account.state == "active" and account.next_review_date
        }
        kept = activities.filtered(
            lambda activity: (
                wanted.get(activity.res_id) == (activity.date_deadline, activity.user_id.id)
            )
        )
        (activities - kept).unlink()
        missing = wanted.keys() - set(kept.mapped("res_id"))
        self.browse(sorted(missing))._schedule_review(review)

    def _schedule_review(self, review):
        """Plan the review of each account, in its owner's language."""
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": account.id,
                    "activity_type_id": review.id,
                    "summary": review.with_context(lang=account.user_id.lang).summary,
                    "date_deadline": account.next_review_date,
                    "user_id": account.user_id.id,
                    "automated": True,
                }
                for account in self
            ]
        )

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils
from odoo.tools.safe_eval import safe_eval

from ..report import customer_changes, customer_snapshot, overhead, profit_place
from ..report.customer_month import DOCUMENT_TYPES, main_company
from ..tools.person_data import PersonData
from . import (  # noqa: F401 (parents are defined first)
    crm_segment_column_mixin,
    crm_tier_reason_mixin,
)
from .bare_many2one import BareMany2one

MODULE = "crm_customer_insight"
TIERS = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
LIFECYCLE_STAGES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("growing", "Growing"),
    ("mature", "Mature"),
    ("declining", "Declining"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
COOPERATION_STATES = [
    ("never", "No business yet"),
    ("active", "Active"),
    ("dormant", "Dormant"),
    ("ended", "Ended"),
]
#: Columns that are a share of the revenue.
RATIOS = ("margin_rate", "cost_known_share", "cost_estimated_share")
#: What compares a customer with the others: it cannot be added up when two become one.
RATED = (
    "tier",
    "previous_tier",
    "pyramid_level",
    "r_score",
    "f_score",
    "m_score",
    "rfm",
    "lifecycle_stage",
    "cooperation_state",
)


class CrmCustomerSnapshot(models.Model):
    """A customer's value at the end of a month (the current month: today), ROI-3 and ROI-5.

    One row per customer (commercial entity), company and month; ``company_id`` empty is the
    consolidated row in the main company's currency. Money covers the value window (12 months
    unless configured) up to ``date``. ``is_current`` marks the newest row.
    """

    _name = "crm.customer.snapshot"
    _inherit = [
        "crm.lifetime.snapshot.mixin",
        "crm.segment.column.mixin",
        "crm.tier.reason.mixin",
    ]
    _description = "Customer snapshot"
    _order = "profit desc, id"
    _rec_name = "partner_id"
    _log_access = False
    # Closed months are never computed again, so those of merged customers are added up.
    _person_data = PersonData(
        merge="sum",
        key=("company_id", "month"),
        earliest=("first_purchase", "recency_days"),
        latest=("last_purchase", "returned_date"),
        averages=RATIOS + RATED,
        erase="keep",
    )

    _segment_customer = "partner_id"

    partner_id = BareMany2one(
        "res.partner", "Customer", required=True, ondelete="cascade", readonly=True
    )
    company_id = BareMany2one("res.company", readonly=True, help="Empty: all companies together.")
    currency_id = BareMany2one("res.currency", required=True, ondelete="restrict", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    partner_active = fields.Boolean(related="partner_id.active", string="Not archived")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)

    # Value in the window
    revenue = fields.Monetary(
        readonly=True,
        help="Invoiced product lines net of credit notes, without taxes, in the value window.",
    )
    revenue_previous = fields.Monetary(
        "Revenue of the window before", readonly=True, help="The same over the window before."
    )
    product_cost = fields.Monetary(
        "Product cost",
        readonly=True,
        help="Recorded cost of what was sold; today's standard cost where none was recorded.",
    )
    direct_cost = fields.Monetary(
        "Direct cost",
        readonly=True,
        help="Cost of the contacts with the customer, from the touch ledger.",
    )
    allocated_cost = fields.Monetary(
        "Allocated cost", readonly=True, help="Share of the overhead by its key."
    )
    profit = fields.Monetary(
        readonly=True, help="Revenue − product cost − direct cost − allocated cost."
    )
    margin_rate = fields.Float(
        "Margin",
        readonly=True,
        aggregator=None,
        help="Profit ÷ revenue; empty without positive revenue.",
    )
    cost_known_share = fields.Float(
        "Cost known",
        readonly=True,
        aggregator=None,
        help="Share of revenue whose product cost was recorded when it was sold.",
    )
    cost_estimated_share = fields.Float(
        "Cost estimated",
        readonly=True,
        aggregator=None,
        help="Share of revenue whose product cost is today's standard cost; the rest has none.",
    )
    lifetime_revenue = fields.Monetary("Revenue since the first purchase", readonly=True)
    lifetime_profit = fields.Monetary("Profit since the first purchase", readonly=True)

    # Recency, frequency, monetary value
    first_purchase = fields.Date("First purchase", readonly=True)
    last_purchase = fields.Date("Last purchase", readonly=True)
    returned_date = fields.Date(
        "Came back on", readonly=True, help="Latest purchase after he had been lost."
    )
    recency_days = fields.Integer(
        "Days since the last purchase",
        readonly=True,
        aggregator="avg",
        help="Days from the last purchase to the data date.",
    )
    frequency = fields.Integer(
        "Purchases in the window", readonly=True, help="Invoices of more than zero."
    )
    r_score = fields.Integer("R", readonly=True, aggregator="avg", help="Recency: 5 is the latest.")
    f_score = fields.Integer(
        "F", readonly=True, aggregator="avg", help="Frequency: 5 is the most frequent."
    )
    m_score = fields.Integer(
        "M", readonly=True, aggregator="avg", help="Monetary value: 5 is the highest revenue."
    )
    rfm = fields.Char(
        "RFM", readonly=True, help="The three scores; only customers active in the window have any."
    )

    # Tier and pyramid
    tier = fields.Selection(
        TIERS,
        readonly=True,
        help="By cumulative share of the positive profit (or revenue): A brings the first half, "
        "B up to 80 %, C up to 95 %, D the rest, unless other shares are set.",
    )
    pyramid_level = fields.Selection(
        [
            ("top", "Top (1 %)"),
            ("large", "Large (next 4 %)"),
            ("medium", "Medium (next 15 %)"),
            ("small", "Small (other active customers)"),
            ("inactive", "Inactive"),
            ("prospect", "Prospects"),
        ],
        "Pyramid level",
        readonly=True,
    )
    profit_rank = fields.Integer(
        "Rank by profit",
        compute="_compute_place",
        aggregator=None,
        help="1 is the customer with the highest profit.",
    )
    cumulative_profit = fields.Monetary(
        "Cumulative profit",
        compute="_compute_place",
        aggregator=None,
        help="Profit of this customer and all who bring more.",
    )
    previous_tier = fields.Selection(TIERS, "Tier a month ago", readonly=True)

    # Life cycle
    lifecycle_stage = fields.Selection(LIFECYCLE_STAGES, "Life-cycle stage", readonly=True)
    cooperation_state = fields.Selection(COOPERATION_STATES, "Cooperation", readonly=True)

    _partner_company_month_uniq = models.UniqueIndex("(partner_id, COALESCE(company_id, 0), month)")
    # The lists' default order and, from the index alone, places on the profit curve; the
    # customer's own rows are found by the unique index.
    _current_idx = models.Index(
        "(company_id, profit DESC, id) INCLUDE (first_purchase, direct_cost, allocated_cost)"
        " WHERE is_current"
    )
    _company_month_idx = models.Index("(company_id, month)")

    @api.private
    def init(self):
        """Leave room in the pages: the first refresh of a day moves everybody's data date.

        A row rewritten within its page leaves the indexes alone, which costs a third.
        """
        self.env.cr.execute(SQL("ALTER TABLE crm_customer_snapshot SET (fillfactor = 60)"))

    @api.depends("profit", "company_id", "month", "is_current")
    def _compute_place(self):
        """Place on the curve of all customers of the company (or of all together) and month."""
        self.flush_model()
        groups = self.grouped(lambda row: (row.company_id.id, row.month, row.is_current))
        found = profit_place.places(
            self.env,
            [(rows.ids, *key, min(rows.mapped("profit"))) for key, rows in groups.items()],
        )
        for row in self:
            row.profit_rank, row.cumulative_profit = found.get(row._origin.id, (False, False))

    # What a click on a figure opens ------------------------------------------------------------

    @api.model
    def _action_customers(self):
        """The customers for the selected company; all of them for whoever has none of his own.

        Before the first figures, those who can compute them are led there by the dashboard.
        """
        if self._awaits_first_steps():
            return self.env["ir.actions.client"]._for_xml_id(f"{MODULE}.crm_value_dashboard_action")
        action = self._action_for_selection("crm_customer_snapshot_action_window")
        if not self.search_count(
            [("user_id", "=", self.env.uid), ("is_current", "=", True)], limit=1
        ):
            action["context"] = {"search_default_with_purchases": 1}
        return action

    def _awaits_first_steps(self):
        user = self.env.user
        return (
            user.has_group(f"{MODULE}.group_insight_manager")
            and not user.res_users_settings_id.insight_first_steps_closed
            and not self.search_count([("is_current", "=", True)], limit=1)
        )

    @api.model
    def _action_for_selection(self, xml_id):
        """The window action, restricted to the rows of the company selected or of all together."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.{xml_id}")
        domain = Domain(safe_eval(action["domain"] or "[]"))
        domain &= Domain("company_id", "=", self._current_company_id())
        context = safe_eval(action["context"] or "{}", {"uid": self.env.uid})
        return {**action, "domain": list(domain), "context": context}

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    def action_open_invoices(self):
        """Open the documents the window's revenue is made of."""
        self.ensure_one()
        period = next(
            (p for p in self._periods(self.date) if p.company_id == self.company_id.id), None
        )
        domain = [
            ("commercial_partner_id", "=", self.partner_id.id),
            ("move_type", "in", DOCUMENT_TYPES),
            ("state", "=", "posted"),
        ]
        if period:
            domain += [("invoice_date", ">=", period.window_start)]
        if self.company_id:
            domain += [("company_id", "=", self.company_id.id)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": domain, "context": {"create": False}}

    def action_open_months(self):
        """Open the monthly facts behind the figures."""
        self.ensure_one()
        domain = [("partner_id", "=", self.partner_id.id)]
        if self.company_id:
            domain += [("company_id", "=", self.company_id.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Months of %(customer)s", customer=self.partner_id.display_name),
            "res_model": "crm.customer.month",
            "views": [(False, "list"), (False, "graph")],
            "domain": domain,
        }

    def action_open_history(self):
        """Open the customer's figures at the end of each month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %(customer)s", customer=self.partner_id.display_name),
            "res_model": "crm.customer.snapshot",
            "views": [(False, "list"), (False, "graph")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }

    # Key accounts by value ----------------------------------------------------------------------

    def action_designate_key_account(self):
        """Make the customers of these snapshots key accounts and open them.

        Accounts that had ended start again; those already active stay as they are.
        """
        partners = self.partner_id
        existing = self.env["crm.key.account"].search([("partner_id", "in", partners.ids)])
        existing.filtered(lambda account: account.state == "ended").action_restart()
        created = self.env["crm.key.account"].create(
            [
                snapshot._prepare_key_account_values()
                for snapshot in self.grouped("partner_id").values()
                if snapshot.partner_id not in existing.partner_id
            ]
        )
        return self._open_key_accounts(existing | created)

    def _prepare_key_account_values(self):
        snapshot = self[:1]
        return {
            "partner_id": snapshot.partner_id.id,
            "basis": "value",
            "reason": self.env._(
                "Tier %(tier)s on %(date)s", tier=snapshot.tier or "-", date=snapshot.date
            ),
            "user_id": snapshot.partner_id.user_id.id or self.env.uid,
        }

    def _open_key_accounts(self, accounts):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_key_account_action"
        )
        if len(accounts) == 1:
            return {**action, "views": [(False, "form")], "res_id": accounts.id}
        return {**action, "domain": [("id", "in", accounts.ids)], "context": {}}

    # Refresh ------------------------------------------------------------------------------

    @api.model
    def action_refresh(self, full=False):
        """Refresh now and say so; for people who may read all figures."""
        self.check_access("read")
        analyst = self.env.user.has_group("crm_customer_insight.group_insight_analyst")
        if not (analyst or self.env.su):
            raise AccessError(self.env._("Only analysts and managers may refresh the figures."))
        # sudo: the fill reads invoices, orders and costs that an analyst need not see
        written = self.sudo()._refresh(full=full)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if written is not None else "warning",
                "message": self.env._("%(count)s figures changed.", count=written)
                if written is not None
                else self.env._("Another refresh is running; its figures appear when it is done."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _refresh(self, full=False, date=None, horizon=None):
        """Bring months and current snapshots up to date in this transaction.

        Incremental: cells whose documents changed since the last refresh are recomputed. One
        customer's gain can move others over a border, so everybody is compared with the borders of
        scores and tiers, but only rows that change are written. The first refresh, the first one
        in a month and changed rules recompute everything.

        :param full: recompute all cells
        :param date: data date, ``_data_date()`` unless given; not before that of the last refresh
        :param horizon: moment before which all changes were committed when this transaction
            began; without it the next refresh reads the same changes again
        :return: number of rows written, or ``None`` when another refresh holds the lock
        """
        if not self._lock_refresh():
            return None
        self.env.flush_all()
        self.env["crm.customer.dirty"]._write_pending()
        date = date or self._data_date()
        state = self.env["crm.value.state"]._get()
        month = date_utils.start_of(date, "month")
        full = full or not state.date or self._rules_changed()
        if state.date and date_utils.start_of(state.date, "month") < month:
            full = True
        changes = customer_changes.collect(self.env, state, full, horizon)
        written = self.env["crm.customer.month"]._fill(changes.cells)
        overhead.allocate(self.env, changes)
        if state.date:
            written += self._close_until(state.date, month)
        written += customer_snapshot.fill(self.env, self._periods(date), partners=changes.partners)
        state._done(date, changes, written)
        self.env["crm.value.setting"].search([("needs_recompute", "=", True)]).write(
            {"needs_recompute": False}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return written

    @api.model
    def _data_date(self):
        """The day figures are computed for: today, or the last day of historical data.

        The system parameter ``crm_customer_insight.data_date`` (YYYY-MM-DD) holds the day of a
        database whose business ended in the past: its last twelve months would be empty today.
        """
        # sudo: system parameters are closed to users; this one is only a date
        given = self.env["ir.config_parameter"].sudo().get_param("crm_customer_insight.data_date")
        return fields.Date.to_date(given) or fields.Date.context_today(self)

    @api.model
    def _lock_refresh(self):
        """One refresh at a time, with memory for its sorts; both end with the transaction."""
        self.env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('crm.customer.snapshot'))")
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _rules_changed(self):
        return bool(
            self.env["crm.value.setting"].search_count([("needs_recompute", "=", True)], limit=1)
        )

    @api.model
    def _close_until(self, last_date, month):
        """Close the months from that of the last refresh to the one before ``month``."""
        written, start = 0, date_utils.start_of(last_date, "month")
        while start < month:
            written += self._fill_closed(start)
            start += relativedelta(months=1)
        return written

    @api.model
    def _fill_closed(self, month):
        """Compute the figures of a month as of its last day; from then on they stay."""
        periods = self._periods(date_utils.end_of(month, "month"))
        return customer_snapshot.fill(self.env, periods, is_current=False)

    @api.model
    def _backfill(self, limit=None):
        """Compute missing past months, oldest first; return how many are still missing."""
        missing = self._missing_months()
        for month in missing[:limit]:
            self._fill_closed(month)
        return max(0, len(missing) - (len(missing) if limit is None else limit))

    @api.model
    def _missing_months(self):
        state = self.env["crm.value.state"]._get()
        setting = self.env["crm.value.setting"]._for_companies(self.env.company)[0]
        [[first]] = self.env.execute_query(SQL("SELECT min(month) FROM crm_customer_month"))
        if not state.date or not first:
            return []
        current = date_utils.start_of(state.date, "month")
        wanted = [current - relativedelta(months=n + 1) for n in range(setting.history_months)]
        done = {
            row[0]
            for row in self.env.execute_query(
                SQL("SELECT DISTINCT month FROM crm_customer_snapshot WHERE month < %s", current)
            )
        }
        return sorted(month for month in wanted if month >= first and month not in done)

    @api.model
    def _periods(self, date):
        """What to compute as of ``date``: each company and, with several, all together."""
        # sudo: figures are computed for all companies, whoever starts the refresh
        companies = self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        settings = self.env["crm.value.setting"]._for_companies(companies)
        currencies = {company.id: company.currency_id for company in companies}
        if len(companies) > 1:
            currencies[0] = main_company(self.env).currency_id
        return [
            self._period(company_id, currency, date, settings[company_id])
            for company_id, currency in currencies.items()
        ]

    @api.model
    def _period(self, company_id, currency, date, setting):
        month = date_utils.start_of(date, "month")
        window_start = month - relativedelta(months=setting.window_months - 1)
        return customer_snapshot.Period(
            company_id=company_id,
            currency_id=currency.id,
            digits=currency.decimal_places,
            month=month,
            date=date,
            window_start=window_start,
            previous_start=window_start - relativedelta(months=setting.window_months),
            setting=setting,
        )

    @api.model
    def _cron_refresh(self):
        """Refresh, then compute missing history month by month, committing after each step.

        Killed anywhere it leaves the figures of the last finished step. The horizon is taken in
        a transaction of its own: a snapshot taken before it could miss what commits in between.
        """
        cron = self.env["ir.cron"]
        horizon = self.env["crm.touchpoint.fill"]._horizon()
        cron._commit_progress(0, remaining=1)
        self._refresh(horizon=horizon)
        missing = remaining = len(self._missing_months())
        while cron._commit_progress(1, remaining=remaining) and remaining:
            remaining = self._backfill(limit=1)
        if missing and not remaining:
            self._refresh()
            cron._commit_progress(1)

    @api.model
    def _before_person_merge(self, sources, target):
        """Current rows are computed anew. In closed months the merged customer is rated as the one
        with more revenue was; shares are weighed by revenue."""
        people = [*sources, target]
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_customer_snapshot WHERE is_current AND partner_id = ANY(%s)",
                people,
            )
        )
        shares = [
            SQL(
                "COALESCE(SUM(%(name)s * revenue) OVER month / NULLIF(SUM(revenue) OVER month, 0),"
                " %(name)s) AS %(name)s",
                name=SQL.identifier(name),
            )
            for name in RATIOS
        ]
        rated = [SQL("first_value(%(n)s) OVER bigger AS %(n)s", n=SQL.identifier(n)) for n in RATED]
        columns = [SQL.identifier(name) for name in RATIOS + RATED]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_snapshot s SET %s
                     FROM (SELECT id, %s FROM crm_customer_snapshot WHERE partner_id = ANY(%s)
                           WINDOW month AS (PARTITION BY company_id, month),
                                  bigger AS (PARTITION BY company_id, month
                                             ORDER BY revenue DESC NULLS LAST, id)) merged
                    WHERE merged.id = s.id""",
                SQL(", ").join(SQL("%s = merged.%s", name, name) for name in columns),
                SQL(", ").join(shares + rated),
                people,
            )
        )

    @api.model
    def _current_company_id(self):
        """Return whose current rows the viewer sees: a company's id, or ``False``: consolidated.

        Consolidated figures show when several companies are selected and the viewer may enter all
        companies; otherwise those of the company he works in.
        """
        if len(self.env.companies) > 1 and self.env.user.insight_sees_group:
            return False
        return self.env.company.id

"""What the providers of next actions read: one query each for any number of customers.

Every SELECT starts from the model's ``_search``, so that the viewer's rights apply.
"""

import datetime

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

QUOTATION_DAYS = 7
HISTORY_DAYS = 730
REVIEW_DAYS = 7
SPOKEN = ("mail", "meeting", "activity", "call", "visit")


class Rows:
    """The queries, in the environment of the viewer and his current company."""

    def __init__(self, env):
        self.env = env
        self.today = fields.Date.context_today(env["res.partner"])

    def _day(self, days):
        return self.today + datetime.timedelta(days=days)

    def _rows(self, model, domain, columns, group=None):
        query = self.env[model]._search(domain)
        if group:
            query.groupby = group
        return self.env.execute_query_dict(query.select(*columns))

    # -- documents -----------------------------------------------------------------------------

    def overdue_domain(self, customer_ids):
        """Posted invoices of the current company that are past due."""
        return [
            ("commercial_partner_id", "in", customer_ids),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("invoice_date_due", "<", self.today),
            ("company_id", "=", self.env.company.id),
        ]

    def overdue(self, customer_ids):
        """Open amount (company currency), number and oldest due date of overdue invoices."""
        self.env["account.move"].flush_model()
        return self._rows(
            "account.move",
            self.overdue_domain(customer_ids),
            [
                SQL("account_move.commercial_partner_id AS partner_id"),
                SQL("SUM(account_move.amount_residual_signed)::float AS amount"),
                SQL("COUNT(*) AS count"),
                SQL("MIN(account_move.invoice_date_due) AS oldest"),
            ],
            SQL("account_move.commercial_partner_id"),
        )

    def quotation_domain(self, customer_ids):
        """Quotations of the current company that are open for a week at least."""
        return [
            ("partner_id.commercial_partner_id", "in", customer_ids),
            ("state", "in", ("draft", "sent")),
            ("date_order", "<=", self._day(-QUOTATION_DAYS)),
            ("company_id", "=", self.env.company.id),
        ]

    def quotations(self, customer_ids):
        """Untaxed amount (company currency), number and oldest date of open quotations."""
        self.env["sale.order"].flush_model()
        query = self.env["sale.order"]._search(self.quotation_domain(customer_ids))
        partner = query.left_join("sale_order", "partner_id", "res_partner", "id", "customer")
        customer = SQL.identifier(partner, "commercial_partner_id")
        query.groupby = customer
        return self.env.execute_query_dict(
            query.select(
                SQL("%s AS partner_id", customer),
                SQL(
                    "SUM(sale_order.amount_untaxed"
                    " / COALESCE(NULLIF(sale_order.currency_rate, 0), 1))::float AS amount"
                ),
                SQL("COUNT(*) AS count"),
                SQL("MIN(sale_order.date_order)::date AS oldest"),
            )
        )

    # -- value and contact ---------------------------------------------------------------------

    def declining(self, customer_ids):
        """Revenue now and before of customers in the declining stage."""
        return self._rows(
            "crm.customer.snapshot",
            [
                ("partner_id", "in", customer_ids),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
                ("lifecycle_stage", "=", "declining"),
            ],
            [
                SQL("crm_customer_snapshot.partner_id"),
                SQL("COALESCE(crm_customer_snapshot.revenue, 0)::float AS revenue"),
                SQL("crm_customer_snapshot.revenue_previous::float AS revenue_previous"),
                SQL("crm_customer_snapshot.tier"),
            ],
        )

    def contacts(self, customer_ids):
        """Days with a contact in two years, the first and the last of them."""
        return self._rows(
            "crm.touchpoint",
            [
                ("commercial_partner_id", "in", customer_ids),
                ("kind", "in", SPOKEN),
                ("direction", "in", ("in", "out")),
                ("voided", "!=", True),
                ("date", ">=", self._day(-HISTORY_DAYS)),
                ("date", "<", self._day(1)),
            ],
            [
                SQL("crm_touchpoint.commercial_partner_id AS partner_id"),
                SQL("COUNT(DISTINCT crm_touchpoint.date::date) AS days"),
                SQL("MIN(crm_touchpoint.date)::date AS first"),
                SQL("MAX(crm_touchpoint.date)::date AS last"),
            ],
            SQL("crm_touchpoint.commercial_partner_id"),
        )

    # -- key account and profile ---------------------------------------------------------------

    def reviews(self, customer_ids):
        """Reviews of active key accounts that are due within a week."""
        return self._rows(
            "crm.key.account",
            [
                ("partner_id", "in", customer_ids),
                ("state", "=", "active"),
                ("next_review_date", "<=", self._day(REVIEW_DAYS)),
            ],
            [
                SQL("crm_key_account.partner_id"),
                SQL("crm_key_account.next_review_date AS date"),
            ],
        )

    def confirm_domain(self, customer_ids):
        """Facts of the customers and their contacts that must be confirmed."""
        return [
            ("partner_id.commercial_partner_id", "in", customer_ids),
            ("confirm_due", "<=", self.today),
        ]

    def facts_to_confirm(self, customer_ids):
        """Number of facts to confirm and since when."""
        query, customer = self._profile_query(self.confirm_domain(customer_ids))
        query.groupby = customer
        return self.env.execute_query_dict(
            query.select(
                SQL("%s AS partner_id", customer),
                SQL("COUNT(*) AS count"),
                SQL("MIN(crm_profile_value.confirm_due) AS oldest"),
            )
        )

    def birthdays(self, customer_ids):
        """Birthdays (profile attribute ``birthday``) of the customers and their contacts."""
        query, customer = self._profile_query(
            [
                ("partner_id.commercial_partner_id", "in", customer_ids),
                ("attribute_id.code", "=", "birthday"),
                ("value_date", "!=", False),
            ]
        )
        return self.env.execute_query_dict(
            query.select(
                SQL("%s AS partner_id", customer),
                SQL("crm_profile_value.value_date AS birthday"),
                SQL("%s AS name", SQL.identifier("customer", "name")),
            )
        )

    def _profile_query(self, domain):
        query = self.env["crm.profile.value"]._search(domain)
        query.add_join(
            "JOIN",
            "customer",
            "res_partner",
            SQL("customer.id = crm_profile_value.partner_id"),
        )
        return query, SQL.identifier("customer", "commercial_partner_id")

    def without_permission(self, customer_ids):
        """Customers for whom and for whose contacts nothing about channels is recorded."""
        own = self.env["crm.customer.fact"]._own_customers_domain()
        customers = self.env["res.partner"]._search(Domain("id", "in", customer_ids) & own)
        known = self.env["crm.contact.permission"]._search(
            [("partner_id.commercial_partner_id", "in", customer_ids)]
        )
        customers.add_where(
            SQL(
                "NOT EXISTS (SELECT 1 FROM res_partner p"
                " WHERE p.commercial_partner_id = res_partner.id AND p.id IN (%s))",
                known.select(SQL("crm_contact_permission.partner_id")),
            )
        )
        return self.env.execute_query_dict(customers.select(SQL("res_partner.id AS partner_id")))

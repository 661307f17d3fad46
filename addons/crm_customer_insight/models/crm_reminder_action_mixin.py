import datetime

from odoo import fields, models
from odoo.tools import SQL

from ..tools.next_action import Provider
from .day_format import format_day

#: Days before the last day to give notice on which a contract is brought up.
CONTRACT_DAYS = 60


class CrmReminderActionMixin(models.AbstractModel):
    """Reminders as next best actions: contact plan and ends of contracts (C360-4).

    A part of ``crm.next.action``.
    """

    _name = "crm.reminder.action.mixin"
    _description = "Reminders among the next best actions"

    def _reminder_providers(self):
        """Providers of contact dates and contract ends."""
        call, view = self.env._("Plan a call"), self.env._("Open")
        return [
            Provider(
                "contact_plan", "fa-clock-o", call, self._planned_contacts,
                self._describe_planned_contact, self._execute_call, "crm.contact.plan",
            ),
            Provider(
                "visit", "fa-map-marker", view, self._visits_due,
                self._describe_visit, self._execute_visit, "crm.visit",
            ),
            Provider(
                "contract", "fa-file-text-o", view, self._ending_contracts,
                self._describe_contract, self._execute_contract, "crm.customer.contract",
            ),
        ]  # fmt: skip

    # -- contact plan --------------------------------------------------------------------------

    def _planned_contacts(self, customer_ids):
        """Customers whose next contact is due."""
        plans = self.env["crm.contact.plan"]
        query = plans._search(
            [
                ("partner_id", "in", customer_ids),
                ("company_id", "=", self.env.company.id),
                ("next_date", "<=", self._today()),
            ]
        )
        names = ("partner_id", "next_date", "last_contact", "tier", "basis")
        return self.env.execute_query_dict(
            query.select(*(SQL.identifier("crm_contact_plan", name) for name in names))
        )

    def _describe_planned_contact(self, row):
        if row["basis"] == "never":
            reason = self.env._("Tier %(tier)s, and no contact is known.", tier=row["tier"] or "–")
        else:
            reason = self.env._(
                "The last contact was on %(last)s, the next was due on %(day)s.",
                last=format_day(self.env, row["last_contact"]),
                day=format_day(self.env, row["next_date"]),
            )
        return {
            "title": self.env._("Contact him again"),
            "reason": reason,
            "urgency": "medium" if row["tier"] in ("A", "B") else "low",
        }

    # -- visits --------------------------------------------------------------------------------

    def _visit_domain(self, customer_ids):
        return [
            ("partner_id", "in", customer_ids),
            ("state", "=", "planned"),
            ("date", "<=", self._today()),
        ]

    def _visits_due(self, customer_ids):
        """The first planned visit of each customer that is due."""
        visits = self.env["crm.visit"]
        visits.flush_model()
        query = visits._search(self._visit_domain(customer_ids))
        query.groupby = SQL("crm_visit.partner_id")
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_visit.partner_id"),
                SQL("MIN(crm_visit.date) AS date"),
                SQL("MIN(crm_visit.purpose) AS purpose"),
            )
        )

    def _describe_visit(self, row):
        day = format_day(self.env, row["date"])
        reason = self.env._("Planned for %(day)s.", day=day)
        return {
            "title": self.env._("Visit the customer"),
            "reason": f"{row['purpose']} · {reason}" if row["purpose"] else reason,
            "urgency": "high" if row["date"] < self._today() else "medium",
        }

    def _execute_visit(self, partner):
        return self._window("crm.visit", self._visit_domain([partner.id]), self.env._("Visits"))

    # -- contracts -----------------------------------------------------------------------------

    def _contract_domain(self, customer_ids):
        return [
            ("partner_id", "in", customer_ids),
            ("state", "=", "running"),
            ("date_end", "!=", False),
            ("company_id", "=", self.env.company.id),
        ]

    def _ending_contracts(self, customer_ids):
        """Running contracts whose day to give notice, or end, is near or past."""
        contracts = self.env["crm.customer.contract"]
        contracts.flush_model()
        query = contracts._search(self._contract_domain(customer_ids))
        notice = SQL(
            "(crm_customer_contract.date_end - COALESCE(crm_customer_contract.notice_days, 0))"
        )
        query.add_where(SQL("%s <= %s", notice, self._days_on(CONTRACT_DAYS)))
        query.groupby = SQL("crm_customer_contract.partner_id")
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_customer_contract.partner_id"),
                SQL("MIN(%s) AS notice", notice),
                SQL("MIN(crm_customer_contract.date_end) AS date_end"),
                SQL("SUM(crm_customer_contract.monthly_value * 12)::float AS amount"),
                SQL("COUNT(*) AS count"),
            )
        )

    def _describe_contract(self, row):
        return {
            "title": self.env._("Talk about the contract"),
            "reason": self.env._(
                "Contracts ending: %(count)s, the first on %(end)s, notice until %(notice)s.",
                count=row["count"],
                end=format_day(self.env, row["date_end"]),
                notice=format_day(self.env, row["notice"]),
            ),
            "urgency": "high" if (row["notice"] - self._today()).days <= 14 else "medium",
            "expected_value": row["amount"] or False,
        }

    def _execute_contract(self, partner):
        return self._window(
            "crm.customer.contract", self._contract_domain([partner.id]), self.env._("Contracts")
        )

    def _days_on(self, days):
        return fields.Date.context_today(self) + datetime.timedelta(days=days)

from odoo import models
from odoo.tools import SQL

from ..tools.facts import Fact, Param


class CrmReminderFactMixin(models.AbstractModel):
    """What selections may ask about reminders; a part of ``crm.customer.fact`` (C360-4)."""

    _name = "crm.reminder.fact.mixin"
    _description = "Facts about visits and the next contact"

    def _reminder_facts(self):
        """The day of the next contact, visits made, and days since the last one."""
        group, days = self.env._("Contact"), Param("days", self.env._("In the last days"))
        return [
            Fact(
                "next_contact", self.env._("Next contact by the plan"), group, "date",
                self._build_next_contact, figure=True,
            ),
            Fact(
                "visit_count", self.env._("Number of visits"), group, "number",
                self._build_visit_count, figure=True, zero=True, params=(days,),
            ),
            Fact(
                "days_since_visit", self.env._("Days since the last visit"), group, "number",
                self._build_days_since_visit, figure=True,
            ),
        ]  # fmt: skip

    def _build_next_contact(self, context):
        return SQL(
            "SELECT c.partner_id, c.next_date AS value FROM crm_contact_plan c"
            " WHERE c.company_id = %s AND c.next_date IS NOT NULL%s",
            context.company.id,
            context.only(SQL("c.partner_id")),
        )

    def _build_visit_count(self, context):
        return self._visits(context, SQL("COUNT(*)"), context.params.get("days"))

    def _build_days_since_visit(self, context):
        return self._visits(context, SQL("(%s::date - MAX(v.date_done))", context.today), None)

    def _visits(self, context, value, days):
        """SELECT of *value* over the visits made in the company asked for, per customer."""
        since = SQL(" AND v.date_done > %s::date - %s", context.today, days) if days else SQL()
        return SQL(
            "SELECT v.partner_id, %s AS value FROM crm_visit v WHERE v.state = 'done' AND v.active"
            " AND v.company_id = %s AND v.date_done <= %s%s%s GROUP BY v.partner_id",
            value,
            context.company.id,
            context.today,
            since,
            context.only(SQL("v.partner_id")),
        )

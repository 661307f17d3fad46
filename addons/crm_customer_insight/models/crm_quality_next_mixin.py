from odoo import models
from odoo.tools import SQL

from ..tools.next_action import Provider


class CrmQualityNextMixin(models.AbstractModel):
    """Proposals about the data: ask for what must be known, merge duplicates (C360-6)."""

    _name = "crm.quality.next.mixin"
    _description = "Next best actions: data quality"

    def _quality_providers(self):
        return [
            Provider(
                "ask", "fa-comments-o", self.env._("Ask now"), self._gather_missing,
                self._describe_missing, self._execute_ask, "crm.data.issue",
            ),
            Provider(
                "duplicate", "fa-clone", self.env._("Compare"), self._gather_duplicates,
                self._describe_duplicate, self._execute_duplicate, "crm.data.issue",
            ),
        ]  # fmt: skip

    def _gather_missing(self, customer_ids):
        return self._gather_issues(customer_ids, ("fact_missing", "fact_stale"))

    def _gather_duplicates(self, customer_ids):
        return self._gather_issues(customer_ids, ("duplicate",))

    def _gather_issues(self, customer_ids, codes):
        query = self.env["crm.data.issue"]._search(
            [
                ("customer_id", "in", customer_ids),
                ("code", "in", codes),
                ("state", "=", "open"),
            ]
        )
        query.groupby = SQL("crm_data_issue.customer_id")
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_data_issue.customer_id AS partner_id"),
                SQL("COUNT(*) AS count"),
                SQL("array_agg(DISTINCT crm_data_issue.attribute_id) AS attributes"),
            )
        )

    def _describe_missing(self, row):
        attributes = self.env["crm.profile.attribute"].browse(filter(None, row["attributes"]))
        names = ", ".join(attributes[:3].mapped("name"))
        return {
            "title": self.env._("Ask for what we should know"),
            "reason": self.env._("Missing or to confirm: %(facts)s.", facts=names),
            "urgency": "low",
        }

    def _describe_duplicate(self, row):
        return {
            "title": self.env._("Probably two records of one customer"),
            "reason": self.env._("Probable duplicates: %(count)s.", count=row["count"]),
            "urgency": "low",
        }

    def _execute_ask(self, partner):
        return partner.action_ask_now()

    def _execute_duplicate(self, partner):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_data_issue_action"
        )
        domain = [("customer_id", "=", partner.id), ("code", "=", "duplicate")]
        return {**action, "domain": domain, "context": {"search_default_open": 1}}

from odoo import api, models

from odoo.addons.crm_customer_insight.tools.facts import Fact, Param

from ..report import asset_facts as sql
from ..report import complaint_facts, feedback_facts, request_facts

#: Answers of so many days make the mean, unless somebody asks for others.
ANSWER_DAYS = 365


class CrmCustomerFact(models.AbstractModel):
    _inherit = "crm.customer.fact"

    @api.model
    def _facts(self):
        return [
            *super()._facts(),
            *self._asset_facts(),
            *self._complaint_facts(),
            *self._feedback_facts(),
            *self._request_facts(),
        ]

    @api.model
    def _asset_facts(self):
        """What customers own: model, age, warranty (SVC-L3, C360-6)."""
        group = self.env._("Assets")
        params = (self._older_than_param(), self._warranty_param())
        return [
            Fact(
                "asset_model", self.env._("Owns asset model"), group, "many2one", sql.models,
                figure=True, many=True, comodel="product.product", params=params,
            ),
            Fact(
                "asset_count", self.env._("Number of assets"), group, "number", sql.count,
                figure=True, zero=True, params=params,
            ),
            Fact(
                "asset_age", self.env._("Age of the oldest asset (months)"), group, "number",
                sql.oldest_months, figure=True,
            ),
            Fact(
                "asset_out_of_warranty", self.env._("All assets out of warranty"), group,
                "boolean", sql.out_of_warranty, figure=True,
                help=self.env._("Assets without a warranty rule do not count."),
            ),
            Fact(
                "asset_warranty_end", self.env._("Next end of a warranty"), group, "date",
                sql.next_warranty_end, figure=True,
            ),
        ]  # fmt: skip

    @api.model
    def _complaint_facts(self):
        """Complaints of a customer in the last days (SVC-C)."""
        group = self.env._("Complaints")
        params = (Param("days", self.env._("In the last (days)")),)
        return [
            Fact(
                "complaint_count", self.env._("Number of complaints"), group, "number",
                complaint_facts.count, figure=True, zero=True, params=params,
            ),
            Fact(
                "complaint_valid_count", self.env._("Number of valid complaints"), group,
                "number", complaint_facts.valid, figure=True, zero=True, params=params,
                help=self.env._("Partly valid ones count, those not judged yet do not."),
            ),
        ]  # fmt: skip

    @api.model
    def _feedback_facts(self):
        """What customers said when they were asked (ROI-3, SVC-L5)."""
        group = self.env._("Satisfaction")
        params = (Param("days", self.env._("In the last (days)"), default=ANSWER_DAYS),)
        return [
            Fact(
                "satisfaction", self.env._("Satisfaction (%)"), group, "number",
                feedback_facts.mean_score, figure=True, params=params,
                help=self.env._(
                    "Mean score of the answers, 100 % is full marks; a year unless days are given."
                ),
            ),
            Fact(
                "satisfaction_answers", self.env._("Answers about satisfaction"), group, "number",
                feedback_facts.answers, figure=True, zero=True, params=params,
            ),
        ]  # fmt: skip

    @api.model
    def _request_facts(self):
        """What customers asked for and complained about (SVC-L1, C360-6)."""
        group = self.env._("Service requests")
        days = (Param("days", self.env._("In the last days")),)
        return [
            Fact(
                "requests_open", self.env._("Open requests"), group, "number",
                request_facts.open_count, figure=True, zero=True,
            ),
            Fact(
                "request_count", self.env._("Number of requests"), group, "number",
                request_facts.count, figure=True, zero=True, params=days,
            ),
            Fact(
                "last_complaint", self.env._("Last complaint"), group, "date",
                request_facts.last_complaint, figure=True,
            ),
            Fact(
                "first_contact_share", self.env._("Solved by the first answer (%)"), group,
                "number", request_facts.first_contact_share, figure=True, params=days,
                help=self.env._(
                    "Share of the solved requests: never reopened, level 1 only, and the customer"
                    " did not write again after our first reply."
                ),
            ),
        ]  # fmt: skip

    @api.model
    def _older_than_param(self):
        return Param("older_than", self.env._("In use for more than (days)"))

    @api.model
    def _warranty_param(self):
        options = (
            ("active", self.env._("In warranty")),
            ("expired", self.env._("Out of warranty")),
            ("no_rule", self.env._("Without warranty rule")),
        )
        return Param("warranty", self.env._("Warranty"), "selection", options)

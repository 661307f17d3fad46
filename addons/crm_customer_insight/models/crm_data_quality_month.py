from odoo import api, fields, models

from .bare_many2one import BareMany2one
from .crm_customer_snapshot import TIERS
from .crm_data_issue import KINDS


class CrmDataQualityMonth(models.Model):
    """How complete the records of customers were at the end of a month, by tier (C360-6).

    Complete: no open issue of the kind *missing* about the customer or a contact person of his.
    Denominator: customers with figures of their own (purchases, or a deal) in the company.
    """

    _name = "crm.data.quality.month"
    _description = "Completeness of customer records"
    _order = "month desc, company_id, tier"
    _rec_name = "month"
    _log_access = False

    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    is_current = fields.Boolean("Current", readonly=True)
    company_id = BareMany2one("res.company", readonly=True, help="Empty: all companies together.")
    tier = fields.Selection([*TIERS, ("none", "No tier yet")], required=True, readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    complete_count = fields.Integer(
        "Complete records", readonly=True, help="Customers without an open gap."
    )
    complete_share = fields.Float(
        "Share complete", readonly=True, aggregator="avg",
        help="Customers without an open gap ÷ customers of the tier.",
    )  # fmt: skip
    duplicate_count = fields.Integer("With duplicates", readonly=True)
    missing_count = fields.Integer("With gaps", readonly=True)
    permission_count = fields.Integer("With contradictory permissions", readonly=True)
    contradiction_count = fields.Integer("With contradictory facts", readonly=True)

    _tier_month_uniq = models.UniqueIndex("(COALESCE(company_id, 0), month, tier)")

    @api.model
    @api.readonly
    def get_data_quality(self):
        """What the page shows: completeness by tier with its months, and open issues by cause.

        Tiers are those of the company (or of all together) the viewer works with; analysts and
        above read them. Issues are those the viewer may read.
        """
        issues = self.env["crm.data.issue"]
        issues.check_access("read")
        return {
            "tiers": self._tiers() if self.has_access("read") else [],
            "kinds": self._kinds(issues),
            "ignored": issues.search_count([("state", "=", "ignored")]),
            "only_own": not self.env.user.has_group("crm_customer_insight.group_insight_analyst"),
        }

    def _tiers(self):
        company_id = self.env["crm.customer.snapshot"]._current_company_id()
        rows = self.search_read(
            [("company_id", "=", company_id)],
            ["month", "tier", "customer_count", "complete_count", "complete_share", "is_current"],
            order="month",
            load=None,
        )
        labels = dict(self._fields["tier"]._description_selection(self.env))
        found = {}
        for row in rows:
            found.setdefault(row["tier"], []).append({**row, "label": labels[row["tier"]]})
        return [
            {**months[-1], "months": months}
            for tier in labels
            if (months := found.get(tier)) and months[-1]["is_current"]
        ]

    def _kinds(self, issues):
        groups = issues._read_group([("state", "=", "open")], ["kind", "code"], ["__count"])
        kinds = dict(issues._fields["kind"]._description_selection(self.env))
        codes = dict(issues._fields["code"]._description_selection(self.env))
        return [
            {
                "kind": kind,
                "label": kinds[kind],
                "count": sum(count for own, _code, count in groups if own == kind),
                "causes": [
                    {"code": code, "label": codes[code], "count": count}
                    for own, code, count in sorted(groups, key=lambda group: -group[2])
                    if own == kind
                ],
            }
            for kind, _label in KINDS
        ]

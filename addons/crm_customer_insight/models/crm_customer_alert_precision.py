from odoo import api, fields, models
from odoo.tools import format_date

from ..report import alerts as sql
from ..tools import precision as tool
from .crm_customer_snapshot import TIERS


class CrmCustomerAlertPrecision(models.Model):
    """How often each alert rule was right, by tier and month (C360-3)."""

    _name = "crm.customer.alert.precision"
    _description = "Precision of alert rules"
    _auto = False
    _order = "month desc, rule_id, tier"
    _depends = {
        "crm.customer.alert": ["rule_id", "kind", "company_id", "tier", "raised_on", "outcome"]
    }

    rule_id = fields.Many2one("crm.customer.alert.rule", readonly=True)
    kind = fields.Selection(lambda self: self.env["crm.customer.alert"]._kinds(), readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    tier = fields.Selection(TIERS, readonly=True, help="Empty: without figures.")
    month = fields.Date(readonly=True, help="In which the alerts were raised.")
    alerts = fields.Integer("Alerts raised", readonly=True)
    judged = fields.Integer(readonly=True, help="Outcome kept, lost or false alarm.")
    hits = fields.Integer("True alarms", readonly=True, help="Outcome kept or lost.")
    kept = fields.Integer("Customers kept", readonly=True)
    precision = fields.Char(
        compute="_compute_precision",
        help="True alarms ÷ judged alerts, with its 95 % interval by Wilson. Of fewer than ten "
        "judged alerts none is shown.",
    )

    @property
    def _table_query(self):
        return sql.precision_rows()

    def _compute_precision(self):
        for row in self:
            row.precision = row._precision_text(row._precision())

    def action_open_alerts(self):
        """Open the alerts that are counted here."""
        self.ensure_one()
        domain = [
            ("rule_id", "=", self.rule_id.id),
            ("company_id", "=", self.company_id.id),
            ("tier", "=", self.tier),
            *self._in_month(self.month),
        ]
        return self.env["crm.customer.alert"]._action_list(domain)

    def _precision(self):
        """:class:`~..tools.precision.Precision` of the rows together."""
        return tool.precision(sum(self.mapped("hits")), sum(self.mapped("judged")))

    def _precision_text(self, found):
        if found.share is None:
            return self.env._(
                "Not enough data (%(judged)s of %(enough)s judged)",
                judged=found.judged,
                enough=tool.ENOUGH,
            )
        return self.env._(
            "%(share)s %% (%(low)s to %(high)s %%)",
            share=round(100 * found.share),
            low=round(100 * found.low),
            high=round(100 * found.high),
        )

    def _chart(self):
        """Rows of the chart on a rule: all alerts, each tier, the last twelve months."""
        tiers = [*TIERS, (False, self.env._("Without tier"))]
        months = sorted(set(self.mapped("month")))[-12:]
        return {
            "all": [self._bar(self.env._("All"), [])],
            "tiers": [
                self.filtered(lambda row, own=tier: row.tier == own)._bar(
                    label, [("tier", "=", tier)]
                )
                for tier, label in tiers
            ],
            "months": [
                self.filtered(lambda row, own=month: row.month == own)._bar(
                    format_date(self.env, month, date_format="MMM yyyy"), self._in_month(month)
                )
                for month in months
            ],
        }

    @api.model
    def _in_month(self, month):
        return [
            ("raised_on", ">=", fields.Date.to_string(month)),
            ("raised_on", "<", fields.Date.to_string(fields.Date.add(month, months=1))),
        ]

    def _bar(self, label, domain):
        found = self._precision()
        return {
            **found._asdict(),
            "label": label,
            "alerts": sum(self.mapped("alerts")),
            "text": self._precision_text(found),
            "domain": domain,
        }

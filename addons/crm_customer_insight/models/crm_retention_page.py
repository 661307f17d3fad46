from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: Months that the page shows.
MONTHS = 12


class CrmRetentionPage(models.AbstractModel):
    """The page of retention and renewal rates by month and tier (ROI-3, C360-7).

    Every rate comes with its denominator and the condition that opens the rows it counts.
    """

    _name = "crm.retention.page"
    _description = "Retention page"

    @api.model
    @api.readonly
    def get_retention(self):
        """Rates of the last twelve months, as far as there are data.

        :return: ``date``, ``retention`` and ``renewal``: ``model``, ``domain`` and ``months`` with
            ``month``, ``rate``, ``value_rate`` (None without any), ``kept`` and ``total``; and
            ``tiers`` with the same for all months together
        """
        self.env["crm.retention.report"].check_access("read")
        today = self.env["crm.customer.snapshot"]._data_date()
        return {
            "date": fields.Date.to_string(today),
            "retention": self._rates(*self._retention(today)),
            "renewal": self._rates(*self._renewal(today)),
        }

    def _retention(self, today):
        snapshots = self.env["crm.customer.snapshot"]
        domain = [
            ("company_id", "=", snapshots._current_company_id()),
            ("is_current", "=", False),
            ("month", ">=", self._first(today)),
            ("month", "<=", fields.Date.to_string(today)),
        ]
        return "crm.retention.report", domain, "retained", "retained_revenue", "revenue"

    def _renewal(self, today):
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("month", ">=", self._first(today)),
            ("month", "<=", fields.Date.to_string(today)),
        ]
        return "crm.renewal.report", domain, "renewed", "renewed_value", "due_value"

    def _first(self, today):
        return fields.Date.to_string(today.replace(day=1) - relativedelta(months=MONTHS))

    def _rates(self, model, domain, kept, kept_value, value):
        aggregates = ["__count", f"{kept}:sum", f"{kept_value}:sum", f"{value}:sum"]
        months = self.env[model]._read_group(domain, ["month:month"], aggregates)
        tiers = self.env[model]._read_group(domain, ["tier"], aggregates)
        return {
            "model": model,
            "domain": domain,
            "kept": kept,
            "months": [self._rate(fields.Date.to_string(key), *row) for key, *row in months],
            "tiers": [self._rate(key, *row) for key, *row in tiers],
        }

    def _rate(self, key, total, kept, kept_value, value):
        return {
            "key": key,
            "total": total,
            "kept": round(kept),
            "rate": kept / total if total else None,
            "value_rate": kept_value / value if value and value > 0 else None,
        }

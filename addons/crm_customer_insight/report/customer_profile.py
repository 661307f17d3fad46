from odoo import api, fields, models
from odoo.tools import format_amount, format_date, format_datetime

from ..models.day_format import format_day

TIMELINE_ROWS = 15


class ReportCustomerProfile(models.AbstractModel):
    """Values of the printed customer profile: the 360 view as the reader may see it (C360-1)."""

    _name = "report.crm_customer_insight.report_customer_profile"
    _description = "Customer profile"

    @api.model
    def _get_report_values(self, docids, data=None):
        partners = self.env["res.partner"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "res.partner",
            "docs": partners,
            "profile_of": self._profile,
            "money": self._money,
            "day": self._day,
            "bars": self._bars,
        }

    @api.model
    def _profile(self, partner):
        """The 360 view's sections by kind, ready to print."""
        data = partner.get_customer_360(partner.id)
        sections = data["sections"]
        by_kind = {section["kind"]: section for section in sections}
        value = by_kind.get("value") or {}
        timeline = self.env["crm.touchpoint"].get_timeline(partner.id, limit=TIMELINE_ROWS)
        return {
            "identity": by_kind["identity"],
            "value": value,
            "scope": (value.get("scopes") or [None])[0],
            "items": [section for section in sections if section["kind"] == "items"],
            "facts": (by_kind.get("facts") or {}).get("facts") or [],
            "timeline": timeline["rows"],
        }

    @api.model
    def _money(self, amount, currency_id):
        currency = self.env["res.currency"].browse(currency_id)
        return format_amount(self.env, amount, currency)

    @api.model
    def _day(self, value):
        """Date, or date and time, in the reader's format; empty for none."""
        if not value:
            return ""
        if len(value) > 10:
            moment = fields.Datetime.from_string(value)
            return format_datetime(self.env, moment, dt_format="short")
        return format_day(self.env, value)

    @api.model
    def _bars(self, trend):
        """Columns of the trend: label, revenue and height in percent of the highest month."""
        amounts = [amount for amount in trend["revenue"] if amount is not None]
        highest = max([abs(amount) for amount in amounts], default=0) or 1
        return [
            {
                "label": format_date(self.env, month, date_format="MMM"),
                "amount": amount,
                "height": 0 if amount is None else round(100 * abs(amount) / highest),
                "loss": amount is not None and amount < 0,
            }
            for month, amount in zip(trend["months"], trend["revenue"], strict=True)
        ]

from odoo import api, fields, models

from ..tools import service_analysis as analysis


class ReportServicePeriod(models.AbstractModel):
    """Values of the printed service report."""

    _name = "report.crm_service_levels.report_service_period"
    _description = "Printed service report"

    @api.model
    def _get_report_values(self, docids, data=None):
        wizards = self.env["crm.service.period.print"].browse(docids)
        periods = self.env["crm.service.period"]
        return {
            "doc_ids": docids,
            "doc_model": wizards._name,
            "docs": wizards,
            "figures_of": lambda one: periods._figures(one.date_from, one.date_to, one.team_id),
            "before_of": lambda one: analysis.period_before(one.date_from, one.date_to),
            "say": self._say,
            "interval": self._interval,
            "today": fields.Datetime.now(),
        }

    @api.model
    def _say(self, value, unit="number", digits=0):
        """*value* in words of the reader; what is not known is not 0."""
        if value is None or value is False:
            return self.env._("Not enough data")
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        if unit == "money":
            return self.env.company.currency_id.format(value)
        spent = unit in ("hours", "minutes")
        amount = value / 60 if unit == "minutes" else value
        number = lang.format(f"%.{1 if spent else digits}f", amount, grouping=True)
        words = {
            "percent": self.env._("%s %%", number),
            "points": self.env._("%s points", number),
            "hours": self.env._("%s h", number),
            "minutes": self.env._("%s h", number),
        }
        return words.get(unit, number)

    @api.model
    def _interval(self, figure, unit="number", digits=0):
        """Both ends of the interval of *figure*; empty where there is none."""
        if figure["value"] is None or figure["low"] is None:
            return ""
        return " – ".join(self._say(figure[end], unit, digits) for end in ("low", "high"))

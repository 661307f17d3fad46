from odoo import fields, models


class CrmCallForecastLine(models.Model):
    """Calls expected in a quarter of an hour and the agents they need (CC-8)."""

    _name = "crm.call.forecast.line"
    _description = "Forecast of an interval"
    _order = "start, id"
    _rec_name = "start"
    _log_access = False

    forecast_id = fields.Many2one(
        "crm.call.forecast", required=True, ondelete="cascade", readonly=True, index=True
    )
    queue_id = fields.Many2one(related="forecast_id.queue_id", store=True, index=True)
    company_id = fields.Many2one(related="forecast_id.company_id", store=True)
    start = fields.Datetime("Interval", required=True, readonly=True)
    calls = fields.Float("Calls expected", readonly=True, digits=(16, 2))
    agents = fields.Integer("Agents needed", readonly=True, aggregator="max")
    scheduled = fields.Integer(
        "On the schedule", readonly=True, aggregator="max", help="Agents needed with shrinkage."
    )
    notes = fields.Char(readonly=True)

    _forecast_start_idx = models.UniqueIndex("(forecast_id, start)")
    _company_start_idx = models.Index("(company_id, start)")

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_datetime

from ..tools import maintenance, meters


class CrmCustomerAssetMeter(models.Model):
    """Something an asset counts: hours, kilometers, pages (SVC-L3)."""

    _name = "crm.customer.asset.meter"
    _description = "Meter of an asset"
    _order = "asset_id, sequence, id"

    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    name = fields.Char(required=True, default=lambda self: self.env._("Operating hours"))
    unit = fields.Char(default="h")
    sequence = fields.Integer(default=10)
    rollover = fields.Float(
        "Begins again at",
        help="A meter of five digits begins again at 100,000; 0: it never does.",
    )
    reading_ids = fields.One2many("crm.customer.asset.reading", "meter_id", "Readings")
    total = fields.Float(
        "Used",
        compute="_compute_last",
        store=True,
        help="Use since the beginning, through every restart of the meter.",
    )
    last_on = fields.Datetime("Last reading", compute="_compute_last", store=True)

    _rollover_positive = models.Constraint("CHECK(rollover >= 0)", "A meter counts upward from 0.")

    @api.depends("reading_ids.total", "reading_ids.date")
    def _compute_last(self):
        rows = self.env["crm.customer.asset.reading"]._read_group(
            [("meter_id", "in", self.ids)], ["meter_id"], ["total:max", "date:max"]
        )
        last = {meter.id: (total, date) for meter, total, date in rows}
        for meter in self:
            meter.total, meter.last_on = last.get(meter._origin.id, (0.0, False))

    def write(self, vals):
        res = super().write(vals)
        if "rollover" in vals:
            self._compute_totals()
        return res

    def _compute_totals(self):
        """Check that the readings of these meters never go back, and write the use until each."""
        if not self:
            return
        # sudo: a reading is checked against all others of its meter
        readings = self.env["crm.customer.asset.reading"].sudo()
        rows = readings.search([("meter_id", "in", self.ids)], order="meter_id, date, id")
        for meter, own in rows.grouped("meter_id").items():
            meter._write_totals(own)

    def _write_totals(self, readings):
        try:
            found = meters.totals([one._as_reading() for one in readings], self.rollover)
        except meters.MeterError as error:
            raise ValidationError(self._back_message(error)) from error
        for reading, total in zip(readings, found, strict=True):
            if reading.total != total:
                reading.total = total

    def _back_message(self, error):
        return self.env._(
            "%(asset)s: %(meter)s stood at %(earlier)s on %(date)s, so it cannot stand at "
            "%(value)s later. If the meter began again or was exchanged, tick Restarted.",
            asset=self.asset_id.display_name,
            meter=self.name,
            earlier=f"{error.earlier.value:g}",
            date=format_datetime(self.env, error.earlier.when),
            value=f"{error.reading.value:g}",
        )

    def _readings_by_asset(self):
        """``{asset id: [(date, total)]}`` of these meters, oldest first, one query."""
        # sudo: when a warranty ends does not depend on who looks at it
        readings = self.env["crm.customer.asset.reading"].sudo()
        found = {}
        for one in readings.search([("meter_id", "in", self._origin.ids)], order="date, id"):
            found.setdefault(one.meter_id.asset_id.id, []).append((one.date.date(), one.total))
        return found

    def _expected_on(self, total, today):
        """Day on which the meter will reach a total at its pace; None when not enough is known."""
        rows = self._readings_by_asset().get(self.asset_id.id, [])
        return maintenance.expected_on(total, rows, today)

from odoo import api, fields, models

from ..tools.meters import Reading


class CrmCustomerAssetReading(models.Model):
    """What a meter showed at a moment (SVC-L3)."""

    _name = "crm.customer.asset.reading"
    _description = "Meter reading"
    _order = "date desc, id desc"
    _rec_name = "date"

    meter_id = fields.Many2one(
        "crm.customer.asset.meter", required=True, ondelete="cascade", index=True
    )
    asset_id = fields.Many2one(related="meter_id.asset_id", store=True, index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    date = fields.Datetime("Read at", required=True, default=fields.Datetime.now, index=True)
    value = fields.Float("Reading", required=True, aggregator="max")
    restarted = fields.Boolean(
        help="The meter began again at zero or was exchanged since the reading before."
    )
    total = fields.Float("Used", readonly=True, aggregator="max", help="Use since the beginning.")
    user_id = fields.Many2one(
        "res.users", "Read by", default=lambda self: self.env.user, index="btree_not_null"
    )
    note = fields.Char()

    _value_positive = models.Constraint("CHECK(value >= 0)", "A meter does not show less than 0.")
    _meter_date_idx = models.Index("(meter_id, date, id)")

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings.meter_id._compute_totals()
        return readings

    def write(self, vals):
        meters = self.meter_id
        res = super().write(vals)
        if vals.keys() & {"value", "date", "restarted", "meter_id"}:
            (meters | self.meter_id)._compute_totals()
        return res

    def unlink(self):
        meters = self.meter_id
        res = super().unlink()
        meters._compute_totals()
        return res

    def _as_reading(self):
        return Reading(self.date, self.value, self.restarted)

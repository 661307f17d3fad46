from odoo import fields, models


class CrmTouchpointFill(models.Model):
    """How far each provider has copied its source into the ledger; makes fills restartable."""

    _name = "crm.touchpoint.fill"
    _description = "Touchpoint fill"
    _order = "provider"
    _rec_name = "provider"

    provider = fields.Char(required=True, readonly=True)
    watermark = fields.Datetime(
        readonly=True, help="Everything that was committed before is in the ledger."
    )
    last_id = fields.Integer(readonly=True, help="Where a run that was interrupted goes on.")
    last_run = fields.Datetime(readonly=True)
    duration = fields.Float("Seconds", readonly=True)
    row_count = fields.Integer("Rows written", readonly=True)
    error = fields.Text(readonly=True)

    _provider_uniq = models.UniqueIndex("(provider)")

from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL


class CrmTouchpoint(models.Model):
    """A text message costs the rate of its channel for each of its parts (C360-1, ROI-2)."""

    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        units = SQL("NULLIF(s.sms_parts, 0)")
        return [
            replace(provider, columns={**provider.columns, "units": units})
            if provider.code == "mailing_trace"
            else provider
            for provider in super()._touchpoint_providers()
        ]

from odoo import fields, models
from odoo.tools import SQL


class CrmCallListAdd(models.TransientModel):
    """Audiences as source of call lists (CC-6, ROI-1)."""

    _inherit = "crm.call.list.add"

    source = fields.Selection(
        selection_add=[("audience", "Audience")], ondelete={"audience": "cascade"}
    )
    audience_id = fields.Many2one("crm.campaign.audience")

    def _add_audience(self):
        self._need(self.audience_id, self.env._("Choose an audience."))
        self.audience_id.check_access("read")
        return self.list_id._add(
            SQL(
                """SELECT partner_id, CASE WHEN partner_id IS NULL THEN lead_id END, NULL::varchar,
                          0, NULL::double precision
                     FROM crm_campaign_audience_member WHERE audience_id = %s""",
                self.audience_id.id,
            )
        )

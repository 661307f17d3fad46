from odoo import api, models


class CrmCampaignReportMixin(models.AbstractModel):
    """Reports whose statement reads many documents: it is to be read once (ROI-2)."""

    _name = "crm.campaign.report.mixin"
    _description = "Report that is read once"

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Read the company of each row with the rest: the record rules ask for it, and would have
        the whole statement run a second time."""
        if field_names is not None:
            field_names = [*field_names, "company_id"]
        return super().search_fetch(domain, field_names, offset, limit, order)

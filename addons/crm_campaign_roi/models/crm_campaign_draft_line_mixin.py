from odoo import api, models


class CrmCampaignDraftLineMixin(models.AbstractModel):
    """Lines that are entered as long as what they belong to is a draft (ROI-1)."""

    _name = "crm.campaign.draft.line.mixin"
    _description = "Line of a draft"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        """Lines move neither out of nor into what is no draft any more."""
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _check_draft(self):
        """Raise ``UserError`` when one of the lines stays as it is."""
        raise NotImplementedError

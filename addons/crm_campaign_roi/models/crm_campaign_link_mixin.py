from odoo import api, models
from odoo.http import request


class CrmCampaignLinkMixin(models.AbstractModel):
    """Documents whose campaign is logged whenever it is set or changed (ROI-2).

    Whoever sets a campaign may say how and why: context ``campaign_link_how`` (a key of ``HOW``)
    and ``campaign_link_reason``.
    """

    _name = "crm.campaign.link.mixin"
    _description = "Document of a campaign"

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._log_campaigns({})
        return documents

    def write(self, vals):
        if "campaign_id" not in vals:
            return super().write(vals)
        # sudo: what was there before belongs in the log, whoever changes it
        before = {document.id: document.campaign_id.id for document in self.sudo()}
        result = super().write(vals)
        self._log_campaigns(before)
        return result

    def _log_campaigns(self, before):
        """Log those whose campaign is not what it was before."""
        rows = []
        # sudo: the log is written by no user, and reads the documents that handed the campaign on
        for document in self.sudo():
            now, then = document.campaign_id.id or None, before.get(document.id) or None
            if now != then:
                how, reason = document._campaign_how()
                company = document.company_id.id or None
                rows.append((document.id, now, then, how, reason or None, company))
        # sudo: as above
        self.env["crm.campaign.link"].sudo()._log(self._name, rows)

    def _campaign_how(self):
        """(how, reason): as the caller says, else from the document itself."""
        context = self.env.context
        if context.get("campaign_link_how"):
            return context["campaign_link_how"], context.get("campaign_link_reason")
        if source := self._campaign_source():
            return "inherited", source.display_name
        if self._by_link():
            return "utm", self.env._("Came by a link of the campaign")
        return "hand", context.get("campaign_link_reason")

    def _campaign_source(self):
        """The document that handed its campaign on; nothing when there is none."""
        return self.browse()

    def _by_link(self):
        """Whether the visitor who is served now came by a link of this campaign."""
        name = request and request.cookies.get("odoo_utm_campaign")
        return bool(name) and name in self.campaign_id._with_merged().mapped("name")

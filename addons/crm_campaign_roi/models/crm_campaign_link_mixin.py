from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request


def _literal(code):
    """*code* for ``=ilike``, in which nothing stands for something else."""
    return code.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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
        return bool(name) and self.campaign_id.name == name


class CrmCampaignCodeMixin(models.AbstractModel):
    """Leads and orders that get their campaign by the code that the customer names (ROI-2)."""

    _name = "crm.campaign.code.mixin"
    _inherit = "crm.campaign.link.mixin"
    _description = "Document with a campaign code"

    campaign_code = fields.Char(
        copy=False, help="The code that the customer names: it links the deal to its campaign."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._set_campaigns_of_codes(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("campaign_code"):
            vals = dict(vals)
            self._set_campaigns_of_codes([vals], self.company_id[:1])
        return super().write(vals)

    def _set_campaigns_of_codes(self, vals_list, company=None):
        """Set ``campaign_id`` of all that name a code, after one query.

        :raises UserError: when no campaign has one of the codes
        """
        coded = [vals for vals in vals_list if vals.get("campaign_code")]
        found = self._campaigns_by_code({vals["campaign_code"].strip() for vals in coded})
        for vals in coded:
            vals["campaign_code"] = vals["campaign_code"].strip()
            owner = vals.get("company_id") or (company or self.env.company).id
            code = vals["campaign_code"].lower()
            campaign = found.get((code, owner)) or found.get((code, False))
            if not campaign:
                raise UserError(self._wrong_code(vals["campaign_code"]))
            vals["campaign_id"] = campaign

    def _campaigns_by_code(self, codes):
        """``{(code in small letters, company id or False): campaign id}``"""
        if not codes:
            return {}
        # sudo: whoever sells may name a code; only the campaign's identity is taken from it
        campaigns = self.env["utm.campaign"].sudo()
        domain = [("is_template", "=", False), ("phase", "!=", "cancelled")]
        domain += [*["|"] * (len(codes) - 1), *(("code", "=ilike", _literal(code)) for code in codes)]
        return {
            (campaign.code.lower(), campaign.company_id.id): campaign.id
            for campaign in campaigns.search(domain)
        }

    def _wrong_code(self, code):
        return self.env._(
            "No campaign has the code %s. Ask the customer again, or leave the code empty.", code
        )

    @api.onchange("campaign_code")
    def _onchange_campaign_code(self):
        """Show the campaign at once, or say that the code is wrong."""
        code = (self.campaign_code or "").strip()
        if not code:
            return None
        found = self._campaigns_by_code({code})
        campaign = found.get((code.lower(), self.company_id.id or self.env.company.id))
        campaign = campaign or found.get((code.lower(), False))
        if campaign:
            self.campaign_id = campaign
            return None
        return {"warning": {"title": self.env._("Wrong code"), "message": self._wrong_code(code)}}

    def _campaign_how(self):
        code = (self.campaign_code or "").lower()
        if code and (self.campaign_id.code or "").lower() == code:
            return "code", self.campaign_code
        return super()._campaign_how()

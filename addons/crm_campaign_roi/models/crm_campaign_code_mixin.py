from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


def _literal(code):
    """*code* for ``=ilike``, in which nothing stands for something else."""
    return code.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class CrmCampaignCodeMixin(models.AbstractModel):
    """Leads and orders that get their campaign by the code that the customer names (ROI-2)."""

    _name = "crm.campaign.code.mixin"
    _inherit = "crm.campaign.link.mixin"
    _description = "Document with a campaign code"

    campaign_code = fields.Char(
        "Campaign code",
        copy=False,
        groups="base.group_user",
        help="The code that the customer names: it links the deal to its campaign.",
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
        campaigns = self.env["utm.campaign"].sudo().with_context(active_test=False)
        usable = Domain("is_template", "=", False) & Domain("phase", "!=", "cancelled")
        usable &= Domain("active", "=", True)
        usable |= Domain("merged_into_id", "!=", False)
        named = Domain.OR(Domain("code", "=ilike", _literal(code)) for code in codes)
        return {
            (campaign.code.lower(), campaign.company_id.id): (
                campaign.merged_into_id or campaign
            ).id
            for campaign in campaigns.search(usable & named)
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

    @api.depends("campaign_code")
    def _compute_campaign_change(self):
        """A code that was typed is the reason."""
        result = super()._compute_campaign_change()
        for document in self.filtered("campaign_change"):
            if document.campaign_code != document._origin.campaign_code and document._is_coded():
                document.campaign_change = False
        return result

    def _campaign_how(self):
        return ("code", self.campaign_code) if self._is_coded() else super()._campaign_how()

    def _is_coded(self):
        """Whether its code is that of its campaign, or of one that became part of it."""
        code = (self.campaign_code or "").strip().lower()
        campaigns = self.campaign_id._with_merged() if code else ()
        return code in {(campaign.code or "").lower() for campaign in campaigns} - {""}

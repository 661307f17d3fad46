from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..models.crm_customer_asset_move import STATES


class CrmCustomerAssetTransfer(models.TransientModel):
    """Sell assets on, take them back or carry them elsewhere; parts go along (SVC-L3)."""

    _name = "crm.customer.asset.transfer"
    _description = "Transfer of assets"
    _person_data = PersonData(person=("partner_id", "contact_id", "site_id", "custodian_id"))

    asset_ids = fields.Many2many(
        "crm.customer.asset", string="Assets", default=lambda self: self.env.context["active_ids"]
    )
    partner_id = fields.Many2one("res.partner", "New customer")
    contact_id = fields.Many2one("res.partner", "New contact")
    site_id = fields.Many2one("res.partner", "New site")
    custodian_id = fields.Many2one("res.partner", "New custodian")
    state = fields.Selection(STATES, "New status")
    date = fields.Datetime("Since", required=True, default=fields.Datetime.now)
    reason = fields.Char(help="Noted in the history, for example: sold on.")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.site_id = self.contact_id = self.custodian_id = False

    def action_apply(self):
        """Write what was filled; a new customer takes the old contact, site and custodian off."""
        vals = {name: self[name].id for name in self._person_data.person if self[name]}
        if self.partner_id:
            blank = dict.fromkeys(("contact_id", "site_id", "custodian_id"), False)
            vals = {**blank, **vals}
        if self.state:
            vals["state"] = self.state
        assets = self.asset_ids.with_context(asset_reason=self.reason, asset_date=self.date)
        if vals:
            assets.write(vals)
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerAssetSwap(models.TransientModel):
    """Put another asset in the place of one: a part of a machine, or the whole device (SVC-L3).

    The new one takes customer, place and machine of the old one; both keep their history.
    """

    _name = "crm.customer.asset.swap"
    _description = "Swap of an asset"

    asset_id = fields.Many2one(
        "crm.customer.asset",
        "Taken out",
        required=True,
        default=lambda self: self.env.context.get("active_ids", [False])[0],
    )
    company_id = fields.Many2one(related="asset_id.company_id")
    new_asset_id = fields.Many2one(
        "crm.customer.asset",
        "Put in",
        domain="[('id', '!=', asset_id), ('company_id', '=', company_id)]",
        help="An asset that is known already; leave it empty to enter a new one.",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
    )
    serial = fields.Char("Serial number")
    state = fields.Selection(
        [("taken_out", "Taken out"), ("returned", "Returned"), ("scrapped", "Scrapped"),
         ("in_repair", "In repair")],
        "The old one is",
        required=True,
        default="taken_out",
    )  # fmt: skip
    move_parts = fields.Boolean(
        "Its parts move along", help="Parts of the old one become parts of the new one."
    )
    request_id = fields.Many2one("crm.service.request")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    reason = fields.Char(default=lambda self: self.env._("Swapped"))

    @api.depends("asset_id")
    def _compute_product_id(self):
        for swap in self:
            swap.product_id = swap.asset_id.product_id

    def action_apply(self):
        """Swap, and note it in the service history of the machine (or of the new asset)."""
        self.ensure_one()
        old = self.asset_id.with_context(asset_reason=self.reason, asset_date=self.date)
        if self.new_asset_id and (old | self.new_asset_id)._in_one_line():
            raise UserError(self.env._("One of the two is a part of the other."))
        place = old._place_values()
        parts = old.child_ids
        old.write({"parent_id": False, "state": self.state})
        new = self._new_asset(old, place)
        if self.move_parts:
            parts.with_context(**old.env.context).write({"parent_id": new.id})
        self._note(old, new, place)
        return new.get_formview_action()

    def _new_asset(self, old, place):
        vals = {**place, "state": "in_use", "replaces_id": old.id}
        if self.new_asset_id:
            new = self.new_asset_id.with_context(**old.env.context)
            new.write(vals)
            return new
        return old.create(
            {
                **vals,
                "product_id": self.product_id.id,
                "name": self.product_id.display_name or old.name,
                "maker_id": old.maker_id.id if self.product_id == old.product_id else False,
                "serial": self.serial,
                "company_id": old.company_id.id,
                "installed_on": self.date,
            }
        )

    def _note(self, old, new, place):
        self.env["crm.customer.asset.maintenance"].create(
            {
                "asset_id": place["parent_id"] or new.id,
                "kind": "swap",
                "name": self.env._(
                    "%(new)s in place of %(old)s", new=new.display_name, old=old.display_name
                ),
                "date": self.date,
                "request_id": self.request_id.id,
            }
        )

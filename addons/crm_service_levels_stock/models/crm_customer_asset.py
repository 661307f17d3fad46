from collections import namedtuple

from odoo import api, fields, models

#: One serial number that went to a customer or came back.
Passage = namedtuple("Passage", "lot product partner site line date company")


class CrmCustomerAsset(models.Model):
    _inherit = "crm.customer.asset"

    lot_id = fields.Many2one(
        "stock.lot",
        "Serial in stock",
        index="btree_not_null",
        copy=False,
        domain="[('product_id', '=', product_id)]",
    )

    _lot_uniq = models.UniqueIndex(
        "(company_id, lot_id) WHERE lot_id IS NOT NULL AND active",
        "There is an asset with this serial of the stock already.",
    )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id:
            self.product_id = self.lot_id.product_id
            self.serial = self.lot_id.name

    @api.model
    def _from_deliveries(self, passages):
        """Assets of the serials that were delivered; the same delivery again changes nothing.

        A serial that is an asset already was sold on: the asset gets its new customer, and its
        history keeps the old one. Fixed number of queries for any number of serials.
        """
        latest = {(one.company, one.lot): one for one in passages}
        known = self._of_passages(latest.values())
        fresh = [one for key, one in latest.items() if key not in known]
        self.with_context(asset_reason=self.env._("Delivered")).create(
            [self._prepare_delivered_values(one) for one in fresh]
        )
        for key, asset in known.items():
            asset._deliver_again(latest[key])

    @api.model
    def _of_passages(self, passages):
        """Known assets: ``{(company, lot): asset}``; by lot, else by product and serial."""
        passages = list(passages)
        lots = self.env["stock.lot"].union(*(one.lot for one in passages))
        companies = {one.company.id for one in passages}
        by_lot = self.search([("lot_id", "in", lots.ids), ("company_id", "in", [*companies])])
        found = {(asset.company_id, asset.lot_id): asset for asset in by_lot}
        rest = [one for one in passages if (one.company, one.lot) not in found]
        return found | self._adopt_entered(rest)

    @api.model
    def _adopt_entered(self, passages):
        """Assets that were entered by hand before their serial was delivered get its lot."""
        wanted = {(one.company, one.product, one.lot.name): one for one in passages}
        if not wanted:
            return {}
        entered = self.search(
            [
                ("lot_id", "=", False),
                ("product_id", "in", [one.product.id for one in passages]),
                ("serial", "in", [one.lot.name for one in passages]),
            ]
        )
        found = {}
        for asset in entered:
            one = wanted.get((asset.company_id, asset.product_id, asset.serial))
            if one and (one.company, one.lot) not in found:
                asset.lot_id = one.lot
                found[one.company, one.lot] = asset
        return found

    @api.model
    def _prepare_delivered_values(self, passage):
        """Values of a new asset; extended by ``super()``."""
        return {
            "lot_id": passage.lot.id,
            "serial": passage.lot.name,
            "product_id": passage.product.id,
            "company_id": passage.company.id,
            "delivered_on": passage.date,
            **self._passage_values(passage),
        }

    @api.model
    def _passage_values(self, passage):
        owner = passage.partner.commercial_partner_id
        return {
            "partner_id": owner.id,
            "contact_id": passage.partner.id if passage.partner != owner else False,
            "site_id": passage.site.id,
            "sale_order_line_id": passage.line.id,
            "state": "in_use",
        }

    def _deliver_again(self, passage):
        """Sold on, or sent back after a repair; a delivery that is known changes nothing."""
        values = self._passage_values(passage)
        if self.partner_id.id == values["partner_id"] and self.state == "in_use":
            return
        if self.partner_id.id == values["partner_id"]:
            values = {"state": "in_use", "site_id": values["site_id"], "out_on": False}
        else:
            values |= {"custodian_id": False, "out_on": False}
        self.with_context(asset_reason=self.env._("Delivered")).write(values)

    @api.model
    def _from_returns(self, passages):
        """Assets whose serial came back: they are ours again, and their history says whose."""
        known = self._of_passages({(one.company, one.lot): one for one in passages}.values())
        by_company = {}
        for (company, _lot), asset in known.items():
            by_company[company] = by_company.get(company, self) | asset
        for company, assets in by_company.items():
            assets = assets.filtered(lambda asset: asset.state != "returned")
            # sudo: the partner of the company is its own
            owner = company.sudo().partner_id
            assets.with_context(asset_reason=self.env._("Returned")).write(
                {
                    "state": "returned",
                    "partner_id": owner.id,
                    "contact_id": False,
                    "site_id": False,
                    "custodian_id": False,
                }
            )

    def action_open_lot(self):
        self.ensure_one()
        return self.lot_id.get_formview_action()

from odoo import api, fields, models


class CrmServiceRecallLine(models.Model):
    """One asset concerned by a recall: open until its work is done (SVC-L3)."""

    _name = "crm.service.recall.line"
    _description = "Asset of a recall"
    _order = "recall_id, id"
    _rec_name = "asset_id"

    recall_id = fields.Many2one("crm.service.recall", required=True, ondelete="cascade", index=True)
    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(related="asset_id.partner_id", string="Customer")
    severity = fields.Selection(related="recall_id.severity")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], required=True, default="open", index=True
    )
    request_id = fields.Many2one("crm.service.request", index="btree_not_null")
    done_on = fields.Date("Done on")
    note = fields.Char()

    _once = models.UniqueIndex("(recall_id, asset_id)", "This asset is in the recall already.")

    @api.model
    def _open_domain(self):
        return [("state", "=", "open"), ("recall_id.state", "=", "published")]

    def _by_owner(self):
        """These lines as one recordset per recall, company and owner, in one pass."""
        groups = {}
        for line in self:
            asset = line.asset_id
            owner = asset.commercial_partner_id or asset
            groups.setdefault((line.recall_id, line.company_id, owner), []).append(line.id)
        return [self.browse(ids) for ids in groups.values()]

    def _prepare_request_values(self):
        """Values of the proactive request to one owner; extended by ``super()``."""
        recall, assets = self.recall_id, self.asset_id
        first = assets[:1]
        return {
            "name": recall.name,
            "partner_id": (first.contact_id or first.partner_id).id,
            "asset_id": first.id if len(assets) == 1 else False,
            "product_id": first.product_id.id,
            "type_id": recall.type_id.id,
            "severity": recall.severity,
            "company_id": self.company_id.id,
            "user_id": False,
            "proactive": True,
            "description": recall._request_text(assets),
        }

    def action_done(self):
        """The work on these assets is done."""
        self._set_done(fields.Date.context_today(self))

    def _set_done(self, day):
        self.write({"state": "done", "done_on": day})

    def action_reopen(self):
        self.write({"state": "open", "done_on": False})

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: What is filled from the duplicates where the asset that stays has nothing.
FILLED = (
    "product_id",
    "maker_id",
    "model",
    "serial",
    "made_on",
    "partner_id",
    "contact_id",
    "site_id",
    "custodian_id",
    "dealer_id",
    "sale_order_line_id",
    "delivered_on",
    "installed_on",
    "commissioned_on",
    "image",
)


class CrmCustomerAssetMerge(models.TransientModel):
    """Make one asset of several entries for the same thing; nothing of their history is lost."""

    _name = "crm.customer.asset.merge"
    _description = "Merge of assets"

    asset_ids = fields.Many2many(
        "crm.customer.asset", string="Entries", default=lambda self: self.env.context["active_ids"]
    )
    target_id = fields.Many2one(
        "crm.customer.asset",
        "Stays",
        required=True,
        default=lambda self: min(self.env.context["active_ids"]),
        domain="[('id', 'in', asset_ids)]",
    )

    def action_merge(self):
        """Move everything to the entry that stays; the others are archived and point to it."""
        self.ensure_one()
        target, others = self.target_id, self.asset_ids - self.target_id
        self._check(target, others)
        values = self._fill_values(target, others)
        others.write({"active": False, "merged_into_id": target.id, "parent_id": False})
        others.child_ids.write({"parent_id": target.id})
        others.flush_recordset()  # the serial is free before the other entry takes it
        if values:
            target.write(values)
        self._move_rows(target, others)
        target.tag_ids |= others.tag_ids
        target.document_ids |= others.document_ids
        target._compute_warranty_again()
        target.meter_ids._compute_totals()
        return target.get_formview_action()

    def _check(self, target, others):
        if not others or target not in self.asset_ids:
            raise UserError(self.env._("Choose two entries at least, and the one that stays."))
        if len(self.asset_ids.company_id) > 1:
            raise UserError(self.env._("Assets of different companies cannot be merged."))
        if self.asset_ids._in_one_line():
            raise UserError(self.env._("A machine cannot be merged with its own part."))

    @api.model
    def _filled(self):
        """Fields to fill from the duplicates; glue adds its own by ``super()``."""
        return FILLED

    def _fill_values(self, target, others):
        values = {}
        for name in self._filled():
            found = next((other[name] for other in others if other[name]), False)
            if not target[name] and found:
                values[name] = target._fields[name].convert_to_write(found, target)
        return values

    @api.model
    def _tables(self):
        """Tables whose rows follow the asset; glue adds its own by ``super()``."""
        return [
            "crm.service.request",
            "crm.customer.asset.meter",
            "crm.customer.asset.reading",
            "crm.customer.asset.maintenance",
            "crm.customer.asset.plan",
            "crm.customer.asset.warranty",
        ]

    def _move_rows(self, target, others):
        """One statement per table, whatever the number of rows."""
        self.env.flush_all()
        for model in self._tables():
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET asset_id = %s WHERE asset_id IN %s RETURNING id",
                    SQL.identifier(self.env[model]._table),
                    target.id,
                    others._ids,
                )
            )
        self._move_recalls(target, others)
        self._move_history(target, others)
        self._move_messages(target, others)
        self.env.invalidate_all(flush=False)

    def _move_recalls(self, target, others):
        """One line per recall stays: a line that is done beats an open one."""
        both = [target.id, *others.ids]
        self.env.execute_query(
            SQL(
                "DELETE FROM crm_service_recall_line x USING crm_service_recall_line y"
                " WHERE x.asset_id IN %s AND y.asset_id IN %s AND x.recall_id = y.recall_id"
                " AND (x.state, x.id) > (y.state, y.id) RETURNING x.id",
                tuple(both),
                tuple(both),
            )
        )
        self.env.execute_query(
            SQL(
                "UPDATE crm_service_recall_line SET asset_id = %s WHERE asset_id IN %s"
                " RETURNING id",
                target.id,
                others._ids,
            )
        )

    def _move_history(self, target, others):
        """Rows of the history go along; the open rows of the duplicates end now."""
        self.env.execute_query(
            SQL(
                "UPDATE crm_customer_asset_move SET asset_id = %s,"
                " date_to = COALESCE(date_to, GREATEST(date_from, %s))"
                " WHERE asset_id IN %s RETURNING id",
                target.id,
                fields.Datetime.now(),
                others._ids,
            )
        )

    def _move_messages(self, target, others):
        for table in ("mail_message", "ir_attachment"):
            column = "model" if table == "mail_message" else "res_model"
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE %s = 'crm.customer.asset' AND res_id IN %s"
                    " RETURNING id",
                    SQL.identifier(table),
                    target.id,
                    SQL.identifier(column),
                    others._ids,
                )
            )

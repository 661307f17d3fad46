from odoo import fields, models


class CrmCallMenuOption(models.Model):
    """Where a key, or what was found, leads to (CC-4)."""

    _name = "crm.call.menu.option"
    _description = "Way out of a step of a telephone menu"
    _order = "node_id, sequence, key, id"
    _rec_name = "key"

    node_id = fields.Many2one("crm.call.menu.node", required=True, ondelete="cascade", index=True)
    menu_id = fields.Many2one(related="node_id.menu_id")
    sequence = fields.Integer(default=10)
    key = fields.Char(
        "Key or case",
        required=True,
        help="A key (0 to 9, *, #), failed after the last wrong try; of a look-up what was found, "
        "unknown, or silent when Odoo does not answer; of hours open or closed.",
    )
    target_id = fields.Many2one(
        "crm.call.menu.node", "Leads to", ondelete="cascade", index="btree_not_null"
    )

    _once = models.UniqueIndex("(node_id, key)", "A key leads to one step.")

from odoo import fields, models


class CrmContactNumber(models.Model):
    """A telephone number of a contact or lead in E.164, findable in any writing (C360-1)."""

    _name = "crm.contact.number"
    _description = "Contact number"
    _order = "partner_id, sequence, id"
    _rec_name = "e164"

    partner_id = fields.Many2one("res.partner", "Contact", ondelete="cascade", index="btree_not_null")
    lead_id = fields.Many2one("crm.lead", "Lead", ondelete="cascade", index="btree_not_null")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("main", "Main"),
            ("mobile", "Mobile"),
            ("direct", "Direct line"),
            ("switchboard", "Switchboard"),
            ("private", "Private"),
            ("fax", "Fax"),
            ("other", "Other"),
        ],
        default="main",
        required=True,
    )
    raw = fields.Char("Number", required=True, help="As it was typed; shown to people as it is.")
    e164 = fields.Char(
        "E.164",
        index="btree_not_null",
        readonly=True,
        help="International form with its leading +, or empty when the number cannot be one.",
    )
    extension = fields.Char(readonly=True)
    origin = fields.Selection(
        [("phone", "Phone field"), ("manual", "Entered by hand"), ("import", "Imported")],
        default="manual",
        required=True,
        help="Numbers that come from the phone field follow it; the others are kept as entered.",
    )

from odoo import fields, models

from ..tools.person_data import PersonData


class CrmContactDeparture(models.Model):
    """That a contact left a company, noted when it happened (C360-3): archived, or moved to
    another company. Who he belonged to cannot be told afterwards."""

    _name = "crm.contact.departure"
    _description = "Departure of a contact"
    _order = "date desc, id desc"
    _rec_name = "contact_id"
    _person_data = PersonData(merge="move", person=("contact_id", "partner_id"), erase="delete")

    partner_id = fields.Many2one(
        "res.partner", "Former company", required=True, ondelete="cascade", index=True
    )
    contact_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, index=True)
    reason = fields.Selection([("archived", "Archived"), ("moved", "Moved")], required=True)

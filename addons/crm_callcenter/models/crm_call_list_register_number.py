from odoo import fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData


class CrmCallListRegisterNumber(models.Model):
    """A number in a do-not-call register; registers hold millions of them (CC-6).

    It stays when a person is erased: it is the register's, and it protects him.
    """

    _name = "crm.call.list.register.number"
    _description = "Number in a do-not-call register"
    _order = "e164"
    _rec_name = "e164"
    _log_access = False
    _person_data = PersonData(person=(), erase="keep", number="e164")

    register_id = fields.Many2one(
        "crm.call.list.register", required=True, ondelete="cascade", readonly=True, index=True
    )
    e164 = fields.Char("Number (E.164)", required=True, readonly=True)

    _number_uniq = models.UniqueIndex("(e164, register_id)")

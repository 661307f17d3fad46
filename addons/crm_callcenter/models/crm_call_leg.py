from odoo import fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

KINDS = [("customer", "Customer"), ("agent", "Agent"), ("other", "Other")]
RESULTS = [
    ("answered", "Answered"),
    ("busy", "Busy"),
    ("no_answer", "No answer"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]


class CrmCallLeg(models.Model):
    """One line of a call: the customer's, and one per telephone that rang (CC-8)."""

    _name = "crm.call.leg"
    _description = "Leg of a call"
    _order = "call_id, start, id"
    _rec_name = "channel"
    _log_access = False
    _person_data = PersonData(person=(), erase="blank", blank=("number",), number="number")

    call_id = fields.Many2one(
        "crm.call", required=True, ondelete="cascade", readonly=True, index=True
    )
    uid = fields.Char("Leg on the exchange", required=True, readonly=True)
    channel = fields.Char(readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    agent_id = fields.Many2one(
        "crm.call.agent", ondelete="set null", readonly=True, index="btree_not_null"
    )
    number = fields.Char(readonly=True)
    start = fields.Datetime(readonly=True)
    answer = fields.Datetime("Answered", readonly=True)
    end = fields.Datetime("Ended", readonly=True)
    ring_seconds = fields.Float(readonly=True, digits=(16, 1), string="Ring seconds")
    talk_seconds = fields.Float(readonly=True, digits=(16, 1), string="Talk seconds")
    result = fields.Selection(RESULTS, readonly=True)
    cause = fields.Integer("Hang-up cause", readonly=True, help="Q.850; 16 is a normal clearing.")

    _call_uid_uniq = models.UniqueIndex("(uid, call_id)")

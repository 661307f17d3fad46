from odoo import fields, models


class CrmCallTopic(models.Model):
    """What a call was about; surges are noticed by topic (CC-11)."""

    _name = "crm.call.topic"
    _description = "Call topic"
    _order = "sequence, name, id"
    _parent_store = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("crm.call.topic", "Part of", ondelete="restrict", index=True)
    parent_path = fields.Char(index=True)
    queue_ids = fields.Many2many(
        "crm.call.queue", string="Queues", help="Offered after calls of these queues; empty: all."
    )
    channel_ids = fields.Many2many(
        "crm.contact.channel",
        string="Cheaper channels",
        help="Can serve this topic as well: who calls is told of them (CC-9).",
    )

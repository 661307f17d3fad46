from odoo import fields, models


class CrmCallQueueMember(models.Model):
    """Whom a queue of an exchange calls, as the exchange said it last (CC-3).

    Nobody enters these rows: the skills of agents are entered, and the exchange is told the
    difference.
    """

    _name = "crm.call.queue.member"
    _description = "Member of a queue on the exchange"
    _order = "exchange_id, queue, penalty, interface"
    _rec_name = "interface"

    exchange_id = fields.Many2one(
        "crm.call.exchange", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(related="exchange_id.company_id")
    queue = fields.Char("Queue on the exchange", required=True, readonly=True)
    interface = fields.Char("Telephone", required=True, readonly=True)
    penalty = fields.Integer(
        readonly=True, aggregator=None, help="Who has fewer points is called before others."
    )
    paused = fields.Boolean(readonly=True)
    fixed = fields.Boolean(
        "Of the exchange's own configuration", readonly=True, help="Odoo cannot remove it."
    )

    _place_uniq = models.UniqueIndex("(exchange_id, queue, interface)")

    def _by_place(self):
        return {(row.queue, row.interface): row for row in self}

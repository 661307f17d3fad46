from odoo import fields, models

from .crm_call_list_entry import RESULTS


class CrmCallListAttempt(models.Model):
    """One try to reach somebody on a call list: when, by whom, and what came of it (CC-6).

    Shares of abandoned calls are computed from these rows, never from counters.
    """

    _name = "crm.call.list.attempt"
    _description = "Call attempt"
    _order = "date desc, id desc"
    _rec_name = "entry_id"

    entry_id = fields.Many2one(
        "crm.call.list.entry", "Person", required=True, ondelete="cascade", index=True,
        readonly=True,
    )  # fmt: skip
    list_id = fields.Many2one(related="entry_id.list_id", store=True, precompute=True)
    company_id = fields.Many2one(related="entry_id.company_id", store=True, precompute=True)
    date = fields.Datetime("Dialed", required=True, readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True)
    person = fields.Boolean("Answered by a person", readonly=True)
    agent_id = fields.Many2one(
        "crm.call.agent", ondelete="set null", readonly=True, index="btree_not_null"
    )
    call_id = fields.Many2one(
        "crm.call", ondelete="set null", readonly=True, index="btree_not_null"
    )
    talk_seconds = fields.Float("Talk (s)", readonly=True, digits=(16, 1), aggregator="avg")

    _list_date_idx = models.Index("(list_id, date DESC, id DESC)")
    _insight_fill_idx = models.Index("(write_date, id)")

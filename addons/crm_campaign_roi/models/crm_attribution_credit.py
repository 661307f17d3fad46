from odoo import fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.models.report_fields import KnownMonetary
from odoo.addons.crm_customer_insight.tools.person_data import PersonData


class CrmAttributionCredit(models.Model):
    """The part of a deal that a run credits to a key; the parts of a deal add up to it (ROI-2)."""

    _name = "crm.attribution.credit"
    _description = "Attribution credit"
    _order = "date desc, document, id"
    _rec_name = "document"
    _log_access = False
    # Figures of closed periods stay when the person is erased: he has no name then.
    _person_data = PersonData(erase="keep")

    run_id = fields.Many2one(
        "crm.attribution.run", required=True, ondelete="cascade", readonly=True
    )
    key_id = fields.Many2one(
        "crm.attribution.key", "Credited to", required=True, ondelete="cascade", readonly=True
    )
    model = fields.Selection(related="run_id.model")
    origin = fields.Selection(related="key_id.origin")
    campaign_id = fields.Many2one(related="key_id.campaign_id")
    wave_id = fields.Many2one(related="key_id.wave_id")
    mailing_id = fields.Many2one(related="key_id.mailing_id")
    channel_id = fields.Many2one(related="key_id.channel_id")
    source_id = fields.Many2one(related="key_id.source_id")
    user_id = fields.Many2one(related="key_id.user_id")
    company_id = BareMany2one("res.company", required=True, readonly=True)
    currency_id = BareMany2one("res.currency", required=True, readonly=True)
    document = fields.Char(required=True, readonly=True)
    order_id = BareMany2one("sale.order", "Order", readonly=True)
    move_id = BareMany2one("account.move", "Invoice", readonly=True)
    partner_id = BareMany2one("res.partner", "Customer", readonly=True)
    date = fields.Date(readonly=True)
    share = fields.Float(
        readonly=True, digits=(16, 4), help="Part of the deal: all parts add up to one."
    )
    revenue = fields.Monetary(readonly=True)
    profit = KnownMonetary(readonly=True, help="Of the goods whose cost is known.")

    _run_document_key_uniq = models.UniqueIndex("(run_id, document, key_id)")
    _key_idx = models.Index("(key_id)")
    _partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    def action_open_source(self):
        """The order or the invoice behind a credit."""
        self.ensure_one()
        return (self.order_id or self.move_id).get_formview_action()

from odoo import fields, models


class CrmTouchpoint(models.Model):
    """The touch ledger: what happened between us and a customer, one row per source event (C360-1).

    Rows are facts copied from their sources (orders, invoices, mails, meetings …) by set-based
    fills and never edited by people. ``(res_model, res_id, event)`` is unique, so a fill may
    run twice. A source that was cancelled or deleted leaves a voided row.
    """

    _name = "crm.touchpoint"
    _description = "Touchpoint"
    _order = "date desc, id desc"
    _rec_name = "name"
    _log_access = False

    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", ondelete="set null", readonly=True)
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", readonly=True
    )
    lead_id = fields.Many2one("crm.lead", "Lead", ondelete="set null", readonly=True)
    email_normalized = fields.Char(readonly=True, help="Of a person not known yet.")
    e164 = fields.Char("Number", readonly=True, help="Of a person not known yet.")
    date = fields.Datetime(required=True, readonly=True)
    channel_id = fields.Many2one("crm.contact.channel", readonly=True, index="btree_not_null")
    direction = fields.Selection(
        [("in", "From the customer"), ("out", "To the customer"), ("none", "Internal")],
        required=True,
        default="none",
        readonly=True,
    )
    kind = fields.Selection(
        [
            ("lead", "Lead"),
            ("quotation", "Quotation"),
            ("order", "Order"),
            ("delivery", "Delivery"),
            ("invoice", "Invoice"),
            ("refund", "Credit note"),
            ("payment", "Payment"),
            ("mail", "E-mail"),
            ("mailing", "Mailing"),
            ("meeting", "Meeting"),
            ("activity", "Activity"),
            ("call", "Call"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    event = fields.Char(
        required=True, readonly=True, help="What of the source happened, e.g. sent or opened."
    )
    name = fields.Char("Subject", readonly=True)
    amount = fields.Monetary(readonly=True, help="Amount of the document, in company currency.")
    cost = fields.Monetary(readonly=True, help="What the contact cost us, in company currency.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null", readonly=True)
    medium_id = fields.Many2one("utm.medium", ondelete="set null", readonly=True)
    utm_source_id = fields.Many2one("utm.source", "Source", ondelete="set null", readonly=True)
    user_id = fields.Many2one("res.users", "Our person", readonly=True)
    res_model = fields.Char("Document model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    voided = fields.Boolean(readonly=True, help="The source was cancelled or deleted.")

    _source_uniq = models.UniqueIndex("(res_model, res_id, event)")
    _commercial_partner_date_idx = models.Index("(commercial_partner_id, date DESC, id DESC)")
    _partner_date_idx = models.Index("(partner_id, date DESC, id DESC)")
    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")
    _campaign_date_idx = models.Index("(campaign_id, date) WHERE campaign_id IS NOT NULL")
    _anonymous_email_idx = models.Index(
        "(email_normalized) WHERE partner_id IS NULL AND email_normalized IS NOT NULL"
    )
    _anonymous_number_idx = models.Index("(e164) WHERE partner_id IS NULL AND e164 IS NOT NULL")

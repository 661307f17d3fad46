from odoo import api, fields, models
from odoo.tools import SQL

#: How a document got its campaign.
HOW = [
    ("utm", "Link or web form"),
    ("answer", "Answer to a mailing"),
    ("code", "Campaign code"),
    ("call", "Call"),
    ("hand", "By hand"),
    ("inherited", "From the document before"),
]
DOCUMENTS = [
    ("crm.lead", "Lead"),
    ("sale.order", "Order"),
    ("account.move", "Invoice"),
    ("account.payment", "Payment"),
]


class CrmCampaignLink(models.Model):
    """Log of every campaign that a document was given (ROI-2): how, why, by whom, what before.

    Rows are only added, so a campaign that was overwritten is still known.
    """

    _name = "crm.campaign.link"
    _description = "Campaign of a document"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "document_name"

    res_model = fields.Selection(DOCUMENTS, "Kind of document", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document name", compute="_compute_document_name")
    campaign_id = fields.Many2one(
        "utm.campaign",
        ondelete="cascade",
        readonly=True,
        index="btree_not_null",
        help="Empty: the document belongs to no campaign any more.",
    )
    before_id = fields.Many2one(
        "utm.campaign", ondelete="set null", readonly=True, index="btree_not_null"
    )
    how = fields.Selection(HOW, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    date = fields.Datetime("When", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _document_idx = models.Index("(res_model, res_id)")
    _payment_uniq = models.UniqueIndex("(res_id, campaign_id) WHERE res_model = 'account.payment'")

    def _compute_document_name(self):
        """Names of the documents, one query per kind; of those that are gone, the kind only."""
        kinds = dict(self._fields["res_model"]._description_selection(self.env))
        for model, links in self.grouped("res_model").items():
            # sudo: the name of a document that a campaign counts; opening it asks for the right
            documents = self.env[model].sudo().browse(links.mapped("res_id")).exists()
            names = {document.id: document.display_name for document in documents}
            for link in links:
                link.document_name = names.get(link.res_id) or self.env._(
                    "%s, deleted", kinds[model]
                )

    @api.model
    def _log(self, model, rows):
        """Add *rows* ``[(document, campaign, before, how, reason, company)]`` in one statement."""
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_campaign_link (res_model, res_id, campaign_id, before_id, how,
                    reason, company_id, user_id, date)
                SELECT %s, r.*, %s, %s
                FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::varchar[],
                    %s::varchar[], %s::integer[]) r
                """,
                model,
                self.env.uid,
                fields.Datetime.now(),
                *columns,
            )
        )
        self.invalidate_model()

    @api.model
    def _fill_payments(self):
        """Payments of invoices of campaigns get the campaign of their invoice.

        :return: number of rows added
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_campaign_link (res_model, res_id, campaign_id, how, reason,
                    company_id, user_id, date)
                SELECT DISTINCT ON (paid.origin_payment_id, m.campaign_id) 'account.payment',
                    paid.origin_payment_id, m.campaign_id, 'inherited', m.name, m.company_id,
                    %s::integer, now() AT TIME ZONE 'UTC'
                FROM account_partial_reconcile r
                JOIN account_move_line own ON own.id IN (r.debit_move_id, r.credit_move_id)
                JOIN account_move m ON m.id = own.move_id AND m.campaign_id IS NOT NULL
                    AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                JOIN account_move_line other ON other.id <> own.id
                    AND other.id IN (r.debit_move_id, r.credit_move_id)
                JOIN account_move paid ON paid.id = other.move_id
                    AND paid.origin_payment_id IS NOT NULL
                ORDER BY paid.origin_payment_id, m.campaign_id, r.id
                ON CONFLICT (res_id, campaign_id) WHERE res_model = 'account.payment' DO NOTHING
                """,
                self.env.uid,
            )
        )
        self.invalidate_model()
        return self.env.cr.rowcount

    @api.model
    def _cron_fill(self):
        """Every night: payments of campaigns, and documents that seem to belong to one."""
        self._fill_payments()
        self.env["crm.campaign.orphan"]._fill()

    def action_open_document(self):
        """Open the document, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

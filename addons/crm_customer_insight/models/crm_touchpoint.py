import json
import time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..report import touchpoint_providers as providers
from ..report.touchpoint_adoption import BY_EMAIL, BY_NUMBER, adopt_by_key, adopt_by_lead
from ..report.touchpoint_upsert import SOURCE_COLUMNS, append_statement, sweep_statement
from ..tools.person_data import PersonData

#: What every appended touch must say.
REQUIRED = ("res_model", "res_id", "event", "kind", "date")
#: False means no for these and nothing for the others.
BOOLEANS = {"voided", "costed"}
#: Messages older than so many months are neither copied nor kept, unless configured.
MESSAGE_MONTHS = 24


class CrmTouchpoint(models.Model):
    """The touch ledger: what happened between us and a customer, one row per source event (C360-1).

    Rows are facts copied from their sources (orders, invoices, mails, meetings …) by set-based
    fills and never edited by people. ``(res_model, res_id, event)`` is unique, so a fill may
    run twice. A source that was cancelled or deleted leaves a voided row.
    """

    _name = "crm.touchpoint"
    _inherit = ["crm.timeline.mixin"]
    _description = "Touchpoint"
    _order = "date desc, id desc"
    _rec_name = "name"
    _log_access = False
    _person_data = PersonData(
        reference=("res_model", "res_id"),
        reference_key=("event",),
        erase="blank",
        blank=("name", "email_normalized", "e164"),
        mark="erased",
        email="email_normalized",
        number="e164",
    )

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", ondelete="set null", readonly=True)
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", readonly=True
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", readonly=True)
    email_normalized = fields.Char(
        "Anonymous e-mail", readonly=True, help="Of a person not known yet."
    )
    e164 = fields.Char("Number", readonly=True, help="Of a person not known yet.")
    adopted = fields.Boolean(
        readonly=True, help="The contact was found by address, number or lead, not by the source."
    )
    erased = fields.Boolean(
        readonly=True, help="The person was erased: fills bring no words and addresses back."
    )
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
            ("contract", "Contract"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    event = fields.Char(
        required=True, readonly=True, help="What of the source happened, e.g. sent or opened."
    )
    name = fields.Char("Subject", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="Untaxed amount of the document (payments: as paid), in company currency.",
    )
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
    # The list of all touches opens at its newest rows.
    _date_idx = models.Index("(date DESC, id DESC)")
    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")
    _campaign_date_idx = models.Index("(campaign_id, date) WHERE campaign_id IS NOT NULL")
    _anonymous_email_idx = models.Index(
        "(email_normalized) WHERE partner_id IS NULL AND email_normalized IS NOT NULL"
    )
    _anonymous_number_idx = models.Index("(e164) WHERE partner_id IS NULL AND e164 IS NOT NULL")
    _anonymous_lead_idx = models.Index("(lead_id) WHERE partner_id IS NULL AND lead_id IS NOT NULL")

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_source(self):
        """Open the document behind the row, with the rights of whoever asks."""
        self.ensure_one()
        document = self._source_document()
        if not document:
            raise UserError(self.env._("The document of this touch does not exist any more."))
        if self.res_model in self._timeline_customer_models() and not document.has_access("read"):
            document = self.partner_id
        document.check_access("read")
        return document.get_formview_action()

    def _source_document(self):
        """The record to show for the row: the document that a message or attendee belongs to."""
        if self.res_model not in self.env:
            return None
        source = self.env[self.res_model].browse(self.res_id).exists()
        parent = self._source_parents().get(self.res_model)
        if not source or not parent:
            return source
        # sudo: finds out which document is meant; the right to read that one is checked later
        return parent(source.sudo()).with_env(self.env)

    @api.model
    def _source_parents(self):
        """``{model: function}`` for sources that are shown by the document they belong to."""
        return {
            "calendar.attendee": lambda source: source.event_id,
            "mail.message": lambda source: source.env[source.model].browse(source.res_id).exists(),
            "mail.activity": lambda source: (
                source.env[source.res_model].browse(source.res_id).exists()
            ),
        }

    # ------------------------------------------------------------------
    # Fills
    # ------------------------------------------------------------------

    @api.model
    def _touchpoint_providers(self):
        """Providers of the ledger, in the order in which they run; extended by ``super()``."""
        return [
            providers.sale_orders(),
            providers.invoices(),
            providers.payments(),
            providers.leads(),
            providers.meetings(),
            providers.meeting_attendees(),
            providers.contracts(),
            providers.activities(),
            providers.messages(since=self._messages_since()),
        ]

    @api.model
    def _touchpoint_provider_labels(self):
        """What people call the source of each provider, by code; extended by ``super()``."""
        return {
            "sale_order": self.env._("Quotations and orders"),
            "account_move": self.env._("Invoices and credit notes"),
            "account_payment": self.env._("Payments"),
            "crm_customer_contract": self.env._("Contracts"),
            "crm_lead": self.env._("Leads and opportunities"),
            "calendar_event": self.env._("Meetings"),
            "calendar_attendee": self.env._("Attendees of meetings"),
            "mail_activity": self.env._("Activities done"),
            "mail_message": self.env._("Messages"),
        }

    @api.model
    def _fill(self, codes=None, commit=False, seconds=None):
        """Bring what changed in the sources into the ledger; ``(rows written, finished)``.

        :param codes: providers to run, all when empty
        :param commit: commit batch by batch, as scheduled jobs and buttons do
        :param seconds: begin no further batch after so many seconds
        """
        self.env.flush_all()
        runs = [p for p in self._touchpoint_providers() if not codes or p.code in codes]
        deadline = time.monotonic() + seconds if seconds else None
        fills, total, finished = self.env["crm.touchpoint.fill"], 0, True
        for provider in runs:
            written, done = fills._run(provider, commit=commit, deadline=deadline)
            total += written
            finished = finished and done
        self._adopt()
        self.invalidate_model()
        return total, finished

    @api.model
    def _append(self, values_list):
        """Put events of other addons into the ledger, all in one statement; how many changed it.

        :param values_list: dicts with ``res_model, res_id, event, kind, date`` and any other of
            ``SOURCE_COLUMNS``: ``channel`` is a channel's code; ``cost`` and ``amount`` are in
            the currency of ``company_id``; without ``cost`` the channel's rate applies, unless
            ``costed`` is false. With ``voided`` an event is taken back.
        :raises ValidationError: a value is missing or not one of its selection

        The same event again changes nothing, with other values it is corrected; of equals in
        one call the last wins.
        """
        if not values_list:
            return 0
        self.env.flush_all()
        rows = [self._checked(values) for values in values_list]
        return self._execute(append_statement(json.dumps(rows, default=fields.Datetime.to_string)))

    def _checked(self, values):
        """*values* complete for the statement, or ValidationError."""
        unknown = set(values) - set(SOURCE_COLUMNS)
        missing = [name for name in REQUIRED if not values.get(name)]
        if unknown or missing:
            raise ValidationError(
                self.env._(
                    "A touch lacks %(missing)s or has unknown %(unknown)s.",
                    missing=", ".join(missing) or "-",
                    unknown=", ".join(sorted(unknown)) or "-",
                )
            )
        complete = {"direction": "none", "voided": False, "costed": True, **values}
        for name in ("kind", "direction"):
            if complete[name] not in self._fields[name].get_values(self.env):
                raise ValidationError(
                    self.env._(
                        "%(value)s is no %(name)s of a touch.", value=complete[name], name=name
                    )
                )
        return {k: None if v is False and k not in BOOLEANS else v for k, v in complete.items()}

    @api.model
    def _adopt(self):
        """Give anonymous rows the contact who is known by now; how many got one."""
        self.env.flush_all()
        return (
            self._execute(adopt_by_lead())
            + self._execute(adopt_by_key("email_normalized", BY_EMAIL))
            + self._execute(adopt_by_key("e164", BY_NUMBER))
        )

    @api.model
    def _sweep(self):
        """Void the rows whose source was deleted, set by set; how many were voided."""
        self.env.flush_all()
        by_model = {p.res_model: p for p in self._touchpoint_providers()}
        return sum(self._execute(sweep_statement(provider)) for provider in by_model.values())

    @api.model
    def _purge_messages(self):
        """Delete rows of messages older than the limit; those that cost something are kept."""
        since = self._messages_since()
        if not since:
            return 0
        deleted = self.env.execute_query(
            SQL(
                """DELETE FROM crm_touchpoint WHERE res_model = 'mail.message' AND date < %s
                      AND COALESCE(cost, 0) = 0 RETURNING id""",
                since,
            )
        )
        self.invalidate_model()
        return len(deleted)

    def _messages_since(self):
        """Messages before this moment are not copied (months by configuration, 0: all are)."""
        # sudo: a technical parameter, not a right
        parameters = self.env["ir.config_parameter"].sudo()
        months = int(parameters.get_param("crm_customer_insight.message_months", MESSAGE_MONTHS))
        return fields.Datetime.now() - relativedelta(months=months) if months > 0 else None

    def _execute(self, statement):
        """Run a writing *statement*, tell who is interested, and answer the rows written."""
        [(written, cells)] = self.env.execute_query(statement)
        if cells:
            self._touchpoints_changed(cells)
        self.invalidate_model()
        return written

    @api.model
    def _touchpoints_changed(self, cells):
        """The cost of contacts changed in *cells*: lists of (customer id, company id, month)."""
        self.env["crm.customer.month"]._mark_dirty_from_ledger(cells)

    # ------------------------------------------------------------------
    # Scheduled jobs
    # ------------------------------------------------------------------

    @api.model
    def _cron_fill(self):
        _written, finished = self._fill(commit=True)
        if not finished:
            self.env.ref("crm_customer_insight.ir_cron_touchpoint_fill")._trigger()

    @api.model
    def _cron_sweep(self):
        self._sweep()
        self._purge_messages()

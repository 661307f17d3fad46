from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_orphans as sql
from .crm_campaign_link import DOCUMENTS
from .crm_campaign_money_mixin import ROLES

REASONS = [
    ("lead", "Its opportunity is of the campaign"),
    ("order", "Its order is of the campaign"),
    ("target", "The customer got the campaign before"),
]
#: Parameter with the moment of the last search.
SEARCHED = "crm_campaign_roi.orphans_searched_at"
#: So many open documents are searched while somebody waits (about 10 seconds); more by the job.
AT_ONCE = 200_000


class CrmCampaignOrphan(models.Model):
    """A document without a campaign that seems to belong to one (ROI-2): accept or refuse."""

    _name = "crm.campaign.orphan"
    _description = "Document without campaign"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "document_name"
    _person_data = PersonData(erase="blank", blank=("source_name",))

    res_model = fields.Selection(DOCUMENTS, "Kind of document", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document name", compute="_compute_document_name")
    partner_id = BareMany2one("res.partner", "Customer", readonly=True, index=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    campaign_id = fields.Many2one(
        "utm.campaign", "Proposed campaign", ondelete="cascade", index=True
    )
    because = fields.Selection(REASONS, "Reason", readonly=True)
    got_on = fields.Date("Got it on", readonly=True)
    source_name = fields.Char("From", readonly=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime("Decided on", readonly=True)

    _document_uniq = models.UniqueIndex("(res_model, res_id)")

    @api.depends("company_id")
    def _compute_currency_id(self):
        for orphan in self:
            orphan.currency_id = (orphan.company_id or self.env.company).currency_id

    def _compute_document_name(self):
        kinds = dict(self._fields["res_model"]._description_selection(self.env))
        for model, orphans in self.grouped("res_model").items():
            # sudo: the name of a document; opening it asks for the right
            documents = self.env[model].sudo().browse(orphans.mapped("res_id")).exists()
            names = {document.id: document.display_name for document in documents}
            for orphan in orphans:
                orphan.document_name = names.get(orphan.res_id) or kinds[model]

    @api.model
    def _check_role(self):
        if not (self.env.su or self.env.user.has_groups(ROLES)):
            raise AccessError(self.env._("Links of deals are repaired by marketers."))

    @api.model
    def _fill(self, at_most=None):
        """Propose campaigns for documents that have none; decisions stay.

        While somebody else searches nothing is done: what he finds is what would be found.

        :param at_most: do nothing when there are more documents to ask about
        :return: number of documents that are too many; 0 when it was searched
        """
        self.env.flush_all()
        [[alone]] = self.env.execute_query(sql.LOCK)
        if not alone:
            return 0
        self._execute(sql.gather_open())
        [[number]] = self.env.execute_query(sql.number_open())
        if at_most is not None and number > at_most:
            return number
        self._execute((*sql.gather_got(), *sql.refresh(sql.proposals())))
        self.invalidate_model()
        # sudo: when it was searched is a note of the system
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(SEARCHED, fields.Datetime.to_string(fields.Datetime.now()))
        return 0

    def _execute(self, statements):
        for statement in statements:
            self.env.cr.execute(statement)

    @api.model
    def action_open_orphans(self):
        """Look for documents without a campaign and show them."""
        self.action_search()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_orphan"
        )

    @api.model
    def action_search(self):
        """Search now; when too many documents would be asked about the job does it, at once.

        :return: as ``get_searched``
        """
        self._check_role()
        # sudo: proposals are written by no user
        later = self.sudo()._fill(at_most=AT_ONCE)
        if later:
            # sudo: the job does what it would do in the night
            self.env.ref("crm_campaign_roi.ir_cron_campaign_link").sudo()._trigger()
        return {**self.get_searched(), "later": later}

    @api.model
    def get_searched(self):
        """When documents without a campaign were searched last.

        :return: ``at`` (UTC; empty: never), ``today`` (whether that is today by the user's clock),
            ``later`` (number of documents, when the job searches them)
        """
        self._check_role()
        # sudo: a note of the system
        found = self.env["ir.config_parameter"].sudo().get_param(SEARCHED) or ""
        moment = fields.Datetime.to_datetime(found)
        day = moment and fields.Datetime.context_timestamp(self, moment).date()
        return {"at": found, "today": day == fields.Date.context_today(self), "later": 0}

    def action_accept(self):
        """Give the documents the proposed campaigns; one write per campaign, kind and reason.

        :raises UserError: when a document got another campaign meanwhile
        """
        self._check_role()
        self.check_access("read")
        open_ones = self.filtered(lambda orphan: orphan.state != "accepted")
        for (model, campaign, because), orphans in open_ones.grouped(
            lambda orphan: (orphan.res_model, orphan.campaign_id, orphan.because)
        ).items():
            how = "hand" if because == "target" else "inherited"
            # sudo: marketers may not write invoices, but say which campaign they belong to
            documents = self.env[model].sudo().browse(orphans.mapped("res_id")).exists()
            orphans._check_free(documents)
            documents.with_context(
                campaign_link_how=how, campaign_link_reason=orphans._words()
            ).write({"campaign_id": campaign.id})
        open_ones._decide("accepted")

    def _check_free(self, documents):
        if taken := documents.filtered("campaign_id")[:1]:
            raise UserError(
                self.env._(
                    "%(document)s belongs to %(campaign)s by now. Search again.",
                    document=taken.display_name,
                    campaign=taken.campaign_id.title,
                )
            )

    def _words(self):
        reasons = dict(self._fields["because"]._description_selection(self.env))
        return self.env._("Repaired: %s", reasons[self[0].because])

    def action_refuse(self):
        """These do not belong to the campaign; they are not proposed again."""
        self._check_role()
        self.check_access("read")
        self.filtered(lambda orphan: orphan.state == "proposed")._decide("refused")

    def action_reconsider(self):
        """Undo the refusal."""
        self._check_role()
        self.check_access("read")
        self.filtered(lambda orphan: orphan.state == "refused")._decide("proposed")

    def _decide(self, state):
        # sudo: rows are written by their methods only; the role was asked above
        self.sudo().write(
            {"state": state, "user_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )

    def action_open_document(self):
        """Open the document, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

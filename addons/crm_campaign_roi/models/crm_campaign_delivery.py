from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_persons as persons
from .crm_campaign_money_mixin import ROLES

MARKETERS = "crm_campaign_roi.group_campaign_user"
STATES = [
    ("new", "To decide"),
    ("planned", "Planned"),
    ("left_out", "Left out"),
    ("sent", "Sent"),
    ("failed", "Failed"),
]
#: Why somebody gets nothing; the first seven are those of the contact decisions.
REASONS = [
    ("archived", "Archived"),
    ("no_address", "No address"),
    ("blacklisted", "On the blacklist"),
    ("denied", "Denied"),
    ("no_permission", "No permission"),
    ("quiet_hours", "Quiet hours"),
    ("pressure", "Contact pressure"),
    ("other_campaign", "Another campaign comes first"),
    ("changed", "Does not fit any more"),
    ("cancelled", "Wave cancelled"),
    ("duplicate", "Same address as another"),
    ("nobody", "Nobody to do the task"),
    ("error", "Could not be sent"),
]


class CrmCampaignDelivery(models.Model):
    """What one wave does for one target: planned, left out and why, sent (ROI-1).

    Rows are written by statements; wave and target are unique, so whatever runs twice, nobody gets
    a wave twice.
    """

    _name = "crm.campaign.delivery"
    _description = "Delivery of a wave"
    _order = "due_at, id"
    _log_access = False
    _person_data = PersonData(merge="move", erase="keep")

    wave_id = fields.Many2one(
        "crm.campaign.wave", required=True, ondelete="cascade", readonly=True, index=True
    )
    campaign_id = BareMany2one("utm.campaign", "Campaign", readonly=True)
    company_id = BareMany2one("res.company", "Company", readonly=True)
    target_id = BareMany2one("crm.campaign.target", "Target", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", "Contact", readonly=True)
    lead_id = BareMany2one("crm.lead", "Lead", readonly=True)
    variant = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True)
    reason = fields.Selection(REASONS, "Why not", readonly=True, help="The first one found.")
    advice = fields.Char(
        "What to do", compute="_compute_advice", help="How whoever got nothing can be reached."
    )
    reasons = fields.Char(
        "All reasons", readonly=True, help="Codes, as the contact decisions give them."
    )
    wanted_at = fields.Datetime("Wanted", readonly=True, help="Patience is counted from then.")
    due_at = fields.Datetime("Due", readonly=True)
    checked_at = fields.Datetime("Decided on", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
    cost = fields.Float(readonly=True, help="In the currency of the company.", groups=ROLES)
    res_model = fields.Char("Document model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)

    # What he would get, made when somebody looks at it and kept nowhere
    preview_to = fields.Char("To", compute="_compute_preview", groups=MARKETERS)
    preview_subject = fields.Char("Subject", compute="_compute_preview", groups=MARKETERS)
    preview_text = fields.Html(
        "Text", compute="_compute_preview", sanitize="email_outgoing", groups=MARKETERS
    )

    # The ledger reads what was sent since its last fill.
    _insight_fill_idx = models.Index(
        "(sent_at, id) WHERE state = 'sent' AND res_model = 'ir.attachment'"
    )
    _target_uniq = models.UniqueIndex("(wave_id, target_id)")
    _due_idx = models.Index("(wave_id, state, due_at)")
    _target_idx = models.Index("(target_id)")
    _campaign_idx = models.Index("(campaign_id, state)")
    _partner_idx = models.Index("(partner_id, state) WHERE partner_id IS NOT NULL")
    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")

    @api.depends("state", "reason", "partner_id", "lead_id", "wave_id")
    def _compute_advice(self):
        contact = self.env._("Record the permission on the contact once it is given.")
        lead = self.env._(
            "Record what the lead allowed, or send a letter with a link to a form with a box."
        )
        failed = self.env._("Open the mailing of the wave: it says why, and sends again.")
        for row in self:
            asked = row.state == "left_out" and row.reason == "no_permission"
            row.advice = asked and (contact if row.partner_id else row.lead_id and lead)
            if row.state == "failed" and row.wave_id.by_mail:
                row.advice = failed

    @api.depends("wave_id", "partner_id", "lead_id")
    def _compute_display_name(self):
        for row in self:
            person = row.partner_id or row.lead_id
            row.display_name = f"{row.wave_id.name}: {person.display_name or row.id}"

    # -- preview -------------------------------------------------------------------------------

    def _check_preview(self):
        """Texts name what is known of a person: who may not read him sees none.

        :raises AccessError: for others than marketers, and when the person is not theirs to read
        """
        if not (self.env.su or self.env.user.has_group(MARKETERS)):
            raise AccessError(self.env._("Previews are for marketers."))
        self.check_access("read")
        self.partner_id.check_access("read")
        self.lead_id.check_access("read")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_preview(self):
        """The texts as the wave would make them for these persons now, with his own blocks.

        Links are those for everybody, and nothing is written: no mail, no answer to a survey.
        """
        self._check_preview()
        self.update({"preview_to": False, "preview_subject": False, "preview_text": False})
        known = self.filtered(lambda row: row.partner_id or row.lead_id)
        # sudo: as the job that sends; who may look was asked above
        for wave, rows in known.sudo().grouped("wave_id").items():
            wave = wave.with_company(wave.company_id).with_context(campaign_preview=True)
            texts = wave._texts_of(rows)
            for row, shown in zip(rows, rows.with_env(self.env), strict=True):
                subject, text = wave._as_preview(*texts[row.id])
                shown.preview_to = wave._preview_to(row.partner_id or row.lead_id)
                shown.preview_subject, shown.preview_text = subject, text

    def action_preview(self):
        """Show what this person would get, as he would get it.

        :raises UserError: when it went out: then its mail or letter tells
        """
        self.ensure_one()
        self._check_preview()
        if self.state in ("sent", "failed"):
            raise UserError(self.env._("It went out: look at what was sent."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (self.env.ref("crm_campaign_roi.crm_campaign_delivery_view_preview").id, "form")
            ],
            "target": "new",
        }

    @api.model
    def _before_person_merge(self, sources, target):
        """Of two targets who become one the first stays; of two rows of a wave what went out.

        Mails that went out are noted first: who got one is not written to again.
        """
        ids = [*sources, target]
        # sudo: what was sent to a contact is a fact, whoever merges
        self.sudo().search([("partner_id", "in", ids)])._take_traces()
        self.env["res.partner"]._execute_on_campaigns(
            (
                persons.merge_traces("partner_id", sources, target),
                *self._merge_statements("partner_id", ids),
            )
        )

    @api.model
    def _merge_statements(self, column, ids):
        """What makes one of two rows of a wave, and of what names them."""
        references = self._merged_references()
        self.env.flush_all()
        places = self.env.execute_query(persons.rank_deliveries(column, ids, references))
        return persons.merge_deliveries(column, ids, places, references)

    def _take_traces(self):
        """Bring the rows up to what became of their mails and messages, whatever the method."""
        self.wave_id.filtered("mailing_ids")._take_traces()

    @api.model
    def _merged_references(self):
        """What names a delivery (``Reference``) and follows when two of a wave become one.

        Extended by glue whose rows name one.
        """
        return [
            persons.Reference(
                "crm_campaign_form_answer",
                "delivery_id",
                answered=SQL("TRUE"),
                stands=SQL("TRUE"),
                alike=("form_id",),
                best=SQL("a.date DESC"),
            )
        ]

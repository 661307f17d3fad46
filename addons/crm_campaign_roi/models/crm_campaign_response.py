from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_persons as persons
from ..report import campaign_responses as sql
from ..tools.web_form import RESPONSES

#: Campaigns are read as long as something can still count, and some days for what comes late.
LATE_DAYS = 14
#: What says whose response one by hand is.
PERSON = ("campaign_id", "partner_id", "lead_id")


class CrmCampaignResponse(models.Model):
    """What a target of a campaign did: opened, answered, came, ordered, bought … (ROI-1).

    Rows that follow the touch ledger are written by :meth:`_fill` alone; others are entered by
    hand.
    """

    _name = "crm.campaign.response"
    _description = "Response to a campaign"
    _order = "date desc, id desc"
    _rec_name = "kind_id"
    _log_access = False
    _person_data = PersonData(
        reference=("res_model", "res_id"),
        reference_key=("campaign_id", "event"),
        erase="blank",
        blank=("note",),
    )

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    wave_id = fields.Many2one(
        "crm.campaign.wave", ondelete="set null", index="btree_not_null",
        domain="[('campaign_id', '=', campaign_id)]",
    )  # fmt: skip
    company_id = BareMany2one("res.company", "Company", readonly=True)
    target_id = BareMany2one("crm.campaign.target", "Target", readonly=True)
    partner_id = BareMany2one("res.partner", "Contact", index="btree_not_null")
    lead_id = BareMany2one("crm.lead", "Lead", index="btree_not_null")
    kind_id = fields.Many2one(
        "crm.campaign.response.kind", "Response", required=True, ondelete="restrict", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    by_hand = fields.Boolean(readonly=True, help="Entered by somebody, not read from a document.")
    user_id = BareMany2one("res.users", "Entered by", readonly=True)
    note = fields.Text()
    res_model = fields.Char("Document model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    event = fields.Char(readonly=True)

    _source_uniq = models.UniqueIndex(
        "(campaign_id, res_model, res_id, event) WHERE res_model IS NOT NULL"
    )
    _campaign_date_idx = models.Index("(campaign_id, date DESC, id DESC)")
    _target_kind_idx = models.Index("(target_id, kind_id, date)")

    # -- by hand -------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Responses by hand, of targets of the campaign only.

        :raises UserError: when the person is no target of the campaign
        """
        for vals in vals_list:
            vals.update(by_hand=True, user_id=self.env.uid, res_model=False, res_id=False)
        return super().create(self._with_targets(vals_list))

    def write(self, vals):
        self._check_by_hand()
        if vals.keys().isdisjoint(PERSON):
            return super().write(vals)
        for response in self:
            person = {name: vals.get(name, response[name].id) for name in PERSON}
            [found] = self._with_targets([person])
            super(CrmCampaignResponse, response).write({**vals, **found})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_documents(self):
        self._check_by_hand()

    def _check_by_hand(self):
        if self.filtered(lambda response: not response.by_hand):
            raise UserError(
                self.env._("This response follows what happened; only those by hand are changed.")
            )

    @api.model
    def _with_targets(self, vals_list):
        """*vals_list* with the target whom each names, in one query.

        :raises UserError: when somebody is no target of the campaign
        """
        asked = {name: [vals[name] for vals in vals_list if vals.get(name)] for name in PERSON}
        persons = Domain("partner_id", "in", asked["partner_id"]) | Domain(
            "lead_id", "in", asked["lead_id"]
        )
        campaigns = Domain("campaign_id", "in", asked["campaign_id"])
        found = {}
        for target in self.env["crm.campaign.target"].search(campaigns & persons):
            for name in PERSON[1:]:
                key = (target.campaign_id.id, name, target[name].id)
                found.setdefault(key, target.kept_id or target)
        return [{**vals, **self._target_values(vals, found)} for vals in vals_list]

    def _target_values(self, vals, found):
        name = "partner_id" if vals.get("partner_id") else "lead_id"
        target = found.get((vals.get("campaign_id"), name, vals.get(name)))
        if not target:
            raise UserError(self.env._("Choose a contact or lead who is among the targets."))
        return {"target_id": target.id, "company_id": target.company_id.id}

    # -- from the ledger -----------------------------------------------------------------------

    @api.model
    def _response_kinds(self):
        """``{(kind, event, model or None): code of the response}`` of touches of the ledger.

        Extended by addons with ``super()``; the codes are those of
        ``crm.campaign.response.kind``.
        """
        return {
            ("mailing", "sent", None): "delivered",
            ("mailing", "opened", None): "opened",
            ("mailing", "clicked", None): "clicked",
            ("mailing", "replied", None): "replied",
            ("mailing", "bounced", None): "bounced",
            ("lead", "created", None): "lead",
            ("quotation", "created", None): "quotation",
            ("order", "confirmed", None): "ordered",
            ("invoice", "posted", None): "bought",
            ("payment", "paid", None): "paid",
            ("meeting", "held", None): "met",
            ("call", "done", None): "called",
            **{("form", code, None): code for code in RESPONSES},
        }

    @api.model
    def _response_documents(self):
        """Pairs (model, field) of documents with ``campaign_delivery_id``, the row of the wave that
        they answer; without one they answer only waves with the same *field*: the event, the
        survey. Extended by addons with ``super()``.
        """
        return []

    @api.model
    def _response_waves(self):
        """Pairs (model, SELECT of ``wave_id``) of documents that know which wave they answer;
        the document is ``f.res_id``.
        """
        return [
            (model, sql.answered_wave(self.env[model]._table))
            for model, _field in self._response_documents()
        ]

    @api.model
    def _response_limits(self):
        """SQL conditions on a touch ``t`` for being a response of the person ``p`` (with
        ``p.campaign_id``); all must hold. Extended by addons with ``super()``.
        """
        return [
            sql.own_subject(model, self.env[model]._table, field)
            for model, field in self._response_documents()
        ]

    @api.model
    def _fill(self, campaigns):
        """Read the responses of the targets of *campaigns* from the touch ledger.

        The same queries whatever their number; a second reading changes nothing. What was voided
        or belongs to somebody else by now is taken back.

        :return: number of rows written or deleted
        """
        if not campaigns:
            return 0
        self.env.flush_all()
        self.env.cr.execute(sql.forget())
        self.env.cr.execute(
            sql.gather(
                campaigns.ids,
                self._response_kinds(),
                self._response_waves(),
                self._response_limits(),
            )
        )
        for statement in sql.index():
            self.env.cr.execute(statement)
        written = 0
        for statement in (sql.insert(), sql.withdraw(campaigns.ids)):
            self.env.cr.execute(statement)
            written += self.env.cr.rowcount
        self.invalidate_model()
        campaigns._keep_counts()
        return written

    @api.model
    def _cron_fill(self):
        """Campaigns in hand, and those whose window closed some days ago."""
        since = fields.Date.subtract(fields.Date.today(), days=LATE_DAYS)
        self._fill(
            self.env["utm.campaign"].search(
                [
                    ("phase", "in", ("running", "finished")),
                    "|",
                    ("window_end", "=", False),
                    ("window_end", ">=", since),
                ]
            )
        )

    # -- persons -------------------------------------------------------------------------------

    @api.model
    def _before_person_merge(self, sources, target):
        """Of two targets who become one the first stays: the responses of the other are his."""
        for statement in persons.merge_responses("partner_id", [*sources, target]):
            self.env.cr.execute(statement)
        self.invalidate_model(["target_id"])

    def action_open_document(self):
        """Open what the response was read from, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        touch = self.env["crm.touchpoint"].search(
            [
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("event", "=", self.event),
            ],
            limit=1,
        )
        return touch.action_open_source() if touch else self.get_formview_action()

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac
from odoo.tools.urls import urljoin

#: Days a personal link works when the form has no end.
PERSONAL_DAYS = 90
#: How far the fields are asked for.
ASKED = [("no", "Not asked"), ("optional", "May be left empty"), ("required", "Required")]


class CrmCampaignForm(models.Model):
    """A page where people answer a campaign: register, ask, say what they want (ROI-1).

    Everybody who has its address may answer; waves put a personal link into their mails and
    letters by which the recipient is known. The addresses are signed from the record and a random
    part, so that nobody can guess one; a new random part makes all earlier ones void.
    """

    _name = "crm.campaign.form"
    _description = "Web form of a campaign"
    _order = "campaign_id, id"

    name = fields.Char("Title", required=True, translate=True)
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    nonce = fields.Char(
        default=lambda self: secrets.token_urlsafe(32),
        required=True,
        copy=False,
        groups="base.group_system",
    )
    intro = fields.Html(translate=True)
    thanks = fields.Html(translate=True)
    button = fields.Char(
        translate=True,
        help="Words of the link that stands for [[form]] in mails. Empty: the title.",
    )
    ask_company = fields.Selection(ASKED, "Company name", required=True, default="optional")
    ask_phone = fields.Selection(ASKED, "Phone", required=True, default="optional")
    ask_message = fields.Selection(ASKED, "Message", required=True, default="optional")
    consent = fields.Char(
        translate=True,
        help='A box the visitor may tick, e.g. "Write to me about your offers". Who is known by '
        "his personal link gives permission for e-mails by it. Empty: not asked.",
    )
    date_end = fields.Date(
        "Open until", help="Last day. Empty: as long as the campaign is not settled."
    )
    choice_ids = fields.One2many("crm.campaign.form.choice", "form_id", "Choices", copy=True)
    make_lead = fields.Boolean(
        "Make leads",
        default=True,
        help="Each answer becomes a lead of the campaign, unless its choice says otherwise. Who "
        "has an open lead of the campaign gets no second one.",
    )
    team_id = fields.Many2one("crm.team", "Sales team", index="btree_not_null")
    user_id = fields.Many2one("res.users", "Salesperson", index="btree_not_null")

    answer_ids = fields.One2many("crm.campaign.form.answer", "form_id", "Answers")
    answer_count = fields.Integer("Answer count", compute="_compute_answer_count")
    url = fields.Char("Address", compute="_compute_url")

    @api.depends("answer_ids")
    def _compute_answer_count(self):
        counts = dict(
            self.env["crm.campaign.form.answer"]._read_group(
                [("form_id", "in", self.ids)], ["form_id"], ["__count"]
            )
        )
        for form in self:
            form.answer_count = counts.get(form._origin, 0)

    def _compute_url(self):
        for form in self:
            form.url = form.id and urljoin(form.get_base_url(), form._path())

    # -- addresses -----------------------------------------------------------------------------

    def _path(self):
        return f"/campaign/form/{self.id}/{self._token()}"

    def _token(self):
        self.ensure_one()
        # sudo: the secret is used, not shown
        form = self.sudo()
        return hmac(form.env, "crm_campaign_roi/form", (form.id, form.nonce))

    @api.model
    def _by_token(self, form_id, token):
        """The form if *token* is its own, compared in constant time; else an empty one."""
        # sudo: visitors have no right to forms; the token is the right, checked here
        found = self.sudo().browse(form_id).exists()
        given = str(token or "")
        # texts that are not ASCII cannot be compared in constant time, and no token is one
        if found and given.isascii() and consteq(found._token(), given):
            return found
        return found.browse()

    def _personal(self, delivery_id, until):
        """The end of a personal address: whose it is and its last day, signed.

        :param until: last day on which it works
        """
        secret = (self.id, self.sudo().nonce, delivery_id, until.toordinal())  # sudo: as above
        signature = hmac(self.env(su=True), "crm_campaign_roi/form/person", secret)
        return f"{delivery_id}-{until.toordinal()}-{signature}"

    def _by_personal(self, text):
        """The delivery that a personal address names; none when it is wrong or too old."""
        none = self.env["crm.campaign.delivery"].sudo()  # sudo: as :meth:`_by_token`
        text = str(text or "")
        parts = text.split("-") if text.isascii() else ()
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 12 for part in parts[:2]):
            return none
        day = int(parts[1])
        if not fields.Date.today().toordinal() <= day <= fields.Date.today().max.toordinal():
            return none
        if not consteq(self._personal(int(parts[0]), fields.Date.today().fromordinal(day)), text):
            return none
        return none.browse(int(parts[0])).exists()

    def _personal_urls(self, deliveries):
        """``{delivery id: personal address}``."""
        self.ensure_one()
        until = self.date_end or fields.Date.today() + timedelta(days=PERSONAL_DAYS)
        base = urljoin(self.get_base_url(), self._path())
        return {row_id: f"{base}/{self._personal(row_id, until)}" for row_id in deliveries.ids}

    def _is_open(self):
        """Whether answers are taken today."""
        self.ensure_one()
        ended = self.date_end and self.date_end < fields.Date.context_today(self)
        return self.active and not ended and self.campaign_id.phase not in ("settled", "cancelled")

    def _lang(self):
        """Language of the page where its visitor says none."""
        return self.company_id.partner_id.lang or self.env.lang

    # -- buttons -------------------------------------------------------------------------------

    def action_open_page(self):
        """Show the page as visitors see it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self._path(), "target": "new"}

    def action_open_answers(self):
        """Open what people answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_form_answer"
        )
        return {**action, "domain": [("form_id", "=", self.id)], "context": {}}

    def action_renew(self):
        """Make every address given out so far void.

        :raises AccessError: for who may not change the form
        """
        self.check_access("write")
        for form in self.sudo():  # sudo: the random part is readable by nobody
            form.nonce = secrets.token_urlsafe(32)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if self.answer_ids:
            raise UserError(self.env._("Somebody has answered. Archive the form instead."))

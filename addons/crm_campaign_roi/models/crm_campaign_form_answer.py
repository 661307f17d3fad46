from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, hmac, plaintext2html

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools import phone
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import web_form

#: Answers that one address of the network may send to one form within an hour.
MOST_BY_NETWORK = 30
#: Answers that may be sent by one personal link within an hour.
MOST_BY_LINK = 10
#: Hours for which it is known from which network an answer came, as a keyed hash.
NETWORK_HOURS = 24


class CrmCampaignFormAnswer(models.Model):
    """What somebody answered on the web form of a campaign (ROI-1).

    It is a touch of the ledger, from where it becomes a response. A second answer by the same
    personal link takes the place of the first.
    """

    _name = "crm.campaign.form.answer"
    _description = "Answer on a web form"
    _order = "date desc, id desc"
    _rec_name = "name"
    _person_data = PersonData(
        erase="blank",
        blank=("name", "email_normalized", "phone", "company_name", "message"),
        email="email_normalized",
        number="phone",
    )

    form_id = fields.Many2one(
        "crm.campaign.form", required=True, ondelete="cascade", index=True, readonly=True
    )
    campaign_id = fields.Many2one(related="form_id.campaign_id", store=True, index=True)
    company_id = fields.Many2one(related="form_id.company_id", store=True, index=True)
    delivery_id = BareMany2one("crm.campaign.delivery", "By the link of", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", readonly=True, ondelete="set null",
        help="Known by his personal link.",
    )  # fmt: skip
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    choice_id = fields.Many2one(
        "crm.campaign.form.choice", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    name = fields.Char(readonly=True)
    email_normalized = fields.Char("E-mail", readonly=True, index="btree_not_null")
    phone = fields.Char(readonly=True, help="As typed, or in international form.")
    company_name = fields.Char("Company name", readonly=True)
    message = fields.Text(readonly=True)
    consented = fields.Boolean(readonly=True)
    consent = fields.Char("Consent to", readonly=True, help="The words that were ticked.")
    network = fields.Char(readonly=True, groups="base.group_system")
    times = fields.Integer(
        "Sent within the hour", readonly=True, default=1, groups="base.group_system"
    )
    times_since = fields.Datetime(
        "Counted since", readonly=True, default=fields.Datetime.now, groups="base.group_system"
    )

    _insight_fill_idx = models.Index("(write_date, id)")
    _delivery_uniq = models.UniqueIndex("(form_id, delivery_id) WHERE delivery_id IS NOT NULL")
    _network_idx = models.Index("(form_id, network, date) WHERE network IS NOT NULL")

    # -- taking answers ------------------------------------------------------------------------

    @api.model
    def _too_many(self, form, address):
        """``(hash, whether too much came from there)`` of an address of the network."""
        key = hmac(self.env, "crm_campaign_roi/form/network", (form.id, str(address)))
        since = fields.Datetime.now() - timedelta(hours=1)
        domain = [("form_id", "=", form.id), ("network", "=", key), ("date", ">", since)]
        return key, self.search_count(domain, limit=MOST_BY_NETWORK) >= MOST_BY_NETWORK

    @api.model
    def _too_many_by_link(self, form, delivery):
        """Whether enough was sent by the personal link within an hour, whoever has it."""
        answer = self._answered(form, delivery)
        return answer._in_the_hour() and answer.times >= MOST_BY_LINK

    def _in_the_hour(self):
        """Whether sending is still counted with what was sent before."""
        hour = timedelta(hours=1)
        return bool(self.times_since) and self.times_since > fields.Datetime.now() - hour

    @api.model
    def _problems(self, form, typed, delivery):
        """``{field: what is wrong with it}`` of cleaned values; empty when they can be taken."""
        required = [] if delivery else ["name", "email"]
        asked = ("company", "phone", "message")
        required += [name for name in asked if form[f"ask_{name}"] == "required"]
        needed = self.env._("Please fill this in.")
        problems = dict.fromkeys(web_form.missing(typed, required), needed)
        if typed["email"] and not email_normalize(typed["email"]):
            problems["email"] = self.env._("This is no e-mail address.")
        if form.choice_ids and not typed.get("choice"):
            problems["choice"] = self.env._("Please choose one.")
        return problems

    @api.model
    def _take(self, form, typed, delivery, network=False):
        """Keep an answer and make of it what the form says.

        :param typed: cleaned values with ``choice`` (a record or nothing) and ``consent``
        :param delivery: whose personal link it is; nothing for everybody else
        """
        values = self._values(form, typed, delivery)
        answer = self._answered(form, delivery)
        if not answer:
            answer = self.create({**values, "network": network})
        elif not answer._again(values):
            return answer
        answer._make_lead()
        answer._record_consent(answer.partner_id)
        return answer

    def _again(self, values):
        """Keep what was sent once more; say whether it is anything new."""
        now = fields.Datetime.now()
        if self._in_the_hour():
            count = {"times": self.times + 1}
        else:
            count = {"times": 1, "times_since": now}
        before = self._convert_to_write({name: self[name] for name in values})
        is_new = any((before[name] or False) != (value or False) for name, value in values.items())
        self.write({**values, **count, "date": now} if is_new else count)
        return is_new

    @api.model
    def _answered(self, form, delivery):
        """What was answered by the personal link before; two at once wait for each other."""
        if not delivery:
            return self.browse()
        delivery.lock_for_update()
        return self.search([("form_id", "=", form.id), ("delivery_id", "=", delivery.id)])

    @api.model
    def _values(self, form, typed, delivery):
        partner = delivery.partner_id.exists()
        lead = delivery.lead_id.exists()
        region = (form.company_id or self.env.company).country_id.code
        number = phone.parse(typed["phone"], region) if typed["phone"] else None
        return {
            "form_id": form.id,
            "delivery_id": delivery.id,
            "partner_id": partner.id,
            "choice_id": typed["choice"].id if typed.get("choice") else False,
            "name": typed["name"] or partner.name or lead.contact_name,
            "email_normalized": email_normalize(typed["email"])
            or (partner or lead).email_normalized,
            "phone": (number and number.e164) or typed["phone"],
            "company_name": typed["company"],
            "message": typed["message"],
            "consented": bool(form.consent and typed.get("consent")),
            "consent": form.consent if typed.get("consent") else False,
        }

    # -- what is made of it --------------------------------------------------------------------

    def _wants_lead(self):
        return self.choice_id.make_lead if self.choice_id else self.form_id.make_lead

    def _make_lead(self):
        """A lead of the campaign; who has an open one gets the answer into it."""
        self.ensure_one()
        lead = self.lead_id or self._open_lead()
        if lead:
            lead.message_post(body=self._words(), subtype_xmlid="mail.mt_note")
        elif self._wants_lead():
            how = {"campaign_link_how": "answer", "campaign_link_reason": self.form_id.name}
            lead = self.env["crm.lead"].with_context(**how).create(self._lead_values())
        self.lead_id = lead

    def _open_lead(self):
        """The lead whom the delivery is for, or an open one of the contact in this campaign."""
        delivery = self.delivery_id.exists()
        if lead := delivery.lead_id.exists():
            return lead
        if not self.partner_id:
            return self.env["crm.lead"]
        domain = [("campaign_id", "=", self.campaign_id.id), ("won_status", "=", "pending")]
        return self.env["crm.lead"].search(
            [*domain, ("partner_id", "=", self.partner_id.id)], limit=1
        )

    def _lead_values(self):
        form = self.form_id
        return {
            "name": f"{form.name}: {self.name or self.email_normalized}",
            "type": "lead" if form.team_id.use_leads else "opportunity",
            "partner_id": self.partner_id.id,
            "contact_name": self.name,
            "partner_name": self.company_name,
            "email_from": self.email_normalized,
            "phone": self.phone,
            "description": self._words(),
            "campaign_id": self.campaign_id.id,
            "medium_id": self.env.ref("utm.utm_medium_website").id,
            "team_id": form.team_id.id,
            "user_id": form.user_id.id or self.partner_id.user_id.id,
            "company_id": form.company_id.id,
        }

    def _words(self):
        words = [self.choice_id.name, self.message]
        return plaintext2html("\n".join(word for word in words if word) or self.form_id.name)

    def _record_consent(self, partner):
        """Whoever is known by his personal link has given permission for mails, in these words."""
        email = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        if self.consented and partner:
            self.env["crm.contact.permission"].create(
                {
                    "partner_id": partner.id,
                    "channel_id": email.id,
                    "state": "granted",
                    "origin": "form",
                    "origin_note": f"{self.form_id.name}: {self.consent}",
                    "date": self.date,
                }
            )

    def _hand_over_consent(self):
        """What leads ticked the contacts have that were made of them, once each.

        A contact with another address than the one that was typed may be somebody else.
        """
        permissions = self.env["crm.contact.permission"].with_context(active_test=False)
        for answer in self:
            partner = answer.lead_id.partner_id
            known = Domain("partner_id", "=", partner.id) & Domain("date", "=", answer.date)
            if partner.email_normalized == answer.email_normalized and not permissions.search_count(
                known & Domain("origin", "=", "form"), limit=1
            ):
                answer._record_consent(partner)

    @api.autovacuum
    def _gc_networks(self):
        old = fields.Datetime.now() - timedelta(hours=NETWORK_HOURS)
        self.search([("network", "!=", False), ("date", "<", old)], limit=10000).network = False

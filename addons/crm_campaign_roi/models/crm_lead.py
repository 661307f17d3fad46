from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import mail_header_msgid_re

from ..report import campaign_persons as persons

#: Who knows the competitors.
SALES = "sales_team.group_sale_salesman,crm_campaign_roi.group_campaign_user"


class CrmLead(models.Model):
    """Leads: searched by audience (ROI-1), campaign logged (ROI-2), competitors known (ROI-6)."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.campaign.code.mixin", "crm.campaign.person.mixin"]
    _campaign_column = "lead_id"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A lead from a mail is an answer only if the mail answers one that a mailing sent.

        Odoo then gives it the campaign of that mailing. Whoever writes to the sender's address by
        himself gets the campaign that the address is set to, if any, and the log says so.
        """
        reason = self.env._("Came to an address that is set to the campaign")
        if answered := self._answered_mailing(msg_dict):
            reason = msg_dict.get("subject")
            campaign = {"campaign_id": answered.campaign_id.id}
            custom_values = {**(custom_values or {}), **campaign}
        how = {
            "campaign_link_how": "answer" if answered else "hand",
            "campaign_link_reason": reason,
        }
        lead = super(CrmLead, self.with_context(**how)).message_new(msg_dict, custom_values)
        return lead.with_env(self.env)

    @api.model
    def _answered_mailing(self, msg_dict):
        """The mailing of a campaign whose mail is answered, by the ids that the answer names."""
        named = f"{msg_dict.get('references') or ''} {msg_dict.get('in_reply_to') or ''}"
        ids = mail_header_msgid_re.findall(named)
        if not ids:
            return self.env["mailing.mailing"]
        # sudo: mails come in for whoever the gateway works for
        traces = self.env["mailing.trace"].sudo()
        answered = traces.search(
            [
                ("message_id", "in", ids),
                ("is_test_trace", "=", False),
                ("mass_mailing_id.campaign_id", "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        return answered.mass_mailing_id

    def unlink(self):
        """Rows of campaigns stay as figures without the lead: there is no foreign key."""
        ids = self.ids
        result = super().unlink()
        if self._in_campaigns(ids):
            self._execute_on_campaigns(persons.forget_leads(ids))
        return result

    def _in_campaigns(self, ids):
        """Whether any of the leads *ids* is in a table of campaigns, asked at once."""
        if not ids:
            return False
        for name in ("crm.campaign.delivery", "crm.campaign.target", "mailing.trace"):
            self.env[name].flush_model()
        [[found]] = self.env.execute_query(persons.name_leads(ids))
        return found

    def _merge_dependences(self, opportunities):
        """Targets, deliveries and responses of merged leads are those of the lead that stays."""
        result = super()._merge_dependences(opportunities)
        sources, everybody = (opportunities - self).ids, (opportunities | self).ids
        if not self._in_campaigns(everybody):
            return result
        # sudo: what was sent to a lead is a fact, whoever merges
        deliveries = self.env["crm.campaign.delivery"].sudo()
        deliveries.search([("lead_id", "in", everybody)])._take_traces()
        self._execute_on_campaigns(
            (
                persons.merge_traces("lead_id", sources, self.id),
                *deliveries._merge_statements("lead_id", everybody),
                *persons.merge_handovers("lead_id", everybody),
                *persons.merge_responses("lead_id", everybody),
                *persons.merge_targets("lead_id", everybody),
                persons.drop_targets("lead_id", everybody),
                *persons.move_leads(sources, self.id),
            )
        )
        return result

    def _execute_on_campaigns(self, statements):
        self.env["res.partner"]._execute_on_campaigns(statements)

    def _letter_address(self):
        """The address on a letter, in one line."""
        parts = (
            self.partner_name,
            self.contact_name,
            self.street,
            self.street2,
            " ".join(part for part in (self.zip, self.city) if part),
            self.country_id.name,
        )
        return ", ".join(part for part in parts if part)

    # -- competitors ---------------------------------------------------------------------------

    competitor_ids = fields.Many2many(
        "crm.competitor",
        "crm_lead_competitor_rel",
        "lead_id",
        "competitor_id",
        "Competitors",
        groups=SALES,
    )
    lost_to_id = fields.Many2one(
        "crm.competitor",
        "Lost to",
        index="btree_not_null",
        tracking=True,
        copy=False,
        groups=SALES,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever got the deal was in the race."""
        leads = super().create(vals_list)
        leads.browse(
            lead.id for lead, vals in zip(leads, vals_list, strict=True) if vals.get("lost_to_id")
        )._note_winner()
        return leads

    def write(self, vals):
        """Whoever got the deal was in the race; a contact has what its lead ticked."""
        result = super().write(vals)
        if vals.get("partner_id"):
            self._take_over_consent()
        if vals.get("lost_to_id"):
            self._note_winner()
        return result

    def _take_over_consent(self):
        """What leads allowed on web forms, opened by their personal links, their contacts have."""
        # sudo: what was ticked is a fact, whoever makes a contact of the lead
        answers = self.env["crm.campaign.form.answer"].sudo()
        known_by_link = Domain("partner_id", "=", False) & Domain("delivery_id", "!=", False)
        leads = Domain("lead_id", "in", self.ids) & Domain("consented", "=", True)
        answers.search(leads & known_by_link)._hand_over_consent()

    def _note_winner(self):
        for lead in self.filtered(lambda lead: lead.lost_to_id not in lead.competitor_ids):
            lead.competitor_ids |= lead.lost_to_id

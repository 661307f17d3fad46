from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.crm_campaign_roi.models.crm_campaign_wave_mail_mixin import BUTTON

#: Placeholders of an invitation.
LINK, ABOUT = "registration", "event"


class CrmCampaignWave(models.Model):
    """Waves that invite to an event or webinar (ROI-1)."""

    _inherit = "crm.campaign.wave"

    method = fields.Selection(
        selection_add=[("event", "Event invitation")], ondelete={"event": "set default"}
    )
    event_id = fields.Many2one(
        "event.event",
        index="btree_not_null",
        ondelete="restrict",
        copy=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=?', company_id)]",
        help="The mail invites to it: [[event]] stands for name, date and place, [[registration]] "
        "for the button with the recipient's own link.",
    )
    event_button = fields.Char(
        "Button", default=lambda self: self.env._("Yes, I will come"), translate=True
    )

    @api.model
    def _mail_methods(self):
        return super()._mail_methods() | {"event"}

    @api.model
    def _fixed_fields(self):
        """Links that are on their way lead to the event of then."""
        return super()._fixed_fields() | {"event_id"}

    def _missing(self):
        missing = super()._missing()
        if self.method != "event":
            return missing
        if not self.event_id:
            missing.append(self.env._("It names no event."))
        elif self.event_id.date_end <= fields.Datetime.now():
            missing.append(self.env._("Its event is over."))
        if not all(f"[[{LINK}]]" in str(text or "") for text in self._texts_with_places()):
            missing.append(
                self.env._("Its text has no link to register: write [[%s]] into it.", LINK)
            )
        return missing

    def _own_places(self):
        return super()._own_places() | ({LINK, ABOUT} if self.method == "event" else set())

    def _places(self, model, res_ids, **context):
        """The link of each recipient, and what is to be known of the event in his language."""
        texts = super()._places(model, res_ids, **context)
        if self.method != "event":
            return texts
        rows = self._rows_of(model, res_ids)
        langs = self._langs_of(model, res_ids)
        parts = {lang: self._event_parts(lang) for lang in set(langs.values())}
        for res_id, found in texts.items():
            label, about = parts[langs[res_id]]
            found[ABOUT] = about
            if self.env.context.get("campaign_preview"):
                found[LINK] = BUTTON.format(url=self.event_id.event_share_url, label=label)
            if res_id in rows:
                url = rows[res_id]._event_url(rows[res_id].id, self.event_id)
                found[LINK] = BUTTON.format(url=url, label=label)
        return texts

    def _event_parts(self, lang):
        """(text of the button, name, date and place of the event) in a language."""
        wave = self.with_context(lang=lang or self.env.lang)
        event = wave.event_id
        when = event._campaign_when(lang)
        where = event.address_inline
        lines = [Markup("<strong>%s</strong>") % event.name, f"{when} ({event.date_tz})", where]
        return wave.event_button or self.env._("Register"), Markup("<br/>").join(
            line for line in lines if line
        )

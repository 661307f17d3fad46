from odoo import api, fields, models
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one

from ..controllers.invitation import SESSION


class EventRegistration(models.Model):
    """Registrations know the invitation that they answer (ROI-1)."""

    _inherit = "event.registration"

    campaign_delivery_id = BareMany2one(
        "crm.campaign.delivery", "Invitation", readonly=True, copy=False
    )

    # An invitation has one registration that stands.
    _campaign_delivery_uniq = models.UniqueIndex(
        "(campaign_delivery_id) WHERE campaign_delivery_id IS NOT NULL AND state <> 'cancel'"
    )
    # The ledger reads what changed since its last fill.
    _insight_fill_idx = models.Index("(write_date, id)")

    @api.model_create_multi
    def create(self, vals_list):
        """Who came by a personal link is recognized when he registers on the event's own page."""
        registrations = super().create(self._campaign_recognized(vals_list))
        registrations._campaign_note_attendance()
        return registrations

    def write(self, vals):
        """From the first one who is present on, others may be absent."""
        result = super().write(vals)
        if vals.get("state") == "done":
            self._campaign_note_attendance()
        return result

    def _campaign_note_attendance(self):
        present = self.filtered(lambda registration: registration.state == "done")
        # sudo: whoever notes attendance need not be allowed to read and change events
        events = present.event_id.sudo().filtered(lambda event: not event.attendance_known_on)
        if events:
            events.attendance_known_on = fields.Datetime.now()

    @api.model
    def _campaign_recognized(self, vals_list):
        row = self._campaign_invitation()
        if not row:
            return vals_list
        event = row.wave_id.event_id
        fitting = [vals for vals in vals_list if vals.get("event_id") == event.id]
        if not fitting or row._event_registration():
            return vals_list
        own = email_normalize(row._event_person()["email"])
        his = [vals for vals in fitting if own and email_normalize(vals.get("email")) == own]
        first = (his or fitting)[0]
        marks = {**row._event_marks(), **{name: value for name, value in first.items() if value}}
        return [marks if vals is first else vals for vals in vals_list]

    @api.model
    def _campaign_invitation(self):
        """The row of the invitation with which this visit began, checked again."""
        kept = request and request.session.get(SESSION)
        rows = self.env["crm.campaign.delivery"]
        if not kept:
            return rows
        row, expired = rows._by_event_token(*kept)
        return rows if expired else row

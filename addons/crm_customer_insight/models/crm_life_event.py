from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import life_event as tool
from ..tools.person_data import PersonData
from .day_format import format_day

CALL = "mail.mail_activity_data_call"
MEETING = "mail.mail_activity_data_meeting"
TASK = "mail.mail_activity_data_todo"
#: Which activity says on a channel that nothing sends.
TASKS = {"phone": CALL, "visit": MEETING}


class CrmLifeEvent(models.Model):
    """A turn in the life of a contact: moving, a new plant, a child, retirement (C360-2).

    It raises one proposal, the offer that fits, while that fits; the offer is made through the
    channel that the contact prefers and permits.
    """

    _name = "crm.life.event"
    _description = "Life event"
    _order = "date desc, id desc"
    _rec_name = "kind_id"
    _person_data = PersonData(
        merge="keep_best", key=("kind_id", "date"), order="state <> 'open' DESC, id"
    )

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    kind_id = fields.Many2one(
        "crm.life.event.kind", "Event", required=True, ondelete="restrict", index=True
    )
    date = fields.Date(
        "Day", required=True, default=fields.Date.context_today, help="It may be still to come."
    )
    offer_from = fields.Date(
        "Offer from",
        compute="_compute_window",
        store=True,
        precompute=True,
        help="First day of the offer.",
    )
    offer_until = fields.Date(
        "Offer until",
        compute="_compute_window",
        store=True,
        precompute=True,
        help="Last day of the offer.",
    )
    offer = fields.Char(related="kind_id.offer")
    source = fields.Selection(
        [("told", "Told us"), ("document", "Document"), ("visit", "Visit"), ("import", "Import")],
        required=True,
        default="told",
    )
    note = fields.Char(help="What else was said.")
    user_id = fields.Many2one(
        "res.users", "Recorded by", default=lambda self: self.env.user, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
    )
    channel_id = fields.Many2one(
        "crm.contact.channel", "Offered by", readonly=True, copy=False, index="btree_not_null"
    )
    offered_on = fields.Date("Offered on", readonly=True, copy=False)
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", readonly=True, copy=False, index="btree_not_null"
    )

    _once_uniq = models.UniqueIndex(
        "(partner_id, kind_id, date)", "This event is known of the contact for that day already."
    )
    _open_idx = models.Index("(offer_from, offer_until) WHERE state = 'open'")

    @api.depends("date", "kind_id.days_before", "kind_id.days_after")
    def _compute_window(self):
        for event in self:
            kind = event.kind_id
            first, last = (
                tool.window(event.date, kind.days_before, kind.days_after)
                if event.date
                else (False, False)
            )
            event.offer_from, event.offer_until = first, last

    @api.constrains("kind_id", "partner_id")
    def _check_applies(self):
        for event in self:
            wanted = event.kind_id.applies_to
            if wanted != "all" and (wanted == "company") != event.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "“%(event)s” does not apply to %(partner)s.",
                        event=event.kind_id.name,
                        partner=event.partner_id.name,
                    )
                )

    # -- the offer -----------------------------------------------------------------------------

    def action_offer(self):
        """Write the offer, or plan the call, visit or letter, through the permitted channel.

        :raise UserError: when he may not be contacted through any channel now, saying why
        """
        self.ensure_one()
        self.check_access("write")
        channel = self._channel()
        if channel.code == "email":
            return self._composer()
        return self._plan_offer(channel)

    def _channel(self):
        [decided] = self.partner_id.get_contact_decisions(marketing=self.kind_id.is_marketing)
        chosen = tool.choose(decided["channels"])
        if chosen:
            return self.env["crm.contact.channel"].browse(chosen["channel_id"])
        reasons = "\n".join(
            f"{channel['name']}: {' '.join(reason['text'] for reason in channel['reasons'])}"
            for channel in decided["channels"]
        )
        raise UserError(
            self.env._(
                "%(name)s may not be contacted through any channel now.\n%(reasons)s",
                name=self.partner_id.name,
                reasons=reasons,
            )
        )

    def _texts(self):
        """``(subject, body)`` in the contact's language."""
        partner = self.partner_id
        event = self.with_context(lang=partner.lang or self.env.lang)
        values = {
            "name": partner.name,
            "company": partner.commercial_partner_id.name,
            "offer": event.kind_id.offer,
            "event": event.kind_id.name,
            "day": format_day(event.env, event.date),
            "salesperson": self.env.user.name,
            "our_company": self.env.company.name,
        }
        return event.kind_id._filled(values)

    def _composer(self):
        subject, body = self._texts()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make the offer"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": self.partner_id.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": subject,
                "default_body": body,
                "crm_life_event_id": self.id,
            },
        }

    def _plan_offer(self, channel):
        subject, body = self._texts()
        self.partner_id.activity_schedule(
            TASKS.get(channel.code, TASK),
            date_deadline=fields.Date.context_today(self),
            user_id=self.env.uid,
            summary=f"{channel.name}: {subject}",
            note=body,
        )
        self._mark_offered(channel)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(channel)s is planned for today, with the text.", channel=channel.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _mark_offered(self, channel):
        for event in self.filtered(lambda event: event.state == "open"):
            event.write(
                {
                    "state": "offered",
                    "channel_id": channel.id,
                    "offered_on": fields.Date.context_today(self),
                }
            )

    # -- what came of it -----------------------------------------------------------------------

    def action_accept(self):
        """He is interested: an opportunity is made, and opened."""
        self.ensure_one()
        if not self.lead_id:
            self.write({"state": "accepted", "lead_id": self._new_lead().id})
        return self.action_open_lead()

    def _new_lead(self):
        kind = self.kind_id
        return self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": f"{kind.offer} ({kind.name})",
                "partner_id": self.partner_id.id,
                "user_id": self.env.uid,
                "expected_revenue": self._price(),
            }
        )

    def _price(self):
        """List price of the offered product, in the company's currency."""
        return self.kind_id.product_id.lst_price if self.kind_id.product_id else 0.0

    def action_open_lead(self):
        """Open the opportunity."""
        self.ensure_one()
        return self.lead_id._get_records_action()

    def action_decline(self):
        """He does not want it; the proposal does not come again for this event."""
        self.write({"state": "declined"})

    def action_reopen(self):
        """The offer is proposed again."""
        self.write({"state": "open"})

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import visit_plan
from ..tools.person_data import PersonData

MEETING_HOUR = 9
TO_DO = "mail.mail_activity_data_todo"


class CrmVisit(models.Model):
    """A visit at a customer, planned by a round or by hand, that ends with updated facts (C360-4).

    When the visit is recorded, each fact of the round's checklist and each one whose confirmation
    is due must be confirmed, changed, or said not to have been asked, with a reason.
    """

    _name = "crm.visit"
    _description = "Visit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date, sequence, area, id"
    _rec_name = "partner_id"
    _person_data = PersonData(
        merge="keep_best",
        key=("round_id", "period_start"),
        where="round_id IS NOT NULL",
        order="state = 'done' DESC, id",
        erase="blank",
        blank=("purpose", "findings", "followup_summary"),
    )

    active = fields.Boolean(default=True)
    round_id = fields.Many2one("crm.visit.round", ondelete="cascade", index="btree_not_null")
    kind = fields.Selection(
        [("visit", "Visit"), ("inspection", "Inspection")], required=True, default="visit"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('parent_id', '=', False)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Spoken to",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Visited by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    date = fields.Date(
        "Planned for", required=True, default=fields.Date.context_today, tracking=True, index=True
    )
    period_start = fields.Date("Period from", readonly=True)
    date_due = fields.Date("At the latest", help="Last day of the period of the round.")
    date_done = fields.Date("Visited on", readonly=True)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("missed", "Missed")],
        required=True,
        default="planned",
        tracking=True,
        readonly=True,
    )
    area = fields.Char(
        compute="_compute_area",
        store=True,
        help="Country, postal code and city; visits with the same beginning are near.",
    )
    sequence = fields.Integer("Stop", help="Place in the order to drive; 0: not ordered yet.")
    purpose = fields.Char()
    findings = fields.Text(help="What was seen and agreed.")
    fact_ids = fields.One2many("crm.visit.fact", "visit_id", "Facts")
    open_fact_count = fields.Integer("Facts to answer", compute="_compute_open_fact_count")
    followup_date = fields.Date("Follow up on")
    followup_summary = fields.Char("Follow up")
    event_id = fields.Many2one("calendar.event", "Meeting", readonly=True, index="btree_not_null")
    tier = fields.Selection(related="partner_id.insight_tier")
    phone = fields.Char(related="partner_id.phone")
    address = fields.Char("Address", related="partner_id.contact_address_inline")

    _round_partner_period_uniq = models.UniqueIndex(
        "(round_id, partner_id, period_start) WHERE round_id IS NOT NULL",
        "This customer has a visit of the round in the period.",
    )
    _user_planned_idx = models.Index("(user_id, date) WHERE state = 'planned' AND active")

    @api.depends("partner_id.country_id.code", "partner_id.zip", "partner_id.city")
    def _compute_area(self):
        for visit in self:
            partner = visit.partner_id
            where = filter(None, (partner.zip, partner.city))
            place = " ".join(where)
            visit.area = place and " ".join(filter(None, (partner.country_id.code, place)))

    @api.depends("fact_ids.answer")
    def _compute_open_fact_count(self):
        for visit in self:
            visit.open_fact_count = len(visit.fact_ids.filtered(lambda fact: not fact.answer))

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for visit in self:
            name = visit.partner_id.display_name or self.env._("Visit")
            visit.display_name = f"{name}, {visit.date}" if visit.date else name

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for visit in self.filtered("contact_id"):
            if visit.contact_id.commercial_partner_id != visit.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s does not belong to %(customer)s.",
                        contact=visit.contact_id.name,
                        customer=visit.partner_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("partner_id"):
                partner = self.env["res.partner"].browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
                if partner != partner.commercial_partner_id:
                    vals.setdefault("contact_id", partner.id)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(visit.state == "done" for visit in self):
            raise UserError(self.env._("Visits that were made are history; archive them instead."))

    # -- recording -----------------------------------------------------------------------------

    def action_record(self):
        """Show the facts that the visit has to confirm."""
        self.check_access("write")
        for visit in self:
            visit._add_due_facts()
        return True

    def action_close(self):
        """Close the visits: facts are written, the ledger has the touch, the follow-up is planned.

        :raises UserError: a fact has no answer yet, or a change or "not asked" says too little
        """
        for visit in self.filtered(lambda visit: visit.state != "done"):
            visit._add_due_facts()
            visit.fact_ids._check_answered()
            visit.fact_ids._apply()
            visit._finish()
        self._note_touches()
        return True

    def action_reopen(self):
        """Take back that the visit was made; what facts were written stays."""
        self.check_access("write")
        done = self.filtered(lambda visit: visit.state == "done")
        done._note_touches(voided=True)
        done.write({"state": "planned", "date_done": False})

    def action_add_to_calendar(self):
        """Put the visit into the calendar of whoever makes it, at nine in his time zone."""
        for visit in self.filtered(lambda visit: not visit.event_id):
            visit.event_id = visit.env["calendar.event"].create(visit._prepare_event())
        return self[:1].event_id.get_formview_action()

    def action_open_customer(self):
        """Open the customer's 360 view."""
        self.ensure_one()
        return self.partner_id.action_open_customer_360()

    def _finish(self):
        self.write(
            {
                "state": "done",
                "date_done": fields.Date.context_today(self),
                "user_id": self.user_id.id or self.env.uid,
            }
        )
        if self.followup_date:
            self.partner_id.activity_schedule(
                TO_DO,
                date_deadline=self.followup_date,
                user_id=self.user_id.id,
                summary=self.followup_summary or self.env._("Follow up the visit"),
            )

    def _prepare_event(self):
        local = fields.Datetime.to_datetime(self.date).replace(hour=MEETING_HOUR)
        start = fields.Datetime.context_timestamp(self.with_context(tz=self.user_id.tz), local)
        begin = local - start.utcoffset()
        people = self.user_id.partner_id | (self.contact_id or self.partner_id)
        return {
            "name": self.env._("Visit at %(customer)s", customer=self.partner_id.name),
            "start": begin,
            "stop": fields.Datetime.add(begin, hours=1),
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.ids)],
            "location": self.address,
            "description": self.purpose,
        }

    def _add_due_facts(self):
        """A line for each fact to confirm that has none yet."""
        self.ensure_one()
        if self.state == "done":
            return
        asked = {(fact.partner_id, fact.attribute_id) for fact in self.fact_ids}
        lines = [
            {"visit_id": self.id, "partner_id": partner.id, "attribute_id": attribute.id}
            for partner, attribute in self._facts_to_ask()
            if (partner, attribute) not in asked
        ]
        self.env["crm.visit.fact"].create(lines)

    def _facts_to_ask(self):
        """``[(contact, attribute)]``: the checklist, then what must be confirmed by today."""
        people = self.partner_id | self.contact_id
        found = [
            (person, attribute)
            for attribute in self.round_id.attribute_ids
            for person in people
            if attribute._is_for(person)
        ]
        due = self.env["crm.profile.value"].search(
            [
                ("partner_id", "in", people.ids),
                ("confirm_due", "<=", fields.Date.context_today(self)),
            ]
        )
        found += [(value.partner_id, value.attribute_id) for value in due]
        return list(dict.fromkeys(found))

    # -- ledger --------------------------------------------------------------------------------

    def _note_touches(self, voided=False):
        """Put the visits that were made into the touch ledger."""
        self.env["crm.touchpoint"]._append(
            [
                {
                    "res_model": self._name,
                    "res_id": visit.id,
                    "event": "visited",
                    "kind": "visit",
                    "direction": "out",
                    "channel": "visit",
                    "date": fields.Datetime.to_datetime(visit.date_done).replace(hour=12),
                    "company_id": visit.company_id.id,
                    "partner_id": (visit.contact_id or visit.partner_id).id,
                    "user_id": visit.user_id.id,
                    "name": visit.purpose or visit.round_id.name or self.env._("Visit"),
                    "voided": voided,
                }
                for visit in self
                if visit.state == "done"
            ]
        )

    # -- jobs ----------------------------------------------------------------------------------

    @api.model
    def _note_missed(self):
        """Visits of rounds whose period is over are missed; how many."""
        today = fields.Date.context_today(self)
        late = self.search([("state", "=", "planned"), ("date_due", "<", today)])
        late.write({"state": "missed"})
        return len(late)

    # -- order of the day ----------------------------------------------------------------------

    def _route(self):
        """The visits in the order to drive: see :func:`..tools.visit_plan.route`."""
        stops = [
            visit_plan.Stop(
                visit.id,
                visit.date_due or visit.date,
                visit.partner_id.country_id.code or "",
                visit.partner_id.zip or "",
                visit.partner_id.city or "",
            )
            for visit in self
        ]
        return self.browse([stop.id for stop in visit_plan.route(stops)])

    def action_order_by_nearness(self):
        """Number the visits in the order to drive."""
        for place, visit in enumerate(self._route(), start=1):
            visit.sequence = place

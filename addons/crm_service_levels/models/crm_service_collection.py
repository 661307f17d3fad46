import base64

from psycopg2 import errors
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, mute_logger

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import collection

STATES = [
    ("booked", "Booked"),
    ("collected", "Collected"),
    ("received", "Received"),
    ("returned", "Returned"),
    ("cancelled", "Cancelled"),
]
#: The moment that a state notes.
MOMENTS = {
    "collected": "collected_at",
    "received": "received_at",
    "returned": "returned_at",
    "cancelled": "cancelled_at",
}


class CrmServiceCollection(models.Model):
    """Something is fetched from the customer, repaired and brought back (SVC-T).

    A slot has places; the place is unique per team and time, so that two customers who take the
    last one at once cannot both have it.
    """

    _name = "crm.service.collection"
    _description = "Repair collection"
    _inherit = ["crm.service.number.mixin"]
    _order = "slot_start desc, id desc"
    _rec_name = "number"
    _person_data = PersonData(
        erase="blank", blank=("contact_name", "phone", "address", "note"), number="phone"
    )

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("crm.service.team", required=True, index=True)
    asset_id = fields.Many2one(related="request_id.asset_id", string="Asset")
    product_id = fields.Many2one(related="request_id.product_id", string="Product")
    state = fields.Selection(STATES, required=True, default="booked", readonly=True, index=True)
    booked_by = fields.Selection(
        [("customer", "Customer"), ("staff", "Staff")],
        "Booked by",
        required=True,
        default="staff",
        readonly=True,
    )
    slot_start = fields.Datetime("From", required=True, index=True)
    slot_end = fields.Datetime("Until", required=True)
    place = fields.Integer("Place in the slot", readonly=True, copy=False)
    # Empty after the person was erased; forms ask for them.
    contact_name = fields.Char("Contact on site")
    phone = fields.Char()
    address = fields.Text("Collect from")
    packages = fields.Integer("Parcels", required=True, default=1)
    note = fields.Text("Remarks for the driver")
    collected_at = fields.Datetime("Collected on", readonly=True, copy=False)
    received_at = fields.Datetime("Received on", readonly=True, copy=False)
    returned_at = fields.Datetime("Returned on", readonly=True, copy=False)
    cancelled_at = fields.Datetime("Cancelled on", readonly=True, copy=False)

    _place_uniq = models.UniqueIndex(
        "(team_id, slot_start, place) WHERE state <> 'cancelled'",
        "This time was just taken. Choose another one.",
    )
    _request_uniq = models.UniqueIndex(
        "(request_id) WHERE state IN ('booked', 'collected')",
        "A collection is booked for this request already.",
    )
    _slot_order = models.Constraint(
        "CHECK(slot_end > slot_start)", "A collection ends after it begins."
    )
    _packages_positive = models.Constraint(
        "CHECK(packages BETWEEN 1 AND 99)", "Between 1 and 99 parcels are collected."
    )

    @api.model
    def default_get(self, fields):
        """Who and where: as the request has it."""
        values = super().default_get(fields)
        request = self.env["crm.service.request"].browse(values.get("request_id") or ())
        if request:
            known = request._collection_defaults()
            values.update({k: v for k, v in known.items() if k in fields and not values.get(k)})
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            request = self.env["crm.service.request"].browse(vals["request_id"])
            for name, value in request._collection_belongs().items():
                vals.setdefault(name, value)
        vals_list = self._give_numbers(vals_list)
        self._give_places(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    @api.model
    def _give_places(self, vals_list):
        """Staff may book beyond the capacity: the next place, whatever it is."""
        for vals in vals_list:
            if not vals.get("place"):
                team = self.env["crm.service.team"].browse(vals["team_id"])
                start = fields.Datetime.to_datetime(vals["slot_start"])
                vals["place"] = max(self._places(team, start), default=0) + 1

    def _check_transition(self, state):
        names = dict(self._fields["state"]._description_selection(self.env))
        for one in self:
            if one.state != state and (one.state, state) not in collection.TRANSITIONS:
                raise UserError(
                    self.env._(
                        "The collection %(number)s is “%(now)s” and cannot become “%(new)s”.",
                        number=one.number,
                        now=names[one.state],
                        new=names.get(state, state),
                    )
                )

    # Slots

    @api.model
    def _taken(self, team, since):
        """``{start: bookings}`` of the slots of *team* that have not passed."""
        domain = [("team_id", "=", team.id), ("slot_start", ">=", since)]
        domain.append(("state", "!=", "cancelled"))
        # sudo: how many places are taken says nothing about who took them
        rows = self.sudo().search_fetch(domain, ["slot_start"])
        taken = {}
        for row in rows:
            taken[row.slot_start] = taken.get(row.slot_start, 0) + 1
        return taken

    @api.model
    def _places(self, team, start):
        domain = [("team_id", "=", team.id), ("slot_start", "=", start)]
        # sudo: as _taken
        return set(self.sudo().search([*domain, ("state", "!=", "cancelled")]).mapped("place"))

    @api.model
    def _book(self, values, capacity):
        """Take a place in a slot, also when others book at this moment.

        A place that somebody else got first fails on the unique index, whatever this transaction
        can see of it; then the next one is tried.

        :raise UserError: when no place is left
        """
        team = self.env["crm.service.team"].browse(values["team_id"])
        for place in collection.free_places(capacity, self._places(team, values["slot_start"])):
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    booked = self.create({**values, "place": place})
                    booked.flush_recordset()
                    return booked
            except errors.UniqueViolation as error:
                if "place" not in (error.diag.constraint_name or ""):
                    told = self.env._("A collection is booked for this request already.")
                    raise UserError(told) from None
        raise UserError(self.env._("This time was just taken. Please choose another one."))

    # Actions

    def action_collected(self):
        """The driver has it."""
        self._to("collected")

    def action_received(self):
        """It is in the workshop."""
        self._to("received")

    def action_returned(self):
        """The customer has it back."""
        self._to("returned")

    def action_cancel(self):
        self._to("cancelled")

    def _to(self, state):
        self.check_access("write")
        moved = self.filtered(lambda one: one.state != state)
        now = fields.Datetime.now()
        moved.write({"state": state, MOMENTS[state]: now})
        if state in ("collected", "returned"):
            moved._append_touches(state, now)
        for one in moved:
            one.request_id._portal_say(one._news())

    def _append_touches(self, event, when):
        """Our driver was at the customer's: a visit in the ledger (C360-1)."""
        name = {
            "collected": self.env._("Collected for repair"),
            "returned": self.env._("Brought back from repair"),
        }[event]
        self.env["crm.touchpoint"]._append(
            [
                {
                    "res_model": self._name,
                    "res_id": one.id,
                    "event": event,
                    "kind": "visit",
                    "direction": "out",
                    "date": when,
                    "channel": "visit",
                    "partner_id": one.partner_id.id,
                    "company_id": one.company_id.id,
                    "user_id": self.env.uid,
                    "name": f"{name}: {one.number}",
                }
                for one in self
                if one.partner_id
            ]
        )

    def _news(self):
        """What the customer is told about the state, in his language."""
        here = self.with_context(lang=self.request_id._portal_lang())
        told = {"number": self.number, "when": here._slot_text()}
        return {
            "booked": here.env._("Collection %(number)s is booked: %(when)s.", **told),
            "collected": here.env._("Collection %(number)s: the driver has it.", **told),
            "received": here.env._(
                "Collection %(number)s: it has arrived at our workshop.", **told
            ),
            "returned": here.env._("Collection %(number)s: it is back with you.", **told),
            "cancelled": here.env._("Collection %(number)s (%(when)s) is cancelled.", **told),
        }[self.state]

    def _slot_text(self):
        """Date and times of the slot where the team works."""
        zone = self.team_id._collection_zone()
        start = self._time_words(self.slot_start, zone, "EEE, d MMM y, HH:mm")
        return f"{start}–{self._time_words(self.slot_end, zone, 'HH:mm')}"

    @api.model
    def _time_words(self, when, zone, pattern):
        return format_datetime(self.env, when, zone, pattern, self.env.lang)

    @api.model
    def _address_lines(self, partner):
        """Address of a contact without its name and without empty lines."""
        lines = partner._display_address(without_company=True) if partner else ""
        return "\n".join(line for line in lines.splitlines() if line.strip())

    def _barcode(self):
        """The number as Code 128 in an image for the label: lines, sharp at every size."""
        drawing = createBarcodeDrawing(
            "Code128", value=self.number, format="svg", width=600, height=140, humanReadable=False
        )
        image = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{image}"

    def action_print_label(self):
        """Label with a barcode for the parcel."""
        report = self.env.ref("crm_service_levels.crm_service_collection_report")
        return report.report_action(self)

    # Portal

    def _portal_values(self):
        """What the customer sees of a collection."""
        self.ensure_one()
        names = dict(self._fields["state"]._description_selection(self.env))
        dates = {"booked": self.create_date, **{k: self[v] for k, v in MOMENTS.items()}}
        return {
            "id": self.id,
            "number": self.number,
            "state": self.state,
            "state_name": names[self.state],
            "when": self._slot_text(),
            "address": self.address,
            "contact": self.contact_name,
            "phone": self.phone,
            "packages": self.packages,
            "dates": dates,
            "can_cancel": self.state == "booked",
        }

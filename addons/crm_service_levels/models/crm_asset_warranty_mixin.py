from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import warranty

WARRANTY_STATES = [
    ("no_rule", "No warranty rule"),
    ("no_start", "Date missing"),
    ("excluded", "No warranty by rule"),
    ("future", "Not begun"),
    ("active", "In warranty"),
    ("expired", "Expired"),
]
BASES = [*WARRANTY_STATES[:3], ("dated", "With dates")]
STORED = (
    "warranty_rule_id",
    "warranty_basis",
    "warranty_from",
    "warranty_until",
    "warranty_parts_until",
    "warranty_labor_until",
    "warranty_travel_until",
)


class CrmAssetWarrantyMixin(models.AbstractModel):
    """The part of an asset that knows its warranty [质保期] and says why (SVC-L3).

    Dates are stored, because people search and group by them; the state follows from the dates and
    the day. An asset without a rule has no dates: it is not "expired".
    """

    _name = "crm.asset.warranty.mixin"
    _description = "Warranty of an asset"

    warranty_ids = fields.One2many(
        "crm.customer.asset.warranty", "asset_id", "Extended warranties", copy=False
    )
    warranty_rule_id = fields.Many2one(
        "crm.service.warranty.rule",
        "Warranty rule",
        compute="_compute_warranty",
        store=True,
        index="btree_not_null",
        help="Standard warranty that fits the product most closely.",
    )
    warranty_basis = fields.Selection(
        BASES, "Basis of the warranty", compute="_compute_warranty", store=True
    )
    warranty_from = fields.Date("Warranty from", compute="_compute_warranty", store=True)
    warranty_until = fields.Date(
        "Warranty until",
        compute="_compute_warranty",
        store=True,
        index="btree_not_null",
        help="Last day on which parts, labor or travel are covered.",
    )
    warranty_parts_until = fields.Date("Parts until", compute="_compute_warranty", store=True)
    warranty_labor_until = fields.Date("Labor until", compute="_compute_warranty", store=True)
    warranty_travel_until = fields.Date("Travel until", compute="_compute_warranty", store=True)
    warranty_state = fields.Selection(
        WARRANTY_STATES,
        "Warranty",
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )

    @api.depends(
        "product_id",
        "product_id.categ_id",
        "company_id",
        "delivered_on",
        "installed_on",
        "commissioned_on",
        "warranty_ids.date",
        "warranty_ids.start",
        "warranty_ids.months_parts",
        "warranty_ids.months_labor",
        "warranty_ids.months_travel",
        "warranty_ids.meter_limit",
        "meter_ids.sequence",
        "meter_ids.reading_ids.total",
    )
    def _compute_warranty(self):
        """Dates of all assets from one read of rules and, where a limit asks, of readings."""
        rules = self.env["crm.service.warranty.rule"]._standard_rules()
        best = {asset.id: warranty.best_rule(rules, asset._warranty_subject()) for asset in self}
        terms = {asset_id: rule and rule.terms for asset_id, rule in best.items()}
        readings = self._warranty_readings(terms)
        for asset in self:
            found = asset._covers(terms[asset.id], readings.get(asset.id, ()))
            asset._set_warranty(terms[asset.id], found)

    def _warranty_subject(self):
        product = self.product_id
        path = (product.categ_id.parent_path or "").strip("/").split("/")
        categories = tuple(int(part) for part in reversed(path) if part)
        return warranty.Subject(
            self.company_id.id,
            product._origin.id or None,
            product.product_tmpl_id._origin.id or None,
            categories,
            self._warranty_dates(),
        )

    def _warranty_dates(self):
        return {
            "delivery": self.delivered_on or None,
            "installation": self.installed_on or None,
            "commissioning": self.commissioned_on or None,
        }

    def _warranty_extensions(self):
        bought = self.warranty_ids.sorted(lambda one: (one.date, one._origin.id))
        return [one._as_terms() for one in bought]

    def _covers(self, standard, readings):
        return warranty.covers(
            standard, self._warranty_extensions(), self._warranty_dates(), readings
        )

    def _warranty_readings(self, terms):
        """``{asset id: [(date, total)]}`` of the first meter, where a limit may end a warranty."""
        limited = self.filtered(
            lambda asset: (
                (terms[asset.id] and terms[asset.id].meter_limit)
                or any(asset.warranty_ids.mapped("meter_limit"))
            )
        )
        meters = limited.meter_ids.browse(asset.meter_ids[:1].id for asset in limited)
        return meters._readings_by_asset() if limited else {}

    def _set_warranty(self, standard, found):
        parts = [part for one in found.values() for part in one]
        ends = {cover: warranty.until(found.get(cover, ())) for cover in warranty.COVERS}
        self.update(
            {
                "warranty_rule_id": standard and standard.key,
                "warranty_basis": warranty.basis(standard, self._warranty_extensions(), found),
                "warranty_from": min((part.start for part in parts), default=False),
                "warranty_until": warranty.until(parts) or False,
                "warranty_parts_until": ends["parts"] or False,
                "warranty_labor_until": ends["labor"] or False,
                "warranty_travel_until": ends["travel"] or False,
            }
        )

    def _compute_warranty_again(self):
        """Rules changed: compute the stored dates of these assets anew."""
        assets = self.exists()
        for name in STORED:
            self.env.add_to_compute(assets._fields[name], assets)

    @api.depends("warranty_basis", "warranty_from", "warranty_until")
    def _compute_warranty_state(self):
        today = fields.Date.context_today(self)
        for asset in self:
            asset.warranty_state = warranty.state(
                asset.warranty_basis or warranty.NO_RULE,
                asset.warranty_from or None,
                asset.warranty_until or None,
                today,
            )

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        dated = Domain("warranty_basis", "=", "dated")
        domains = {
            "future": dated & Domain("warranty_from", ">", today),
            "active": dated
            & Domain("warranty_until", ">=", today)
            & Domain("warranty_from", "<=", today),
            "expired": dated & Domain("warranty_until", "<", today),
        }
        return Domain.OR(
            domains.get(state) or Domain("warranty_basis", "=", state) for state in value
        )

    # In words

    def _warranty_rows(self):
        """Parts, labor and travel of one asset with their dates and reason, for people.

        :returns: list of ``{"code", "label", "spans": [{"from", "until", "why"}], "until",
            "state", "why"}``
        """
        self.ensure_one()
        # sudo: until when and why is told to whoever sees the asset, a member of the squad too
        return self.sudo()._read_warranty_rows()

    def _read_warranty_rows(self):
        rule = self.warranty_rule_id
        standard = rule._as_terms() if rule else None
        terms = {self.id: standard}
        found = self._covers(standard, self._warranty_readings(terms).get(self.id, ()))
        labels = self._cover_labels()
        return [self._warranty_row(cover, labels[cover], found) for cover in warranty.COVERS]

    @api.model
    def _cover_labels(self):
        return {
            "parts": self.env._("Parts"),
            "labor": self.env._("Labor"),
            "travel": self.env._("Travel"),
        }

    def _warranty_row(self, cover, label, found):
        parts = found.get(cover, [])
        until, today = warranty.until(parts), fields.Date.context_today(self)
        basis = self.warranty_basis or warranty.NO_RULE
        first = min((part.start for part in parts), default=None)
        spans = [
            {
                "from": fields.Date.to_string(part.start),
                "until": fields.Date.to_string(part.until),
                "why": self._cover_reason(part),
            }
            for part in parts
        ]
        return {
            "code": cover,
            "label": label,
            "spans": spans,
            "until": fields.Date.to_string(until) if until else "",
            "state": warranty.state(basis, first, until, today),
            "why": "; ".join(span["why"] for span in spans) or self._no_cover_reason(),
        }

    def _cover_reason(self, part):
        """For example: Pumps: 24 months from delivery on 03/15/2026."""
        values = {
            "name": self._terms_name(part.terms),
            "months": part.months,
            "start": self._start_label(part.terms.start),
            "date": format_date(self.env, part.start),
            "limit": part.terms.meter_limit,
            "until": format_date(self.env, part.until),
        }
        if part.by_meter:
            return self.env._(
                "%(name)s: ended on %(until)s, when the meter passed %(limit)s", **values
            )
        return self.env._("%(name)s: %(months)s months from %(start)s (%(date)s)", **values)

    def _terms_name(self, terms):
        if terms.extended:
            return next(w.name for w in self.warranty_ids if f"warranty-{w.id}" == terms.key)
        return self.warranty_rule_id.name

    @api.model
    def _start_label(self, start):
        rules = self.env["crm.service.warranty.rule"]
        return dict(rules._fields["start"]._description_selection(self.env))[start].lower()

    def _no_cover_reason(self):
        match self.warranty_basis:
            case "no_start":
                rule = self.warranty_rule_id
                start = self._start_label(rule.start) if rule else self.env._("its start")
                return self.env._("Unknown: enter the date of %(start)s", start=start)
            case "dated" | "excluded":
                return self.env._("Not covered")
        return self.env._("No warranty rule fits this product")

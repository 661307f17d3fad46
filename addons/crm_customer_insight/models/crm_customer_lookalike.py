import numpy as np

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report import segment_features
from ..tools import lookalike
from ..tools.analysis import NotEnoughDataError
from .crm_customer_snapshot import TIERS

#: Attributes that are known of prospects too, beside the profile facts that are choices.
ATTRIBUTES = ("country", "state", "language", "tags", "industry", "is_company")
BUYERS = {"fact": "last_purchase", "operator": "set"}
PROSPECTS = {"fact": "pyramid_level", "operator": "in", "value": ["prospect"]}
#: Customers learned from at most, chosen by their number and always the same ones.
SAMPLE = 100_000
#: Marks and reasons kept.
KEPT_MARKS = 60
KEPT_REASONS = 4


class CrmCustomerLookalike(models.Model):
    """Customer attribute analysis: which attributes mark the buyers of a product, of a category,
    the best tier or a segment, and which prospects and leads look like them (ROI-5).

    Customers who bought are compared: the group against the others. Unknown attributes are no
    evidence. The score adds up the evidence of each known attribute; 50 is as much for as against.
    """

    _name = "crm.customer.lookalike"
    _description = "Customer attribute analysis"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    target = fields.Selection(
        [
            ("tier", "Customers of a tier"),
            ("product", "Buyers of a product"),
            ("category", "Buyers of a category"),
            ("segment", "Customers of a segment"),
        ],
        "Who is marked",
        required=True,
        default="tier",
    )
    tier = fields.Selection(TIERS, default="A")
    product_id = fields.Many2one("product.product")
    categ_id = fields.Many2one("product.category", "Product category")
    segment_id = fields.Many2one("crm.customer.segment", ondelete="cascade")
    seed = fields.Integer(help="Chance of who is held out.")

    date = fields.Date("Data date", readonly=True, copy=False)
    group_count = fields.Integer("Marked customers", readonly=True, copy=False)
    others_count = fields.Integer("Others", readonly=True, copy=False, help="Who bought too.")
    auc = fields.Float(
        "AUC",
        readonly=True,
        copy=False,
        digits=(16, 3),
        aggregator=None,
        help="On 30 % of the customers that were not learned from: the chance that one of the "
        "marked customers scores higher than one of the others. 0.5 is chance, 1 perfect.",
    )
    auc_known = fields.Boolean("Could be checked", readonly=True, copy=False)
    marks = fields.Json(readonly=True, copy=False)
    score_ids = fields.One2many("crm.lookalike.score", "lookalike_id", "Scores")
    score_count = fields.Integer("Prospects and leads", compute="_compute_score_count")
    problem = fields.Char(readonly=True, copy=False)

    @api.constrains("target", "tier", "product_id", "categ_id", "segment_id")
    def _check_target(self):
        for record in self:
            if not record._target_value():
                raise ValidationError(self.env._("Say which tier, product, category or segment."))

    def _compute_score_count(self):
        rows = self.env["crm.lookalike.score"]._read_group(
            [("lookalike_id", "in", self.ids)], ["lookalike_id"], ["__count"]
        )
        counts = dict(rows)
        for record in self:
            record.score_count = counts.get(record, 0)

    # -- actions -------------------------------------------------------------------------------

    def action_compute(self):
        """Compare and score now."""
        self.check_access("write")
        # sudo: figures are computed for all customers, whoever asks
        self.sudo()._compute_all()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_scores(self):
        """Open the prospects and leads with score and reasons."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_lookalike_score_action"
        )
        return {**action, "domain": [("lookalike_id", "=", self.id)]}

    def action_save_segment(self):
        """Make a segment of the prospects with 70 points and more, and open it."""
        self.ensure_one()
        segment = self.env["crm.customer.segment"].search(
            [("lookalike_id", "=", self.id)], limit=1
        ) or self.env["crm.customer.segment"].create(
            {
                "name": self.env._("Look like: %s", self.name),
                "kind": "lookalike",
                "lookalike_id": self.id,
                "company_id": self.company_id.id,
                "sequence": 70,
            }
        )
        # sudo: members are computed for all customers, whoever asks
        segment.sudo()._refresh_members(
            self.company_id, self.env["crm.customer.snapshot"]._data_date()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.customer.segment",
            "views": [(False, "form")],
            "res_id": segment.id,
        }

    # -- computation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Compare and score by all analyses of attributes."""
        found = self.search([("active", "=", True)])
        found._compute_all(run)
        if found and all(found.mapped("problem")):
            raise NotEnoughDataError(found[0].problem)
        return len(found)

    def _compute_all(self, run=None):
        for place, record in enumerate(self):
            if run:
                run._tell(place, len(self), record.name)
            record._compute_one()
        self.env.flush_all()
        segment_features.write_lead_scores(self.env)

    def _compute_one(self):
        facts = self._attribute_facts()
        people = self._people(BUYERS)
        group = np.isin(people, list(self._people(self._target_condition())))
        inside, outside = int(group.sum()), int((~group).sum())
        if min(inside, outside) < lookalike.MIN_GROUP:
            self.problem = self.env._(
                "%(inside)s marked customers, %(outside)s others: %(needed)s of each are needed.",
                inside=inside,
                outside=outside,
                needed=lookalike.MIN_GROUP,
            )
            return
        known = self._attributes(facts, people)
        marks = lookalike.marks(known, group)
        chance = lookalike.validate(known, group, self.seed)
        self.write(
            {
                "date": self.env["crm.customer.snapshot"]._data_date(),
                "group_count": inside,
                "others_count": outside,
                "auc": chance or 0,
                "auc_known": chance is not None,
                "marks": self._marks_json(marks, facts),
                "problem": False,
            }
        )
        self.env.flush_all()
        self._write_scores(lookalike.weights(marks), facts)

    def _target_value(self):
        return {
            "tier": self.tier,
            "product": self.product_id.id,
            "category": self.categ_id.id,
            "segment": self.segment_id.id,
        }[self.target]

    def _target_condition(self):
        fact = {
            "tier": "tier",
            "product": "product_bought",
            "category": "category_bought",
            "segment": "segment",
        }[self.target]
        return {"fact": fact, "operator": "in", "value": [self._target_value()]}

    def _people(self, condition):
        query = self.env["crm.customer.fact"]._query(condition, self.company_id, "customer")
        return segment_features.people(self.env, query, SAMPLE)[0]

    def _attribute_facts(self):
        registry = self.env["crm.customer.fact"]._facts_by_code()
        profile = (
            code
            for code, fact in registry.items()
            if code.startswith("profile.") and fact.type in ("selection", "boolean")
        )
        return {code: registry[code] for code in (*ATTRIBUTES, *profile) if code in registry}

    def _attributes(self, facts, people):
        """``{code: [values or None per customer]}``."""
        found = {
            code: segment_features.values(self.env, fact, self.company_id, people)
            for code, fact in facts.items()
        }
        return {
            code: [by_partner.get(partner) for partner in people]
            for code, by_partner in found.items()
        }

    def _marks_json(self, marks, facts):
        kept = marks[:KEPT_MARKS]
        pairs = [(mark.attribute, mark.value) for mark in kept]
        names = self.env["crm.customer.fact"]._value_names(facts, pairs)
        return [
            {
                "attribute": facts[mark.attribute].label,
                "value": names.get((mark.attribute, mark.value), str(mark.value)),
                "code": mark.attribute,
                "key": mark.value,
                "group": mark.group,
                "group_share": mark.group_share,
                "others": mark.others,
                "others_share": mark.others_share,
                "lift": mark.lift,
                "p_value": mark.p_value,
                "weight": mark.weight,
                "significant": mark.significant,
            }
            for mark in kept
        ]

    def _write_scores(self, weights, facts):
        prospects = self._people(PROSPECTS)
        known = self._attributes(facts, prospects)
        rows = [
            self._score_row(partner, None, lookalike.evidence(known, place, weights))
            for place, partner in enumerate(prospects)
        ]
        rows += self._lead_rows(weights, facts)
        segment_features.write_scores(
            self.env, self.id, self.company_id.id, [row for row in rows if row]
        )
        self.env["crm.lookalike.score"].invalidate_model()

    def _lead_rows(self, weights, facts):
        """Leads are known by their own fields and, where these are empty, by their contact."""
        leads = segment_features.leads(self.env, self.company_id.id)
        partners = sorted({partner for _lead, partner, *_own in leads if partner})
        found = self._attributes(facts, partners) if partners else {}
        places = {partner: place for place, partner in enumerate(partners)}
        rows = []
        for lead, partner, country, state, language in leads:
            own = {"country": country, "state": state, "language": language}
            known = {
                code: [
                    own.get(code) or (found[code][places[partner]] if partner in places else None)
                ]
                for code in facts
            }
            rows.append(self._score_row(None, lead, lookalike.evidence(known, 0, weights)))
        return rows

    def _score_row(self, partner, lead, reasons):
        """Nothing known gives no score."""
        if not reasons:
            return None
        points = lookalike.score(sum(weight for *_value, weight in reasons))
        return partner, lead, points, len(reasons), reasons[:KEPT_REASONS]

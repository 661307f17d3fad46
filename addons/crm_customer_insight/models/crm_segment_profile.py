import numpy as np

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import segment_features
from ..tools import profile_tree
from ..tools.analysis import NotEnoughDataError
from ..tools.facts import leaves
from .report_fields import OptionalFloat

#: What may characterize a segment, beside all profile facts.
FEATURES = (
    "country",
    "state",
    "language",
    "tags",
    "industry",
    "salesperson",
    "is_company",
    "key_account",
    "category_bought",
    "revenue",
    "profit",
    "order_count",
    "days_since_purchase",
    "touch_count",
)
#: Facts that say the same in other words: a segment of one is not explained by the others.
FAMILIES = (
    {"tier", "pyramid_level", "revenue", "revenue_previous", "profit", "m_score", "order_amount"},
    {
        *("days_since_purchase", "last_purchase", "r_score", "lifecycle_stage"),
        *("cooperation_state", "churn_state", "churn_risk", "p_alive"),
    },
    {"order_count", "f_score", "touch_count"},
    {"product_bought", "category_bought"},
)
#: Facts behind kinds that have no conditions.
BEHIND = {
    "cluster": {"revenue", "days_since_purchase", "order_count", "category_bought"},
    "lookalike": {"country", "state", "language", "tags", "industry", "is_company"},
}
POPULATION = {"fact": "pyramid_level", "operator": "set"}
SAMPLE = 20_000


class CrmSegmentProfile(models.Model):
    """What characterizes the customers of a segment: a decision tree in words (ROI-5).

    Customers with figures are compared, members against the others; facts that define the segment,
    or say the same, are left out. How good the rules are is measured on 30 % of the customers that
    the tree was not grown from, against always guessing the larger side.
    """

    _name = "crm.segment.profile"
    _description = "Profile of a segment"
    _order = "segment_id, id"
    _rec_name = "segment_id"

    segment_id = fields.Many2one(
        "crm.customer.segment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    active = fields.Boolean(default=True)
    depth = fields.Integer(default=3, help="Questions in a row at most, from 1 to 4.")
    seed = fields.Integer(help="Chance of who is held out.")
    date = fields.Date("Data date", readonly=True, copy=False)
    accuracy = OptionalFloat(
        "Told right",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Share of the held-out customers that the rules put on the right side.",
    )
    majority = OptionalFloat(
        "By guessing",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The same if everybody were put on the larger side.",
    )
    learned = fields.Integer("Customers learned from", readonly=True, copy=False, aggregator=None)
    tested = fields.Integer("Customers held out", readonly=True, copy=False, aggregator=None)
    population = fields.Integer("Customers in all", readonly=True, copy=False, aggregator=None)
    left_out = fields.Char(
        "Not asked", readonly=True, copy=False, help="Facts that define the segment."
    )
    tree = fields.Json(readonly=True, copy=False)
    problem = fields.Char(readonly=True, copy=False)

    _depth_range = models.Constraint(
        "CHECK(depth BETWEEN 1 AND 4)", "A profile asks from one to four questions in a row."
    )
    _segment_company_uniq = models.UniqueIndex(
        "(segment_id, company_id) WHERE active", "This segment has a profile already."
    )

    # -- actions -------------------------------------------------------------------------------

    def action_compute(self):
        """Grow the tree now."""
        self.check_access("write")
        # sudo: figures are computed for all customers, whoever asks
        self.sudo()._grow()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_leaf(self, place):
        """Open the customers of a leaf."""
        self.ensure_one()
        leaf = self._leaf(place)
        return {
            "type": "ir.actions.act_window",
            "name": leaf["rule"],
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("segment_profile_leaf", "=", f"{self.id}:{place}")],
        }

    def action_save_leaf(self, place):
        """Keep the customers of a leaf as a segment, and open it."""
        self.ensure_one()
        leaf = self._leaf(place)
        segment = self.env["crm.customer.segment"].create(
            {
                "name": leaf["rule"][:120],
                "kind": "tree",
                "company_id": self.company_id.id,
                "conditions": leaf["conditions"],
                "description": self.env._("Leaf of the profile of %s", self.segment_id.name),
                "sequence": 65,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.customer.segment",
            "views": [(False, "form")],
            "res_id": segment.id,
        }

    def _leaf(self, place):
        self.check_access("read")
        found = (self.tree or {}).get("leaves", [])
        if not isinstance(place, int) or not 0 <= place < len(found):
            raise UserError(self.env._("Compute the profile first."))
        return found[place]

    # -- computation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Grow the trees of all profiles."""
        found = self.search([("active", "=", True)])
        for place, profile in enumerate(found):
            run._tell(place, len(found), profile.segment_id.name)
            profile._grow()
        if found and all(found.mapped("problem")):
            raise NotEnoughDataError(found[0].problem)
        return len(found)

    def _grow(self):
        for profile in self:
            facts = profile._facts()
            people, whole = profile._people()
            group = profile._members(people)
            numbers, choices = profile._columns(facts, people)
            try:
                grown = profile_tree.grow(numbers, choices, group, profile.depth, profile.seed)
            except profile_tree.TreeError as error:
                profile.problem = profile._problem_text(error)
                continue
            profile._write_outcome(grown, facts, whole)

    def _people(self):
        query = self.env["crm.customer.fact"]._query(POPULATION, self.company_id, "customer")
        return segment_features.people(self.env, query, SAMPLE)

    def _members(self, people):
        rows = self.env["crm.customer.segment.member"]._read_group(
            [
                ("segment_id", "=", self.segment_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_to", "=", False),
            ],
            [],
            ["partner_id:array_agg"],
        )
        return np.isin(people, rows[0][0] or [])

    def _facts(self):
        """``{code: fact}`` of what the tree may ask."""
        registry = self.env["crm.customer.fact"]._facts_by_code()
        wanted = [*FEATURES, *(code for code in registry if code.startswith("profile."))]
        hidden = self._defining()
        kinds = ("number", "money", "selection", "many2one", "boolean")
        return {
            code: registry[code]
            for code in wanted
            if code in registry and code not in hidden and registry[code].type in kinds
        }

    def _defining(self):
        """Codes of the facts that make the segment, and of those that say the same."""
        segment = self.segment_id
        if segment.by_conditions:
            tree = self.env["crm.customer.fact"]._parse(segment.conditions)
            used = {leaf.fact.code for leaf in leaves(tree)}
        else:
            used = set(BEHIND[segment.kind])
        for family in FAMILIES:
            if family & used:
                used |= family
        return used

    def _columns(self, facts, people):
        numbers, choices = {}, {}
        for code, fact in facts.items():
            found = segment_features.values(self.env, fact, self.company_id, people)
            if fact.type in ("number", "money"):
                unknown = 0.0 if fact.zero else np.nan
                numbers[code] = [found[p][0] if p in found else unknown for p in people]
            elif fact.type == "boolean":
                choices[code] = [{True} if found.get(p) == [True] else () for p in people]
            else:
                choices[code] = [set(found.get(p, ())) for p in people]
        return numbers, choices

    def _problem_text(self, error):
        match error.kind:
            case "package":
                return self.env._(
                    "Decision trees need the Python package “%(package)s” on the server.",
                    **error.details,
                )
            case "few":
                return self.env._(
                    "%(customers)s customers are on the smaller side; %(needed)s are needed.",
                    **error.details,
                )
        return self.env._("The customers do not differ in anything that is known of them.")

    def _write_outcome(self, grown, facts, whole):
        registry = self.env["crm.customer.fact"]._facts_by_code()
        hidden = [registry[code].label for code in self._defining() if code in registry]
        self.write(
            {
                "date": self.env["crm.customer.snapshot"]._data_date(),
                "accuracy": grown.accuracy,
                "majority": grown.majority,
                "learned": grown.learned,
                "tested": grown.tested,
                "population": whole,
                "left_out": ", ".join(sorted(hidden)) or False,
                "tree": self._tree_json(grown.root, facts),
                "problem": False,
            }
        )

    def _tree_json(self, root, facts):
        """The tree as the screen draws it, and its leaves with rules and conditions."""
        names = self.env["crm.customer.fact"]._value_names(facts, _asked(root))
        kinds = {
            code: "count" if fact.zero else "boolean" if fact.type == "boolean"
            else "number" if fact.type in ("number", "money") else "choice"
            for code, fact in facts.items()
        }  # fmt: skip
        kept = []

        def draw(node):
            drawn = {"size": node.size, "group": node.group}
            if node.question:
                drawn["question"] = self._words(node.question, True, facts, names)
                return {**drawn, "yes": draw(node.yes), "no": draw(node.no)}
            conditions = profile_tree.conditions(node.path, kinds)
            conditions["conditions"].insert(0, POPULATION)
            said = [self._words(question, yes, facts, names) for question, yes in node.path]
            rule = " ∧ ".join(said) or self.env._("All customers")
            kept.append({**drawn, "rule": rule, "conditions": conditions})
            return {**drawn, "leaf": len(kept) - 1, "rule": rule}

        return {"root": draw(root), "leaves": kept}

    def _words(self, question, yes, facts, names):
        label = facts[question.column].label
        if question.limit is not None:
            limit = f"{question.limit:,.6g}"
            known = "" if question.unknown_is_yes != yes else self.env._(" or unknown")
            if facts[question.column].zero:
                known = ""
            return f"{label} {'≤' if yes else '>'} {limit}{known}"
        if facts[question.column].type == "boolean":
            return label if yes else self.env._("not: %s", label)
        name = names.get((question.column, question.value), str(question.value))
        return f"{label} {'=' if yes else '≠'} {name}"


def _asked(node):
    """``(column, value)`` of the choices a tree asks for."""
    if not node.question:
        return []
    own = [(node.question.column, node.question.value)] if node.question.limit is None else []
    return [*own, *_asked(node.yes), *_asked(node.no)]

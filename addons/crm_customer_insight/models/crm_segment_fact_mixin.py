from odoo import api, models

from ..report import segments
from ..tools.facts import Fact


class CrmSegmentFactMixin(models.AbstractModel):
    """The segments of a customer as a fact, so that selections and audiences can ask for them."""

    _name = "crm.segment.fact.mixin"
    _description = "Fact about segments"

    @api.model
    def _value_names(self, facts, pairs):
        """``{(code, value): name}`` of values of facts, one query per model.

        :param facts: ``{code: fact}``
        :param pairs: ``(code, value)``
        """
        names, by_model = {}, {}
        for code, value in pairs:
            fact = facts.get(code)
            if fact and fact.comodel:
                by_model.setdefault(fact.comodel, set()).add(value)
            elif fact and fact.type == "boolean":
                names[code, value] = self.env._("yes") if value else self.env._("no")
            elif fact:
                names[code, value] = dict(fact.options).get(value, str(value))
        for model, ids in by_model.items():
            # sudo: only names, of values that the viewer was told of
            found = self.env[model].sudo().browse(ids).exists()
            known = {record.id: record.display_name for record in found}
            names |= {
                (code, value): known.get(value, "?")
                for code, value in pairs
                if code in facts and facts[code].comodel == model
            }
        return names

    def _segment_facts(self):
        return [
            Fact(
                "segment",
                self.env._("Segment"),
                self.env._("Value"),
                "many2one",
                segments.membership_fact,
                figure=True,
                many=True,
                comodel="crm.customer.segment",
                help=self.env._("Today's members, as of the last computation."),
            )
        ]

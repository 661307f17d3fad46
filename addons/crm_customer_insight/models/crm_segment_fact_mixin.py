from odoo import models

from ..report import segments
from ..tools.facts import Fact


class CrmSegmentFactMixin(models.AbstractModel):
    """The segments of a customer as a fact, so that selections and audiences can ask for them."""

    _name = "crm.segment.fact.mixin"
    _description = "Fact about segments"

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

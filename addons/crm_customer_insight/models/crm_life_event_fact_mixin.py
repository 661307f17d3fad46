from odoo import models
from odoo.tools import SQL

from ..tools.facts import Fact


class CrmLifeEventFactMixin(models.AbstractModel):
    """Life events as a fact, so that selections and audiences can ask for them (C360-2)."""

    _name = "crm.life.event.fact.mixin"
    _description = "Fact about life events"

    def _life_event_facts(self):
        return [
            Fact(
                "life_event",
                self.env._("Life event"),
                self.env._("Profile"),
                "many2one",
                _open_events,
                level="contact",
                many=True,
                comodel="crm.life.event.kind",
                help=self.env._("Whose offer fits today and was not made yet."),
            )
        ]


def _open_events(context):
    """Kinds of events whose offer fits on the day."""
    return SQL(
        "SELECT e.partner_id, e.kind_id AS value FROM crm_life_event e WHERE e.state = 'open'"
        " AND %(day)s BETWEEN e.offer_from AND e.offer_until%(only)s",
        day=context.today,
        only=context.only(SQL("e.partner_id")),
    )

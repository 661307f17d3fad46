from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import life_event as tool
from ..tools.next_action import Provider
from .day_format import format_day


class CrmLifeEventActionMixin(models.AbstractModel):
    """The next best action "make the offer that fits the life event" (C360-2, C360-4)."""

    _name = "crm.life.event.action.mixin"
    _description = "Next actions of life events"

    def _life_event_providers(self):
        return [
            Provider(
                "life_event", "fa-gift", self.env._("Make the offer"), self._gather_life_events,
                self._describe_life_event, self._execute_life_event, "crm.life.event",
            )
        ]  # fmt: skip

    def _life_event_domain(self):
        """Open events whose offer fits today."""
        today = self._today()
        return Domain(
            [("state", "=", "open"), ("offer_from", "<=", today), ("offer_until", ">=", today)]
        )

    def _gather_life_events(self, customer_ids):
        """The event of each customer whose offer ends first, with its offer and list price."""
        self.env["crm.life.event"].flush_model()
        mine = Domain("partner_id.commercial_partner_id", "in", customer_ids)
        query = self.env["crm.life.event"]._search(self._life_event_domain() & mine)
        contact = query.left_join("crm_life_event", "partner_id", "res_partner", "id", "contact")
        customer = SQL.identifier(contact, "commercial_partner_id")
        query.order = SQL("%s, crm_life_event.offer_until, crm_life_event.id", customer)
        rows = self.env.execute_query_dict(
            query.select(
                SQL("DISTINCT ON (%s) %s AS partner_id", customer, customer),
                SQL("%s AS name", SQL.identifier(contact, "name")),
                SQL("crm_life_event.date, crm_life_event.offer_until, crm_life_event.kind_id"),
            )
        )
        kinds = self.env["crm.life.event.kind"].browse({row["kind_id"] for row in rows})
        return [{**row, "kind": kinds.browse(row["kind_id"])} for row in rows]

    def _describe_life_event(self, row):
        kind, day = row["kind"], format_day(self.env, row["date"])
        return {
            "title": self.env._("Offer: %(offer)s", offer=kind.offer),
            "reason": self.env._(
                "%(name)s: %(event)s on %(day)s. The offer fits until %(until)s.",
                name=row["name"],
                event=kind.name,
                day=day,
                until=format_day(self.env, row["offer_until"]),
            ),
            "urgency": tool.urgency(row["offer_until"], self._today()),
            "expected_value": kind.product_id.lst_price or False,
        }

    def _execute_life_event(self, partner):
        events = self.env["crm.life.event"].search(
            self._life_event_domain() & Domain("partner_id.commercial_partner_id", "=", partner.id),
            order="offer_until, id",
            limit=1,
        )
        return events.action_offer() if events else False

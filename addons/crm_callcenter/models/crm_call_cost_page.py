from dataclasses import asdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..report import call_costs as sql
from ..tools import channel_suit as tools

PHONE, IVR = "phone", "ivr"
#: calls behind the contacts of the channels that are counted here, as ``report.call_costs.served``
COUNTED = {
    PHONE: [("result", "=", "answered"), ("direction", "!=", "internal")],
    IVR: [("result", "=", "ivr_contained")],
}


class CrmCallCostPage(models.AbstractModel):
    """Cost per contact, customers on dearer channels than suit them, profit center (CC-9)."""

    _name = "crm.call.cost.page"
    _description = "Costs of the call center"

    @api.model
    def get_costs(self, date_from, date_to):
        """Costs and what they bring, in the current company and its currency.

        :param date_from, date_to: ISO dates, both counted
        What is not known is ``None`` and never 0: the cost when none was recorded, the result
        without a cost or an income, the audience without two channels whose cost is known.

        :return: dict: channels (list), audience (customers, saving, ids, first), income (list),
            cost, result, currency_id
        :raises AccessError: no supervisor
        :raises UserError: not such dates
        """
        if not self.env.user.has_group("crm_callcenter.group_call_supervisor"):
            raise AccessError(self.env._("Costs are for supervisors of the call center."))
        first, last = self._dates(date_from, date_to)
        costs = tools.channel_costs(self._channels(first, last))
        suits = self._suits(first, last, costs)
        income = self._income(first, last)
        cost = self._cost(first, last)
        known = income and cost is not None
        return {
            "channels": self._rows(costs, first, last),
            "audience": self._audience(suits, costs),
            "income": income,
            "cost": cost,
            "result": sum(row["amount"] for row in income) - cost if known else None,
            "currency_id": self.env.company.currency_id.id,
        }

    def _cost(self, first, last):
        """What the call center cost; ``None``: nothing was recorded."""
        spent = sql.spent(self.env, self.env.company, first, last)
        found = [spent[code][0] for code in (PHONE, IVR) if code in spent]
        return sum(found) if found else None

    def _rows(self, costs, first, last):
        """A row a channel, with the records behind its contacts."""
        channels = self.env["crm.contact.channel"].search([("active", "=", True)])
        by_code = {one.code: one for one in channels}
        return [
            {
                **asdict(one),
                "name": by_code[one.code].name,
                "open": self._behind(by_code[one.code], first, last),
            }
            for one in costs.values()
        ]

    def _behind(self, channel, first, last):
        """Calls of a channel that is counted here, else the costs its contacts are written in."""
        own = [("company_id", "=", self.env.company.id)]
        if channel.code not in COUNTED:
            during = [("date_from", "<=", str(last)), ("date_to", ">=", str(first))]
            domain = [*own, ("channel_id", "=", channel.id), *during]
            return {"model": "crm.call.cost", "domain": domain}
        days = [
            ("start", ">=", f"{first} 00:00:00"),
            ("start", "<", f"{last + timedelta(days=1)} 00:00:00"),
        ]
        domain = [*own, ("state", "=", "done"), *days, *COUNTED[channel.code]]
        return {"model": "crm.call", "domain": domain}

    def _audience(self, suits, costs):
        priced = {code for code, one in costs.items() if one.used is not None}
        known = PHONE in priced and len(priced) > 1
        return {
            "customers": len(suits) if known else None,
            "saving": sum(one.saving for one in suits) if known else None,
            "ids": [one.customer for one in suits],
            "first": self._named(suits[:10]),
        }

    def _dates(self, date_from, date_to):
        try:
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except ValueError:
            first = last = None
        if not first or not last or last < first:
            raise UserError(self.env._("Choose a first and a last day."))
        return first, last

    def _channels(self, first, last):
        """Each channel with its real cost and contacts, beside the configured rate."""
        channels = self.env["crm.contact.channel"].search([("active", "=", True)])
        # sudo: the rate of a channel is shown to supervisors as far as this page shows it
        rates = channels.sudo()._cost_at(self.env.company, last)
        spent = sql.spent(self.env, self.env.company, first, last)
        served = sql.served(self.env, self.env.company, first, last)
        found = []
        for channel in channels:
            amount, contacts = spent.get(channel.code, (None, 0))
            contacts = served.get(channel.code, contacts)
            if contacts or amount is not None or rates[channel.id] is not None:
                found.append(tools.Channel(channel.code, contacts, amount, rates[channel.id]))
        return found

    def _suits(self, first, last, costs):
        """Customers whose topics a cheaper channel could have served."""
        rows = sql.contacts(self.env, self.env.company, first, last)
        contacts = [tools.Contacts(partner, topic, PHONE, n) for partner, topic, n in rows]
        can_do = {
            topic.id: [PHONE, *topic.channel_ids.mapped("code")]
            for topic in self.env["crm.call.topic"].search([("channel_ids", "!=", False)])
        }
        cost = {code: one.used for code, one in costs.items()}
        return tools.dearer_than_suits(contacts, cost, can_do)

    def _named(self, suits):
        """Names of those the reader may read; others are counted only."""
        partners = self.env["res.partner"].browse([one.customer for one in suits])
        readable = partners._filtered_access("read")
        return [
            {
                "id": one.customer,
                "name": self.env["res.partner"].browse(one.customer).display_name,
                "contacts": one.contacts,
                "saving": one.saving,
            }
            for one in suits
            if one.customer in readable.ids
        ]

    @api.model
    def _income(self, first, last):
        """What the center brought: orders that other addons name, customers kept by calls.

        An order counts once, in the first row that has it. What somebody may not open he sees as
        a sum alone.

        :return: list of dicts label, count, amount (company currency, untaxed), model, domain; a
            row without a record is left out
        """
        rows, seen = [], set()
        for label, ids in self._income_orders(first, last):
            amounts = sql.orders(self.env, self.env.company, set(ids) - seen, first, last)
            seen |= amounts.keys()
            rows.append(self._income_row(label, "sale.order", amounts))
        kept = sql.kept(self.env, self.env.company, first, last)
        rows.append(self._income_row(self.env._("Customers kept"), "crm.customer.alert", kept))
        return [row for row in rows if row["count"]]

    def _income_row(self, label, model, amounts):
        return {
            "label": label,
            "count": len(amounts),
            "amount": sum(amounts.values()),
            "model": model if self.env[model].has_access("read") else False,
            "domain": [("id", "in", sorted(amounts))],
        }

    @api.model
    def _income_orders(self, first, last):
        """Orders that calls brought, for other addons: list of (label, ids of sale.order).

        Only those are counted that are confirmed, of the current company and of these days.
        """
        return []

import re

from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools import phone


class CrmCallMenuLookup(models.AbstractModel):
    """What a telephone menu can look up for a caller, and who he has to be (CC-4).

    A caller proves himself by the number he calls from, or by a PIN that he enters; an order by the
    postal code of its delivery. Glue addons add subjects: an entry in :meth:`_subjects` and a
    method ``_lookup_<subject>(exchange, number, caller, pin)``.
    """

    _name = "crm.call.menu.lookup"
    _description = "Look-ups of telephone menus"

    @api.model
    def _subjects(self):
        return [("order", self.env._("State of an order"))]

    @api.model
    def _ask(self, exchange, linked, subject, values):
        """The outcome for a caller.

        :param values: dict: number, caller, pin
        :return: dict: outcome (unknown, or the state of what was found), values (what may be said)
        """
        unknown = {"outcome": "unknown", "values": {}}
        caller = self._e164(exchange, values.get("caller"))
        log = self.env["crm.call.menu.inquiry"]
        if subject not in dict(self._subjects()) or log._guesses(exchange, caller):
            found = None
        else:
            number = re.sub(r"\D", "", str(values.get("number") or ""))[:20]
            pin = re.sub(r"\D", "", str(values.get("pin") or ""))[:20]
            found = number and getattr(self, f"_lookup_{subject}")(exchange, number, caller, pin)
        answer = found or unknown
        log._note(exchange, linked, caller, subject, answer["outcome"])
        return answer

    def _e164(self, exchange, number):
        country = exchange.country_id or exchange.company_id.country_id
        return phone.parse(number or "", country.code).e164 or ""

    def _lookup_order(self, exchange, number, caller, pin):
        """An order by the digits of its number, leading zeros or not."""
        orders = self.env["sale.order"].search(
            [("company_id", "=", exchange.company_id.id), ("name", "=like", f"%{number}")],
            limit=20,
        )
        same = orders.filtered(
            lambda order: re.sub(r"\D", "", order.name).lstrip("0") == number.lstrip("0")
        )
        order = same.filtered(lambda order: self._may_know(order, caller, pin))[:1]
        if not order:
            return None
        state = _order_state(order)
        date = order.commitment_date or order.date_order
        values = {"order": re.sub(r"\D", "", order.name), "date": fields.Date.to_string(date)}
        return {"outcome": state, "values": values}

    def _may_know(self, order, caller, pin):
        place = re.sub(r"\D", "", order.partner_shipping_id.zip or "")
        if len(place) >= 4 and pin == place:
            return True
        customer = order.partner_id.commercial_partner_id
        own = self.env["crm.contact.number"].search([("e164", "=", caller)], limit=20)
        return bool(caller) and customer in own.partner_id.commercial_partner_id


def _order_state(order):
    """In words that a designer gives ways to."""
    if order.state in ("draft", "sent"):
        return "offer"
    if order.state == "cancel":
        return "cancelled"
    # with Inventory installed
    shipped = order["delivery_status"] if "delivery_status" in order._fields else ""
    return {"full": "delivered", "partial": "partly"}.get(shipped, "confirmed")

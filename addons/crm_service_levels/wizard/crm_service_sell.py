from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..tools import authority, selling

TERMS = (
    "price",
    "subtotal",
    "subtotal_included",
    "free_reason",
    "free_quantity",
    "listed",
    "stock",
)


class CrmServiceSell(models.TransientModel):
    """What is sold from a request: suggestions with price and stock at hand (SVC-L4).

    Prices shown are those that Odoo will enter on the order; the order is made by
    ``request._sell``, which checks role, products and limits again.
    """

    _name = "crm.service.sell"
    _description = "Sell from a request"

    request_id = fields.Many2one("crm.service.request", required=True)
    partner_id = fields.Many2one(related="request_id.partner_id")
    asset_id = fields.Many2one(related="request_id.asset_id")
    pricelist_name = fields.Char("Price list", compute="_compute_currency")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency")
    line_ids = fields.One2many("crm.service.sell.line", "sell_id")
    require_signature = fields.Boolean("Signed online")
    require_payment = fields.Boolean("Paid online")
    reason = fields.Char("Why", help="Who approves reads it.")
    total = fields.Monetary("Total before taxes", compute="_compute_total")
    total_included = fields.Monetary("Total with taxes", compute="_compute_total")
    beyond = fields.Text("Beyond your limits", compute="_compute_total")

    @api.model
    def _open(self, request, product_id=False, quantity=1.0):
        """Dialog on *request* with its suggestions; work and *product_id* are chosen already."""
        plain = request._sell_sudo()
        company = plain.company_id
        found = plain._sale_suggestions()
        plain._note_offers(found)
        rows = [
            {
                "product_id": product.id,
                "kind": row["kind"],
                "quantity": row["quantity"],
                "chosen": bool(row["effort"]) or product.id == product_id,
                "credit": self._listed(plain, row["part"]),
            }
            for product, row in found.items()
        ]
        if product_id and product_id not in [row["product_id"] for row in rows]:
            rows.append({"product_id": product_id, "quantity": quantity, "chosen": True})
        return self.create(
            {
                "request_id": request.id,
                "require_signature": company.portal_confirmation_sign,
                "require_payment": company.portal_confirmation_pay,
                "line_ids": [Command.create(row) for row in rows],
            }
        )

    @api.model
    def _listed(self, request, part):
        """Trade-in value of the parts list in the currency of the order."""
        return request._trade_value(part, request._service_currency()) if part else 0.0

    @api.depends("request_id")
    def _compute_currency(self):
        for sell in self:
            request = sell.request_id._sell_sudo()
            sell.currency_id = request._service_currency()
            sell.pricelist_name = request._service_pricelist().name

    @api.depends(
        "line_ids.chosen",
        "line_ids.kind",
        "line_ids.product_id",
        "line_ids.quantity",
        "line_ids.discount",
        "line_ids.credit",
    )
    def _compute_total(self):
        for sell in self:
            lines = sell.line_ids.filtered(lambda line: line.chosen and line.product_id)
            sell.total = sum(lines.mapped("subtotal"))
            sell.total_included = sum(lines.mapped("subtotal_included"))
            sell.beyond = "\n".join(sell._beyond(lines)) or False

    def _beyond(self, lines):
        """In words, what needs an approval."""
        request = self.request_id._sell_sudo()
        company = request.company_id
        kinds = self.env["crm.service.authority"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        plain = [line._as_plain(company) for line in lines]
        amounts = request._with_earlier(self.env["sale.order"], selling.decisions(plain))
        for kind, amount in amounts.items():
            if not request._within_authority(kind, amount):
                money = authority.UNITS[kind] == "money"
                text = format_amount(self.env, amount, company.currency_id)
                yield f"{labels[kind]}: {text if money else f'{amount:g} %'}"

    def _wanted(self):
        return [
            {
                "product_id": line.product_id.id,
                "kind": line.kind,
                "quantity": line.quantity,
                "discount": line.discount,
                "credit": line.credit,
            }
            for line in self.line_ids
            if line.chosen and line.product_id
        ]

    def action_quotation(self):
        """Make the quotation and leave it to be sent or confirmed."""
        return self._make(None)

    def action_send(self):
        """Make the quotation and send it at once, or when it is approved."""
        return self._make("send")

    def _make(self, follow):
        self.ensure_one()
        if self.beyond and not (self.reason or "").strip():
            raise UserError(self.env._("Say why: who approves has to know."))
        order = self.request_id._sell(
            self._wanted(),
            follow,
            reason=(self.reason or "").strip(),
            require_signature=self.require_signature,
            require_payment=self.require_payment,
        )
        text = self.env._("Quotation %s is made.", order.name)
        if order._service_held():
            text = self.env._("Quotation %s waits for approval.", order.name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "warning" if order._service_held() else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CrmServiceSellLine(models.TransientModel):
    """One line that may be sold."""

    _name = "crm.service.sell.line"
    _description = "Line to sell from a request"
    _order = "chosen desc, id"

    sell_id = fields.Many2one(
        "crm.service.sell", "Dialog", required=True, ondelete="cascade", index=True
    )
    chosen = fields.Boolean("Sell", default=True)
    kind = fields.Selection(selling.KINDS, required=True, default="part")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain=[("sale_ok", "=", True), ("type", "!=", "combo")],
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id")
    discount = fields.Float("Discount %", digits="Discount")
    credit = fields.Monetary(help="What the customer gets for one unit.")
    currency_id = fields.Many2one(related="sell_id.currency_id")
    price = fields.Monetary(compute="_compute_terms", help="Of one unit, before taxes.")
    subtotal = fields.Monetary("Total", compute="_compute_terms")
    subtotal_included = fields.Monetary("With taxes", compute="_compute_terms")
    free_reason = fields.Char("Free because", compute="_compute_terms")
    free_quantity = fields.Float("Free units", compute="_compute_terms", digits="Product Unit")
    listed = fields.Monetary("Value of the parts list", compute="_compute_terms")
    stock = fields.Char("In stock", compute="_compute_terms")

    @api.depends("product_id", "quantity", "kind", "discount", "credit", "sell_id.request_id")
    def _compute_terms(self):
        """Prices, stock and reasons of all lines of a dialog at once."""
        for sell, lines in self.grouped("sell_id").items():
            request = sell.request_id._sell_sudo() if sell.request_id else None
            priced = lines.filtered(lambda line: line.product_id and line.quantity > 0)
            (lines - priced).update(dict.fromkeys(TERMS, False))
            if request and priced:
                priced._compute_terms_of(request)

    def _compute_terms_of(self, request):
        found, covers = request._sale_suggestions(), request._sale_covers()
        wanted = [(line.product_id, line.quantity) for line in self]
        prices = request._service_prices(wanted)
        stock = request._service_product_stock(self.product_id)
        for line in self:
            price = prices[line.product_id, line.quantity]
            suggestion = request._fitting(found.get(line.product_id._origin), {"kind": line.kind})
            reason = request._free_reason(suggestion, covers)
            part = suggestion["part"] if suggestion else self.env["crm.service.part"]
            line.free_reason = reason
            line.free_quantity = suggestion["free"] if reason else 0.0
            line.listed = line.sell_id._listed(request, part)
            line.price = price.excluded / line.quantity
            line.stock = line._stock_text(stock)
            line.subtotal, line.subtotal_included = line._charged(price)

    def _charged(self, price):
        """What the customer pays before and with taxes: nothing if free, less for a trade-in."""
        if self.kind == "trade_in":
            back = -self.credit * self.quantity
            return back, back * price.included / price.excluded if price.excluded else back
        share = 0.0 if self.free_reason else (100 - self.discount) / 100
        return price.excluded * share, price.included * share

    def _stock_text(self, stock):
        rows = (stock or {}).get(self.product_id._origin.id)
        if not rows or self.kind == "trade_in":
            return False
        total = sum(row["free"] for row in rows)
        places = ", ".join(f"{row['warehouse']}: {row['free']:g}" for row in rows)
        return f"{total:g} ({places})"

    def _as_plain(self, company):
        day, own = fields.Date.context_today(self), company.currency_id
        given = self.credit if self.kind == "trade_in" else self.price
        return selling.Line(
            kind=self.kind,
            quantity=self.quantity,
            price=self.currency_id._convert(given, own, company, day),
            discount=self.discount,
            free_quantity=self.free_quantity if self.free_reason else None,
            listed=self.currency_id._convert(self.listed, own, company, day),
        )

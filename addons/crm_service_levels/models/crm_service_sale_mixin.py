from collections import Counter
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..tools import selling
from . import (  # noqa: F401 (a parent is defined before its child)
    crm_service_approval_mixin,
    crm_service_lookup_mixin,
    crm_service_offer_mixin,
)

LEVEL = "4"
SELLERS = "crm_service_levels.group_service_sales"
#: Most lines of one quotation, and most quotations in the card.
MOST_LINES, MOST_ORDERS = 100, 5


class Channel(NamedTuple):
    """A way to send a quotation or order: ``method`` of the request is called with the order."""

    code: str
    label: str
    icon: str
    method: str


class CrmServiceSaleMixin(models.AbstractModel):
    """Selling from a request (SVC-L4) without rights in Sales.

    Who has the role ``group_service_sales`` makes quotations by the public methods here, within
    his limits; ``_sell_sudo`` asks who he is and of which company the request is. The result is an
    ordinary order of Odoo.
    """

    _name = "crm.service.sale.mixin"
    _inherit = [
        "crm.service.approval.mixin",
        "crm.service.lookup.mixin",
        "crm.service.offer.mixin",
    ]
    _description = "Selling from a service request"

    service_order_ids = fields.One2many(
        "sale.order",
        "service_request_id",
        "Orders made here",
        readonly=True,
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    service_order_count = fields.Integer(
        "Number of orders",
        compute="_compute_service_order_count",
        groups="sales_team.group_sale_salesman",
    )

    def _compute_service_order_count(self):
        rows = self.env["sale.order"]._read_group(
            [("service_request_id", "in", self.ids)], ["service_request_id"], ["__count"]
        )
        counts = {request.id: count for request, count in rows}
        for request in self:
            request.service_order_count = counts.get(request.id, 0)

    def _sell_sudo(self):
        """This request with all rights, in its company, for who may sell from it.

        :raise AccessError: without the role, without reading the request, in another company
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(SELLERS):
            raise AccessError(self.env._("You need the role to sell from a request."))
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("The request belongs to another company."))
        # sudo: who sells was checked just now; orders are made and changed by these methods only
        return self.sudo().with_company(self.company_id)

    def _sale_order_sudo(self, order_id):
        """Order *order_id* of this request with all rights, for who may sell."""
        request = self._sell_sudo()
        order = request.service_order_ids.filtered(lambda one: one.id == order_id)
        if not order:
            raise AccessError(self.env._("This order was not made from this request."))
        return request, order

    # Suggestions

    def _sale_suggestions(self):
        """What may be sold: ``{product: {"kind", "quantity", "free", "part", "note", "effort"}}``.

        Work that was noted and not charged yet, the parts list of the model, what Odoo suggests
        with the product, what is bought together with all that (ROI-5); each product once, in this
        order. ``free`` is the quantity that a warranty
        would pay for: the list's without what orders of this request gave already.
        """
        template = (self.asset_id.product_id or self.product_id).product_tmpl_id
        parts = self.env["crm.service.part"]._of_model(template, self.company_id)
        found = self._suggested_work(parts)
        for part in parts:
            found.setdefault(part.product_id, self._suggestion(part.kind, part.quantity, part))
        options = template.optional_product_ids.filtered(
            lambda option: option.company_id in (self.company_id, option.company_id.browse())
        )
        for product in options.product_variant_id.filtered("sale_ok"):
            found.setdefault(product, self._suggestion("add_on", 1.0))
        for product, offer in self._bought_together(template.product_variant_ids, found).items():
            found[product] = {**self._suggestion("add_on", 1.0), "offer": offer}
        given = self._given_free()
        for product, row in found.items():
            row["free"] = row["quantity"] if row["effort"] else row["quantity"] - given[product]
        return found

    def _given_free(self):
        """Quantity that orders of this request gave free by rule: ``{product: quantity}``."""
        rows = self.env["sale.order.line"]._read_group(
            [
                ("order_id.service_request_id", "=", self.id),
                ("state", "!=", "cancel"),
                ("service_free_reason", "!=", False),
            ],
            ["product_id"],
            ["product_uom_qty:sum"],
        )
        return Counter(dict(rows))

    @api.model
    def _suggestion(self, kind, quantity, part=None, effort=None):
        return {
            "kind": kind,
            "quantity": quantity,
            "part": part or self.env["crm.service.part"],
            "effort": effort or self.env["crm.service.effort"],
            "note": (part and part.note) or "",
        }

    def _suggested_work(self, parts):
        """Hours of work and travel that no order charges yet, by the labor and travel lines."""
        effort = self._uncharged_effort()
        found = {}
        for kind in ("labor", "travel"):
            rows = effort.filtered(lambda row, kind=kind: row.work_kind == kind)
            part = parts.filtered(lambda row, kind=kind: row.kind == kind)[:1]
            charged = selling.hours(sum(rows.mapped("minutes")))
            if part and charged:
                quantity = self._hours_in(charged, part.product_id.uom_id)
                found[part.product_id] = self._suggestion(kind, quantity, part, rows)
        return found

    @api.model
    def _hours_in(self, charged, uom):
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        related = hour and uom and uom._has_common_reference(hour)
        return hour._compute_quantity(charged, uom, round=False) if related else charged

    def _uncharged_effort(self):
        domain = Domain("request_id", "=", self.id) & Domain("minutes", ">", 0)
        free = Domain("sale_order_line_id", "=", False)
        free |= Domain("sale_order_line_id.state", "=", "cancel")
        return self.env["crm.service.effort"].search(domain & free)

    # Warranty

    def _sale_covers(self):
        """Why lines are free today: ``{cover: reason}`` of the covers that hold for the asset."""
        asset = self.asset_id
        if not asset:
            return {}
        found = self._contract_covers(asset)
        for row in asset._warranty_rows():
            if row["state"] == "active":
                day = format_date(self.env, row["until"])
                found[row["code"]] = self.env._("In warranty until %s", day)
        return found

    @api.model
    def _contract_covers(self, asset):
        contract = asset._service_contract()
        today = fields.Date.context_today(self)
        if not contract or not contract.runs(today):
            return {}
        reason = self.env._("Covered by contract %s", contract.name)
        return dict.fromkeys(contract.covers, reason)

    @api.model
    def _free_reason(self, suggestion, covers):
        """Why a suggested line is free, or an empty text; only the parts list makes lines free."""
        if not suggestion or suggestion["free"] <= 0:
            return ""
        part = suggestion["part"]
        cover = part._cover() if part and part.kind == suggestion["kind"] else None
        return covers.get(cover, "") if cover else ""

    # The card

    def get_sale_card(self):
        """What is suggested and what was sold, for the card beside the request.

        :return: ``{"may_sell", "suggestions", "orders", "channels", "pricelist"}``
        """
        request = self._lookup_sudo()
        found = request._sale_suggestions()
        return {
            "may_sell": self.env.user.has_group(SELLERS) and bool(request.partner_id),
            "has_customer": bool(request.partner_id),
            "opens_orders": self.env["sale.order"].has_access("read"),
            "suggestions": request._suggestion_rows(found),
            "orders": [request._order_row(order) for order in request._card_orders()],
            "channels": [
                {"code": channel.code, "label": channel.label, "icon": channel.icon}
                for channel in self._service_document_channels()
            ],
        }

    def _suggestion_rows(self, found):
        kinds = dict(selling.KINDS)
        labels = dict(self.env["crm.service.part"]._fields["kind"]._description_selection(self.env))
        covers = self._sale_covers()
        products = self.env["product.product"].union(*found)
        wanted = [(product, row["quantity"]) for product, row in found.items()]
        prices = self._service_prices(wanted)
        stock = self._service_product_stock(products)
        order, currency = list(kinds), self._service_currency()
        rows = [
            {
                "product_id": product.id,
                "name": product.display_name,
                "kind": row["kind"],
                "kind_label": labels[row["kind"]],
                "quantity": row["quantity"],
                "uom": product.uom_id.name,
                "price": self._price_row(prices[product, row["quantity"]]),
                "free": self._free_reason(row, covers),
                "note": row["note"] or row.get("offer", {}).get("reason", ""),
                "stock": self._free_stock(stock, product, row),
                "credit": self._credit(row, currency),
            }
            for product, row in found.items()
        ]
        return sorted(rows, key=lambda row: order.index(row["kind"]))

    @api.model
    def _free_stock(self, stock, product, row):
        """Units that are free in all warehouses; None where they are not counted or come back."""
        if not stock or product.id not in stock or row["kind"] == "trade_in":
            return None
        return sum(warehouse["free"] for warehouse in stock[product.id])

    def _credit(self, row, currency):
        """What the customer gets for a trade-in without an approval; None for what is sold."""
        if row["kind"] != "trade_in":
            return None
        return self._trade_value(row["part"], currency)

    def _trade_value(self, part, currency):
        day = fields.Date.context_today(self)
        return part.currency_id._convert(part.trade_value, currency, self.company_id, day)

    def _card_orders(self):
        orders = self.env["sale.order"]
        return orders.search(
            [("service_request_id", "=", self.id)], order="id desc", limit=MOST_ORDERS
        )

    def _order_row(self, order):
        labels = self._step_labels()
        states = dict(order._fields["state"]._description_selection(self.env))
        held = order._service_held()
        return {
            "id": order.id,
            "name": order.name,
            "state": order.state,
            "state_label": states[order.state],
            "held": held,
            "refused": held and "refused" in order.service_approval_ids.mapped("state"),
            "amount": order.amount_total,
            "currency_id": order.currency_id.id,
            "seller": order.service_seller_id.name or "",
            "confirmed_by": order.service_confirmed_by_id.name or "",
            "signed_by": order.signed_by or "",
            "next": order.service_next or "",
            "steps": [
                {"code": code, "state": state, "label": labels[code]}
                for code, state in selling.track(order._service_progress())
            ],
        }

    @api.model
    def _step_labels(self):
        return {
            "quotation": self.env._("Quotation"),
            "sent": self.env._("Sent"),
            "confirmed": self.env._("Confirmed"),
            "delivered": self.env._("Delivered"),
            "invoiced": self.env._("Invoiced"),
            "paid": self.env._("Paid"),
        }

    # Making a quotation

    def action_sell(self, product_id=False, quantity=1.0):
        """Open the dialog with the suggestions, and with *product_id* chosen from the look-up."""
        request = self._sell_sudo()
        if not request.partner_id:
            raise UserError(self.env._("Enter the customer first."))
        wizard = self.env["crm.service.sell"]._open(self, product_id, quantity)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sell to %s", request.partner_id.display_name),
            "res_model": "crm.service.sell",
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _sell(self, wanted, follow=None, **values):
        """Make a quotation; what goes beyond the user's limits waits for approval.

        :param wanted: list of ``{"product_id", "kind", "quantity", "discount", "credit"}``
        :param follow: ``send`` to send it, at once or when it is approved
        :param values: of the order: ``require_signature``, ``require_payment``, ``reason``
        :return: the order, with all rights
        """
        request = self._sell_sudo()
        reason = values.pop("reason", "") or self.env._("Sold from %s", request.number)
        request._check_sale(wanted)
        if follow == "send" and not request.partner_id.email:
            raise UserError(self.env._("The customer has no e-mail address."))
        found = request._sale_suggestions()
        order = request._create_order(wanted, values)
        lines = request._apply_terms(order, wanted, found)
        request._accept_offers(order)
        request._begin_level(LEVEL, self.env._("Quotation %s", order.name))
        request._message_log(body=self.env._("Quotation %s is made.", order.name))
        order.service_next = follow
        amounts = request._with_earlier(order, selling.decisions(lines))
        self._ask_for_order(order, amounts, reason)
        request._continue_order(order)
        return order

    def _check_sale(self, wanted):
        if not self.partner_id:
            raise UserError(self.env._("Enter the customer first."))
        if not 0 < len(wanted) <= MOST_LINES:
            raise UserError(self.env._("Choose at least one line and at most %s.", MOST_LINES))
        ids = [line["product_id"] for line in wanted]
        products = self.env["product.product"].browse(ids).filtered_domain(self._sellable_domain())
        if set(ids) - set(products.ids):
            raise UserError(self.env._("One of the products is not for sale in this company."))
        for line in wanted:
            right = line["quantity"] > 0 and 0 <= line["discount"] <= 100 and line["credit"] >= 0
            if not right or line["kind"] not in dict(selling.KINDS):
                raise UserError(
                    self.env._(
                        "Quantities are above zero, discounts from 0 to 100, credits not negative."
                    )
                )

    def _create_order(self, wanted, values):
        """An ordinary order with the prices that Odoo finds; tags of campaigns are untouched."""
        lines = [Command.create(self._order_line_values(line)) for line in wanted]
        return self.env["sale.order"].create(
            {
                **values,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "origin": self.number,
                "service_request_id": self.id,
                "service_seller_id": self.env.uid,
                "order_line": lines,
            }
        )

    @api.model
    def _order_line_values(self, line):
        values = {
            "product_id": line["product_id"],
            "product_uom_qty": line["quantity"],
            "service_kind": line["kind"],
        }
        if line["kind"] == "trade_in":
            values |= {"product_uom_qty": -line["quantity"], "price_unit": line["credit"]}
        return values

    def _apply_terms(self, order, wanted, found):
        """Free lines, discounts and charged work; returns plain lines in company currency."""
        # the reason stands on the document: it is in the customer's language
        covers = self.with_context(lang=self.partner_id.lang or self.env.lang)._sale_covers()
        plain = []
        for line, want in zip(order.order_line, wanted, strict=True):
            suggestion = self._fitting(found.get(line.product_id), want)
            reason = self._free_reason(suggestion, covers)
            plain.append(self._plain_line(line, want, suggestion, reason))
            if reason:
                line.write(
                    {
                        "discount": 100.0,
                        "service_free_reason": reason,
                        "name": f"{line.name}\n{reason}",
                    }
                )
            elif want["discount"] and want["kind"] != "trade_in":
                line.discount = selling.stacked(line.discount, want["discount"])
            if suggestion:
                suggestion["effort"].sale_order_line_id = line
        return plain

    @api.model
    def _fitting(self, suggestion, want):
        return suggestion if suggestion and suggestion["kind"] == want["kind"] else None

    def _plain_line(self, line, want, suggestion, reason):
        """Line for :func:`tools.selling.decisions`, before the representative's discount."""
        company = self.company_id.currency_id
        part = suggestion["part"] if suggestion else self.env["crm.service.part"]
        day = fields.Date.context_today(self)
        quantity = abs(line.product_uom_qty)
        net = line.price_subtotal / line.product_uom_qty
        listed = self._trade_value(part, company) if part else 0.0
        return selling.Line(
            kind=want["kind"],
            quantity=quantity,
            price=line.currency_id._convert(net, company, self.company_id, day),
            discount=want["discount"],
            free_quantity=suggestion["free"] if reason else None,
            listed=listed,
        )

    # Limits and approval

    @api.model
    def _approval_actions(self):
        return super()._approval_actions() | {"_sale_approved"}

    def _with_earlier(self, order, amounts):
        """The amount counts with that of earlier orders of this request that nobody approved:
        a large order in several small ones is a large order."""
        earlier = self.service_order_ids.filtered(
            lambda one: (
                one != order
                and one.state != "cancel"
                and "order" not in one.service_approval_ids.mapped("kind")
            )
        )
        day, own = fields.Date.context_today(self), self.company_id.currency_id
        total = sum(
            one.currency_id._convert(max(one.amount_untaxed, 0.0), own, self.company_id, day)
            for one in earlier
        )
        return {**amounts, "order": amounts["order"] + total} if "order" in amounts else amounts

    def _ask_for_order(self, order, amounts, reason):
        """Ask for what goes beyond the user's authority; what is within needs nobody."""
        request = self._sell_sudo()
        for kind, amount in amounts.items():
            if not request._within_authority(kind, amount):
                why = f"{order.name}: {reason}"
                approval = self._ask_approval(kind, amount, why, "_sale_approved")
                # sudo: approvals are written by the methods of their request only
                approval.sudo().service_order_id = order

    def _sale_approved(self, approval):
        """Approved: when nothing else is missing, the order goes on as was wanted."""
        seller = approval.requested_by_id
        # sudo: called with the rights of the system, in the name of who asked
        request = self.with_user(seller).sudo().with_company(self.company_id)
        request._continue_order(approval.service_order_id.with_env(request.env))

    def _approval_decided(self, approval):
        res = super()._approval_decided(approval)
        order = approval.service_order_id
        if approval.state == "refused" and order.state in ("draft", "sent"):
            # sudo: a refused quotation is cancelled with what it waits for, whoever refused it
            refused = order.sudo()
            refused._action_cancel()
            refused.service_approval_ids.filtered(lambda a: a.state == "waiting")._cancel()
        return res

    def _continue_order(self, order):
        """Send or confirm, as was wanted, unless the order waits for an approval."""
        if order._service_held() or order.state not in ("draft", "sent"):
            return
        follow, order.service_next = order.service_next, False
        if follow == "send" and order.partner_id.email:
            self._send_by_mail(order)
        elif follow == "confirm":
            order.action_confirm()

    # Sending

    @api.model
    def _service_document_channels(self):
        """Ways to send a document; another addon adds fax or text messages by ``super()``."""
        return [Channel("email", self.env._("Send by e-mail"), "fa-envelope", "_send_by_mail")]

    def send_quotation(self, order_id, channel="email"):
        """Send the quotation or order as a document by one of the channels."""
        request, order = self._sale_order_sudo(order_id)
        if order._service_held():
            raise UserError(self.env._("This quotation waits for approval."))
        if order.state == "cancel":
            raise UserError(self.env._("This quotation is cancelled."))
        methods = {one.code: one.method for one in self._service_document_channels()}
        if channel not in methods:
            raise UserError(self.env._("This channel is not available."))
        getattr(request, methods[channel])(order)
        return True

    def _send_by_mail(self, order):
        """Odoo's own mail with the document as PDF and the link to sign or pay online."""
        template = order._find_mail_template()
        if not order.partner_id.email:
            raise UserError(self.env._("The customer has no e-mail address."))
        order.with_context(force_send=True).message_post_with_source(
            template,
            email_layout_xmlid="mail.mail_notification_layout_with_responsible_signature",
            subtype_xmlid="mail.mt_comment",
        )
        if order.state == "draft":
            order.action_quotation_sent()

    def print_quotation(self, order_id):
        """The document as PDF, kept in the files of the request."""
        request, order = self._sale_order_sudo(order_id)
        if order._service_held():
            raise UserError(self.env._("This quotation waits for approval."))
        report = self.env.ref("sale.action_report_saleorder")
        # sudo: an order of this request, as checked above
        content, _kind = report.sudo()._render_qweb_pdf(report.report_name, order.ids)
        file = self.env["ir.attachment"].create(
            {
                "name": f"{order.name}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": request._name,
                "res_id": request.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true",
            "target": "new",
        }

    # Confirmation and cancellation

    def confirm_by_phone(self, order_id, partner_id=None, when=None):
        """The customer confirmed in a conversation: note who and when, then confirm the order.

        While the order waits for an approval, it is confirmed when that is given.

        :param partner_id: contact of the customer, the one of the request by default
        :param when: moment in UTC, not in the future; now by default
        """
        request, order = self._sale_order_sudo(order_id)
        if order.state not in ("draft", "sent"):
            raise UserError(self.env._("Only a quotation can be confirmed."))
        when = fields.Datetime.to_datetime(when) or fields.Datetime.now()
        person = request._confirming_contact(partner_id)
        if when > fields.Datetime.now():
            raise UserError(self.env._("The customer cannot have confirmed in the future."))
        order.write(
            {
                "service_confirmed_by_id": person.id,
                "service_confirmed_on": when,
                "service_confirmed_user_id": self.env.uid,
                "service_next": "confirm",
            }
        )
        order._message_log(body=self.env._("Confirmed on the phone by the customer."))
        request._continue_order(order)
        return order.state

    def _confirming_contact(self, partner_id):
        person = self.partner_id.browse(partner_id).exists() if partner_id else self.partner_id
        if person.commercial_partner_id != self.commercial_partner_id:
            raise UserError(self.env._("Choose a contact of the customer."))
        return person

    def action_confirm_by_phone(self, order_id):
        """Ask who confirmed and when."""
        request, order = self._sale_order_sudo(order_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirmed on the phone"),
            "res_model": "crm.service.sell.confirm",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_request_id": request.id,
                "default_order_key": order.id,
                "default_order_name": order.name,
                "default_partner_id": request.partner_id.id,
            },
        }

    def cancel_quotation(self, order_id):
        """The customer does not want it; only what is not an order yet."""
        _request, order = self._sale_order_sudo(order_id)
        if order.state not in ("draft", "sent"):
            raise UserError(self.env._("An order that is confirmed is cancelled in Sales."))
        order.service_approval_ids.filtered(lambda a: a.state == "waiting")._cancel()
        order._action_cancel()
        return True

    # Level and merge

    def _sale_followed(self):
        """Level 4 lasts while a quotation is open; queries do not depend on the number."""
        if not self:
            return
        rows = self.env["sale.order"]._read_group(
            [("service_request_id", "in", self.ids)], ["service_request_id", "state"], ["__count"]
        )
        counts = Counter()
        for request, state, count in rows:
            counts[request] += count if state in ("draft", "sent") else 0
        busy = self.filtered(lambda request: counts[request] and not request.is_closed)
        busy._begin_level(LEVEL, self.env._("Quotation"))
        (self - busy)._end_level(LEVEL)

    @api.model
    def _service_merge_models(self):
        return [*super()._service_merge_models(), ("sale.order", "service_request_id")]

    def action_open_service_orders(self):
        """Orders made from these requests, for who has rights in Sales."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("service_request_id", "in", self.ids)],
            "context": {"create": False},
        }

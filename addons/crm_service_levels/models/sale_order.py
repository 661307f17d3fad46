from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import portal, selling

INTERNAL = "base.group_user"


class SaleOrder(models.Model):
    """An order that was made from a request (SVC-L4). Everything else about it is Odoo's."""

    _inherit = "sale.order"

    service_request_id = fields.Many2one(
        "crm.service.request",
        "Service request",
        index="btree_not_null",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    service_seller_id = fields.Many2one(
        "res.users",
        "Sold in service by",
        index="btree_not_null",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    service_approval_ids = fields.One2many(
        "crm.service.approval", "service_order_id", "Approvals", readonly=True, groups=INTERNAL
    )
    service_next = fields.Selection(
        [("send", "Send it"), ("confirm", "Confirm it")],
        "After the approval",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    feedback_invitation_ids = fields.One2many(
        "crm.feedback.invitation",
        "sale_order_id",
        "Feedback asked",
        groups="crm_service_levels.group_service_user",
    )
    service_held = fields.Boolean(
        "Waits for approval", compute="_compute_service_held", groups=INTERNAL
    )
    service_confirmed_by_id = fields.Many2one(
        "res.partner", "Confirmed on the phone by", readonly=True, copy=False, groups=INTERNAL
    )
    service_confirmed_on = fields.Datetime(
        "Confirmed on the phone on", readonly=True, copy=False, groups=INTERNAL
    )
    service_confirmed_user_id = fields.Many2one(
        "res.users", "Confirmation taken by", readonly=True, copy=False, groups=INTERNAL
    )

    @api.depends("service_approval_ids.state")
    def _compute_service_held(self):
        for order in self:
            order.service_held = order._service_held() and order.state in ("draft", "sent")

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            # sudo: the request is told, whoever changes the order
            self.sudo().filtered("service_request_id")._service_tell_requests()
        return res

    def unlink(self):
        # sudo: as write
        requests = self.sudo().service_request_id
        res = super().unlink()
        requests._sale_followed()
        return res

    def _service_tell_requests(self):
        if not self:
            return
        states = dict(self._fields["state"]._description_selection(self.env))
        bodies = {}
        for order in self:
            line = f"{order.name}: {states[order.state]}"
            request = order.service_request_id
            bodies[request.id] = ", ".join(filter(None, (bodies.get(request.id), line)))
        self.service_request_id._message_log_batch(bodies)
        self.service_request_id._sale_followed()

    def _service_held(self):
        """Whether an approval is missing: it waits, was refused, or was taken back."""
        # sudo: whether an order is held is asked for customers who sign it, too
        approvals = self.sudo().service_approval_ids
        return any(approval.state not in ("own", "approved") for approval in approvals)

    def _service_held_message(self):
        return self.env._("%s goes beyond an authority: it waits for approval.", self.name)

    def _confirmation_error_message(self):
        if self._service_held():
            return self._service_held_message()
        return super()._confirmation_error_message()

    def action_quotation_send(self):
        for order in self:
            if order._service_held():
                raise UserError(order._service_held_message())
        return super().action_quotation_send()

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._service_held()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._service_held()

    def _service_progress(self):
        """Facts of the order for :func:`tools.selling.track`."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.product_uom_qty > 0)
        goods = lines.filtered(lambda line: line.product_id.type == "consu")
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted")
        return selling.Progress(
            state=self.state,
            ordered=sum(goods.mapped("product_uom_qty")),
            delivered=sum(min(line.qty_delivered, line.product_uom_qty) for line in goods),
            invoiced=self.invoice_status,
            paid=bool(invoices)
            and all(move.payment_state in ("in_payment", "paid", "reversed") for move in invoices),
            held=self._service_held(),
            by_phone=bool(self.service_confirmed_on),
        )

    # The customer's page (SVC-T)

    def _service_portal_stations(self):
        """Stations of a confirmed order like those of a parcel; none before, none when cancelled.

        What has nothing to be delivered has no station for it.
        """
        if self.state != "sale":
            return []
        names = self._service_portal_names()
        looks = {"done": portal.DONE, "now": portal.CURRENT, "open": portal.AHEAD}
        dates = self._service_portal_dates()
        return [
            {
                "code": code,
                "name": names[code],
                "status": looks[state],
                "date": dates.get(code) if state == "done" else None,
            }
            for code, state in selling.track(self._service_progress())
            if code in names
        ]

    def _service_portal_names(self):
        return {
            "confirmed": self.env._("Ordered"),
            "delivered": self.env._("Delivered"),
            "invoiced": self.env._("Billed"),
            "paid": self.env._("Paid"),
        }

    def _service_portal_dates(self):
        """When stations were reached, as far as the order knows it."""
        return {"confirmed": self.date_order}

    def action_open_service_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.request",
            "res_id": self.service_request_id.id,
            "views": [[False, "form"]],
        }

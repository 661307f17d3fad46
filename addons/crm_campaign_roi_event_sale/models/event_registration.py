from odoo import api, models


class EventRegistration(models.Model):
    """The order of a ticket belongs to the campaign whose invitation it answers (ROI-2)."""

    _inherit = "event.registration"

    @api.model_create_multi
    def create(self, vals_list):
        registrations = super().create(vals_list)
        registrations._campaign_mark_orders()
        return registrations

    def write(self, vals):
        result = super().write(vals)
        if vals.get("sale_order_id") or vals.get("sale_order_line_id"):
            self._campaign_mark_orders()
        return result

    def _campaign_mark_orders(self):
        """Orders that have no campaign get that of the invitation, and the log says why."""
        # sudo: visitors who buy a ticket have no right to invitations and orders
        invited = self.sudo().filtered("campaign_delivery_id")
        for registration in invited.filtered(lambda one: not one.sale_order_id.campaign_id):
            order = registration.sale_order_id
            row = registration.campaign_delivery_id.exists()
            if not row:
                continue  # no foreign key holds it
            marks = row._event_marks()
            order.with_context(
                campaign_link_how="answer", campaign_link_reason=registration.event_id.name
            ).write(
                {name: marks[f"utm_{name}"] for name in ("campaign_id", "source_id", "medium_id")}
            )

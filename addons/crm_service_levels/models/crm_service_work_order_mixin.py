from odoo import models

from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)


class CrmServiceWorkOrderMixin(models.AbstractModel):
    """The work order of a request on paper: what was done, with what, and who signed (SVC-L5)."""

    _name = "crm.service.work.order.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Work order of a service request"

    def _work_order(self):
        """What the customer may read on the work order; nothing internal, no costs.

        :return: dict of ``partner``, ``asset``, ``serial``, ``product``, ``work`` (rows),
            ``minutes``, ``parts`` (rows), ``signature`` (base64 or ``False``), ``signed_by``,
            ``signed_on``
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: whoever may read the request prints the names of its product, asset and colleagues
        order = self.sudo()
        signed = order.feedback_answer_ids.filtered("signature_id")
        signed = signed.sorted("signed_on", reverse=True)[:1]
        work = order.effort_ids.filtered("minutes").sorted(lambda one: (one.date, one.id))
        return {
            "partner": order.partner_id,
            "asset": order.asset_id.display_name or "",
            "serial": order.asset_id.serial or "",
            "product": order.product_id.display_name or "",
            "work": [
                {
                    "date": one.date,
                    "who": one.user_id.name,
                    "what": one.name or "",
                    "minutes": one.minutes,
                }
                for one in work
            ],
            "minutes": sum(work.mapped("minutes")),
            "parts": self._work_order_parts(),
            "signature": signed.signature_id.datas,
            "signed_by": signed.signed_by or "",
            "signed_on": signed.signed_on,
        }

    def _work_order_parts(self):
        """Parts and services ordered from the request: list of ``name``, ``quantity``, ``unit``."""
        # sudo: as _work_order; no prices are printed
        orders = self.sudo().service_order_ids.filtered(lambda one: one.state == "sale")
        lines = orders.order_line.filtered(lambda line: not line.display_type)
        return [
            {
                "name": line.product_id.display_name or line.name,
                "quantity": line.product_uom_qty,
                "unit": line.product_uom_id.name or "",
            }
            for line in lines
        ]

from odoo import api, models
from odoo.tools import SQL


class CrmCallCostPage(models.AbstractModel):
    """What is sold in service after a call (CC-9, SVC-L4)."""

    _inherit = "crm.call.cost.page"

    @api.model
    def _income_orders(self, first, last):
        """Orders made from a request about which somebody spoke by telephone before."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id FROM sale_order o
                    WHERE o.company_id = %s AND o.state = 'sale'
                      AND o.date_order >= %s AND o.date_order < %s::date + 1
                      AND EXISTS (SELECT FROM crm_call c
                           WHERE c.request_id = o.service_request_id AND c.result = 'answered'
                             AND c.start <= o.date_order)""",
                self.env.company.id,
                first,
                last,
            )
        )
        found = super()._income_orders(first, last)
        return [*found, (self.env._("Sales in service"), [order for (order,) in rows])]

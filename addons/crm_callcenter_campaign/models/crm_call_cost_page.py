from odoo import api, models
from odoo.tools import SQL


class CrmCallCostPage(models.AbstractModel):
    """What outgoing calls of campaigns sold (CC-6, CC-9)."""

    _inherit = "crm.call.cost.page"

    @api.model
    def _income_orders(self, first, last):
        """Orders of a campaign whose customer somebody reached on its call list before."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                    WHERE o.company_id = %s AND o.state = 'sale'
                      AND o.date_order >= %s AND o.date_order < %s::date + 1
                      AND EXISTS (SELECT FROM crm_call_list l
                            JOIN crm_call_list_entry e ON e.list_id = l.id
                            JOIN res_partner who ON who.id = e.partner_id
                            JOIN crm_call_list_attempt t ON t.entry_id = e.id
                           WHERE l.campaign_id = o.campaign_id AND l.company_id = o.company_id
                             AND who.commercial_partner_id = p.commercial_partner_id
                             AND t.person AND t.date <= o.date_order)""",
                self.env.company.id,
                first,
                last,
            )
        )
        found = super()._income_orders(first, last)
        return [*found, (self.env._("Sales of outgoing calls"), [order for (order,) in rows])]

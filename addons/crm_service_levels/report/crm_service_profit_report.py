from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report import customer_month

from ..tools import selling


class CrmServiceProfitReport(models.Model):
    """Service as a business: revenue, margin and cost of work of requests (SVC-L4).

    One row per line of an order made from a request and confirmed, and one per piece of work. All
    amounts are in the currency of the company, before taxes, orders at their own rate.

    - product cost: as for customers' profit: the cost on the order line, or today's standard cost;
      a line of goods without either has none, and its revenue counts as ``revenue_unknown``
    - labor and travel have no product cost: their cost is the work that was noted
    - margin: revenue whose cost is known − product cost; net: margin − cost of work
    - work without a cost (the team has no hourly cost) counts as minutes only
    - given: what lines would have cost that were free by warranty or contract, at the price list
    """

    _name = "crm.service.profit.report"
    _description = "Profit of service"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": ["team_id", "type_id", "product_id", "asset_id", "partner_id"],
        "crm.service.effort": ["cost", "minutes", "date", "user_id", "request_id"],
        "sale.order": ["state", "service_request_id", "service_seller_id", "date_order"],
        "sale.order.line": [
            "price_subtotal",
            "purchase_price",
            "product_uom_qty",
            "service_kind",
            "service_free_reason",
        ],
    }

    source = fields.Selection([("order", "Order"), ("work", "Work")], readonly=True)
    request_id = fields.Many2one("crm.service.request", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.service.team", readonly=True)
    type_id = fields.Many2one("crm.service.type", "Request type", readonly=True)
    user_id = fields.Many2one("res.users", "Representative", readonly=True)
    product_id = fields.Many2one("product.product", "Model", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    service_kind = fields.Selection(selling.KINDS, "Sold as", readonly=True)
    revenue = fields.Monetary(readonly=True, aggregator="sum")
    revenue_unknown = fields.Monetary(
        "Revenue without cost",
        readonly=True,
        aggregator="sum",
        help="Revenue of goods whose cost nobody entered: it is in no margin.",
    )
    product_cost = fields.Monetary("Cost of goods", readonly=True, aggregator="sum")
    margin = fields.Monetary(
        readonly=True, aggregator="sum", help="Revenue whose cost is known − cost of goods."
    )
    effort_cost = fields.Monetary("Cost of work", readonly=True, aggregator="sum")
    net = fields.Monetary("Profit", readonly=True, aggregator="sum", help="Margin − cost of work.")
    given = fields.Monetary(
        "Free by warranty",
        readonly=True,
        aggregator="sum",
        help="Value at the price list of lines that warranty or contract made free.",
    )
    minutes = fields.Float("Minutes worked", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        seen = self.env["crm.service.request"]._search([])
        return SQL(
            """SELECT f.*, r.company_id, r.team_id, r.type_id,
                COALESCE(a.product_id, r.product_id) AS product_id, r.commercial_partner_id,
                COALESCE(f.known, 0) - COALESCE(f.product_cost, 0) AS margin,
                COALESCE(f.known, 0) - COALESCE(f.product_cost, 0) - COALESCE(f.effort_cost, 0)
                    AS net
            FROM (%s UNION ALL %s) f
            JOIN crm_service_request r ON r.id = f.request_id
            LEFT JOIN crm_customer_asset a ON a.id = r.asset_id
            WHERE r.id IN %s""",
            self._order_rows(),
            self._work_rows(),
            seen.subselect(),
        )

    def _order_rows(self):
        """Lines of confirmed orders; ``known`` is the revenue whose cost is known."""
        return SQL(
            """SELECT c.id * 2 AS id, 'order' AS source, c.request_id, c.order_id, c.date,
                c.user_id, c.service_kind, c.revenue, c.given, c.cost AS product_cost,
                CASE WHEN c.cost IS NOT NULL THEN c.revenue END AS known,
                CASE WHEN c.cost IS NULL THEN c.revenue END AS revenue_unknown,
                NULL::float AS effort_cost, NULL::float AS minutes
            FROM (%s) c""",
            self._cost_rows(),
        )

    def _cost_rows(self):
        return SQL(
            """SELECT l.id, o.service_request_id AS request_id, o.id AS order_id,
                o.date_order::date AS date, COALESCE(o.service_seller_id, o.user_id) AS user_id,
                l.service_kind, (l.price_subtotal / rate.value)::float AS revenue,
                CASE WHEN l.service_free_reason IS NOT NULL
                    THEN (l.price_unit * l.product_uom_qty / rate.value)::float END AS given,
                CASE WHEN l.service_kind IN ('labor', 'travel') THEN 0
                    WHEN l.purchase_price <> 0 AND l.create_date >= %(since)s
                    THEN l.product_uom_qty * l.purchase_price / rate.value
                    WHEN std.cost IS NOT NULL
                    THEN l.product_uom_qty * std.cost * %(ratio)s
                    WHEN pt.type = 'service' THEN 0 END::float AS cost
            FROM sale_order o
            JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
            JOIN product_product pp ON pp.id = l.product_id
            JOIN product_template pt ON pt.id = pp.product_tmpl_id
            CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(o.currency_rate, 0), 1) AS value) rate
            LEFT JOIN (%(standards)s) std
                ON std.product_id = l.product_id AND std.company_id = l.company_id
            WHERE o.state = 'sale' AND o.service_request_id IS NOT NULL""",
            since=customer_month._recorded_since(self.env),
            ratio=customer_month._unit_ratio(SQL("l.product_uom_id"), SQL("pt.uom_id")),
            # sudo: costs of all companies are joined; the rows of others are left out by rules
            standards=customer_month._standard_costs(self.sudo().env),
        )

    @staticmethod
    def _work_rows():
        return SQL(
            """SELECT e.id * 2 + 1, 'work', e.request_id, NULL::integer, e.date, e.user_id,
                NULL::varchar, NULL::float, NULL::float, NULL::float, NULL::float, NULL::float,
                NULLIF(e.cost, 0)::float, e.minutes::float
            FROM crm_service_effort e"""
        )

    def action_open_source(self):
        """The order or the request behind a row."""
        self.ensure_one()
        order = self.order_id if self.order_id.has_access("read") else None
        record = order or self.request_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.models.crm_campaign_demand import WANTED
from odoo.addons.crm_campaign_roi.tools import demand


class CrmCampaignDemand(models.Model):
    """Expected demand by warehouse; what is accepted is replenished (ROI-4)."""

    _inherit = "crm.campaign.demand"

    warehouse_id = fields.Many2one(
        "stock.warehouse", ondelete="restrict", readonly=True, index="btree_not_null",
        help="Where it will be shipped from; empty for what is not stored.",
    )  # fmt: skip

    _cell_uniq = models.UniqueIndex("(campaign_id, product_id, week, COALESCE(warehouse_id, 0))")

    # -- by warehouse ----------------------------------------------------------------------------

    def _cell_columns(self):
        return {**super()._cell_columns(), "warehouse_id": SQL("integer")}

    def _cell_key(self):
        return SQL("(campaign_id, product_id, week, COALESCE(warehouse_id, 0))")

    def _same_place(self, one, other):
        return SQL("%s.warehouse_id IS NOT DISTINCT FROM %s.warehouse_id", one, other)

    def _sold_there(self, cell, sale):
        """Sales that name no warehouse belong to the first one of the company."""
        return SQL(
            """(%(cell)s.warehouse_id IS NULL OR %(cell)s.warehouse_id = COALESCE(%(sale)s.place, (
                SELECT MIN(w.id) FROM stock_warehouse w
                WHERE w.company_id = %(cell)s.company_id AND w.active)))""",
            cell=cell,
            sale=sale,
        )

    def _place_of_order(self):
        return SQL("o.warehouse_id")

    def _place(self, rows):
        """Divide *rows* of stored products among the warehouses that ship them."""
        stored = self._stored(rows)
        chosen = self._chosen_warehouses({row["campaign_id"] for row in rows})
        usual = self._usual_shares(rows)
        placed = []
        for row in super()._place(rows):
            shares = {None: 1.0}
            key = (row["company_id"], row["product_id"])
            if key in stored:
                one = chosen.get(row["campaign_id"])
                shares = {one: 1.0} if one else usual.get(key) or usual.get(key[0], shares)
            placed += [self._part(row, share, place) for place, share in shares.items()]
        return placed

    def _stored(self, rows):
        """``{(company id, product id)}`` of *rows* that are shipped from a warehouse."""
        wanted = {}
        for row in rows:
            wanted.setdefault(row["company_id"], set()).add(row["product_id"])
        products, companies = self.env["product.product"], self.env["res.company"]
        return {
            (company, product)
            for company, keys in wanted.items()
            for product in self._shipped(products.browse(keys), companies.browse(company)).ids
        }

    def _shipped(self, products, company):
        """Those of *products* whose demand in *company* is one of a warehouse; extended."""
        return products.filtered("is_storable")

    @staticmethod
    def _part(row, share, warehouse):
        numbers = ("low", "expected", "high", "expected_revenue")
        return {**row, **{name: row[name] * share for name in numbers}, "warehouse_id": warehouse}

    def _chosen_warehouses(self, campaigns):
        """``{campaign id: warehouse id or False}``."""
        found = self.env["utm.campaign"].browse(campaigns)
        return {campaign.id: campaign.warehouse_id.id for campaign in found}

    def _usual_shares(self, rows):
        """Shares of warehouses in what was ordered of each product in the last year.

        ``{(company id, product id) or company id: {warehouse id: share}}``; under the company
        alone its first warehouse, for products that nobody ordered.
        """
        since = fields.Date.subtract(fields.Date.context_today(self), years=1)
        # sudo: shares tell nothing of one order
        lines = self.env["sale.order.line"].sudo()
        found = lines._read_group(
            [
                ("state", "=", "sale"),
                ("order_id.date_order", ">=", since),
                ("product_id", "in", list({row["product_id"] for row in rows})),
                ("warehouse_id.active", "=", True),
            ],
            ["company_id", "product_id", "warehouse_id"],
            ["product_uom_qty:sum"],
        )
        ordered = {}
        for company, product, warehouse, quantity in found:
            if warehouse.company_id == company:
                ordered.setdefault((company.id, product.id), {})[warehouse.id] = quantity
        shares = {key: demand.shares(weights) for key, weights in ordered.items()}
        warehouses = self.env["stock.warehouse"].sudo()  # sudo: which one is the first
        for company, first in warehouses._read_group([], ["company_id"], ["id:min"]):
            shares[company.id] = {first: 1.0}
        return shares

    # -- replenishment ---------------------------------------------------------------------------

    def _needs(self):
        """Rows (product id, warehouse id, Monday, units) that are wanted and not sold yet.

        Of weeks that are not over, for the whole database: a few rows per week and product.
        What is ordered by now is in the stock's own forecast already.
        """
        self.flush_model()
        self.env["sale.order"].flush_model(["campaign_id", "date_order", "state", "warehouse_id"])
        self.env["sale.order.line"].flush_model(
            ["order_id", "product_id", "product_uom_id", "product_uom_qty"]
        )
        monday = self._monday(fields.Date.context_today(self))
        return self.env.execute_query(
            SQL(
                """
                SELECT d.product_id, d.warehouse_id, d.week,
                    SUM(GREATEST(0, d.planned_quantity - COALESCE(s.quantity, 0)))
                FROM crm_campaign_demand d
                LEFT JOIN (%(ordered)s) s ON s.campaign_id = d.campaign_id
                    AND s.product_id = d.product_id AND s.warehouse_id = d.warehouse_id
                    AND s.week = d.week
                WHERE d.state IN %(wanted)s AND d.week >= %(monday)s
                    AND d.warehouse_id IS NOT NULL
                GROUP BY d.product_id, d.warehouse_id, d.week
                """,
                ordered=self._ordered_since(monday),
                wanted=WANTED,
                monday=monday,
            )
        )

    def _ordered_since(self, monday):
        return SQL(
            """
            SELECT o.campaign_id, l.product_id, o.warehouse_id,
                date_trunc('week', o.date_order)::date AS week,
                SUM(l.product_uom_qty * lu.factor / pu.factor) AS quantity
            FROM sale_order o
            JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
            JOIN product_product pp ON pp.id = l.product_id
            JOIN product_template pt ON pt.id = pp.product_tmpl_id
            JOIN uom_uom lu ON lu.id = l.product_uom_id
            JOIN uom_uom pu ON pu.id = pt.uom_id
            WHERE o.state = 'sale' AND o.campaign_id IS NOT NULL AND o.date_order >= %s
            GROUP BY 1, 2, 3, 4
            """,
            monday,
        )

    def _demand_changed(self, demands):
        result = super()._demand_changed(demands)
        # sudo: planners need no right to the rules of stock
        self.env["stock.warehouse.orderpoint"].sudo()._follow_campaigns(demands)
        return result

    def action_open_replenishment(self):
        """The replenishment of these products."""
        action = self.env["stock.warehouse.orderpoint"].action_open_orderpoints()
        domain = [("product_id", "in", self.product_id.ids)]
        return {**action, "domain": domain, "context": {}}

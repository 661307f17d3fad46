from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.models.crm_campaign_demand import WANTED

#: Bills of materials that contain themselves end here.
DEEPEST = 20


class CrmCampaignComponent(models.Model):
    """What the accepted demand of campaigns is made of, through all bills of materials (ROI-4).

    One row per week of demand and place in the bill. The bill of a product is the one that Odoo
    takes: its own before its template's, by sequence. Lines for other variants are left out.
    """

    _name = "crm.campaign.component"
    _description = "Component of expected demand"
    _auto = False
    _order = "week, product_id, id"
    _rec_name = "product_id"
    _depends = {
        "crm.campaign.demand": [
            "company_id", "planned_quantity", "product_id", "state", "warehouse_id", "week",
        ],
        "mrp.bom": [
            "active", "company_id", "product_id", "product_qty", "product_tmpl_id",
            "product_uom_id", "sequence", "type",
        ],
        "mrp.bom.line": ["bom_id", "product_id", "product_qty", "product_uom_id"],
    }  # fmt: skip

    demand_id = fields.Many2one("crm.campaign.demand", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    week = fields.Date(readonly=True, help="Monday of the week in which the product is sold.")
    sold_product_id = fields.Many2one("product.product", "For", readonly=True)
    parent_id = fields.Many2one("product.product", "Part of", readonly=True)
    product_id = fields.Many2one("product.product", "Component", readonly=True)
    categ_id = fields.Many2one("product.category", "Product category", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    level = fields.Integer(readonly=True, help="1 is a part of what is sold.", aggregator=None)
    is_made = fields.Boolean("Made", readonly=True, help="It has a bill of materials itself.")
    quantity = fields.Float(readonly=True, help="In the unit of the component.")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE need AS (
                SELECT d.id AS demand_id, d.company_id, d.product_id AS parent_id, d.product_id,
                    0 AS level, d.planned_quantity AS quantity, d.id::text AS path, %(bom0)s AS bom
                FROM crm_campaign_demand d
                WHERE d.state IN %(wanted)s AND d.planned_quantity > 0
                UNION ALL
                SELECT n.demand_id, n.company_id, n.product_id, l.product_id, n.level + 1,
                    n.quantity * l.product_qty * lu.factor / cu.factor
                        / (b.product_qty * bu.factor / pu.factor),
                    n.path || '/' || l.id, %(bom)s
                FROM need n
                JOIN mrp_bom b ON b.id = n.bom
                JOIN product_product pp ON pp.id = n.product_id
                JOIN product_template pt ON pt.id = pp.product_tmpl_id
                JOIN uom_uom bu ON bu.id = b.product_uom_id
                JOIN uom_uom pu ON pu.id = pt.uom_id
                JOIN mrp_bom_line l ON l.bom_id = b.id AND %(fits)s
                JOIN uom_uom lu ON lu.id = l.product_uom_id
                JOIN product_product cp ON cp.id = l.product_id
                JOIN product_template ct ON ct.id = cp.product_tmpl_id
                JOIN uom_uom cu ON cu.id = ct.uom_id
                WHERE n.level < %(deepest)s
            )
            SELECT ('x' || substr(md5(n.path), 1, 13))::bit(52)::bigint AS id, n.demand_id,
                d.campaign_id, n.company_id, d.warehouse_id, d.week,
                d.product_id AS sold_product_id, n.parent_id, n.product_id, pt.categ_id,
                pt.uom_id, n.level, n.bom IS NOT NULL AS is_made, n.quantity
            FROM need n
            JOIN crm_campaign_demand d ON d.id = n.demand_id
            JOIN product_product pp ON pp.id = n.product_id
            JOIN product_template pt ON pt.id = pp.product_tmpl_id
            WHERE n.level > 0
            """,
            bom0=self._bom(SQL("d.product_id"), SQL("d.company_id")),
            bom=self._bom(SQL("l.product_id"), SQL("n.company_id")),
            wanted=WANTED,
            fits=self._fits(),
            deepest=DEEPEST,
        )

    def _bom(self, product, company):
        """Id of the bill of materials of a product, or NULL (SQL)."""
        return SQL(
            """(SELECT f.id FROM mrp_bom f JOIN product_product fp ON fp.id = %(product)s
                WHERE f.active AND f.type IN ('normal', 'phantom')
                    AND (f.product_id = fp.id
                        OR (f.product_id IS NULL AND f.product_tmpl_id = fp.product_tmpl_id))
                    AND (f.company_id IS NULL OR f.company_id = %(company)s)
                ORDER BY f.sequence, f.product_id, f.id LIMIT 1)""",
            product=product,
            company=company,
        )

    def _fits(self):
        """Whether line *l* is for the variant of *n*: of each attribute it names, one value."""
        return SQL(
            """NOT EXISTS (
                SELECT FROM mrp_bom_line_product_template_attribute_value_rel r
                JOIN product_template_attribute_value v
                    ON v.id = r.product_template_attribute_value_id
                WHERE r.mrp_bom_line_id = l.id AND NOT EXISTS (
                    SELECT FROM mrp_bom_line_product_template_attribute_value_rel o
                    JOIN product_template_attribute_value w
                        ON w.id = o.product_template_attribute_value_id
                    JOIN product_variant_combination c
                        ON c.product_template_attribute_value_id = w.id
                    WHERE o.mrp_bom_line_id = l.id AND w.attribute_id = v.attribute_id
                        AND c.product_product_id = n.product_id))"""
        )

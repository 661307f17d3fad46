from odoo import fields, models
from odoo.tools import SQL


class CrmReorderWeek(models.Model):
    """Expected reorders by product, week and company, for planning: no customer is named (C360-5).

    What is overdue counts for the week of the data date; broken rhythms do not count.
    """

    _name = "crm.reorder.week"
    _description = "Expected reorders by week"
    _auto = False
    _order = "week, expected_value desc, id"
    _rec_name = "product_id"
    _depends = {
        "crm.reorder.forecast": [
            "company_id", "currency_id", "date", "expected_date", "expected_value", "is_current",
            "partner_id", "product_id", "quantity", "state",
        ],
    }  # fmt: skip

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product category")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    week = fields.Date(readonly=True, help="Monday of the week; what is overdue counts for now.")
    date = fields.Date("Data date", readonly=True)
    quantity = fields.Float(
        "Expected quantity",
        readonly=True,
        digits="Product Unit",
        help="Sum of the median quantities of the customers whose reorder falls in this week.",
    )
    expected_value = fields.Monetary("Expected value", readonly=True)
    customers = fields.Integer(readonly=True, help="Customers whose reorder falls in this week.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT min(f.id) AS id, f.product_id, f.company_id, f.currency_id, f.date,
                   date_trunc('week', GREATEST(f.expected_date, f.date))::date AS week,
                   SUM(f.quantity) AS quantity, SUM(f.expected_value) AS expected_value,
                   COUNT(DISTINCT f.partner_id) AS customers
                 FROM crm_reorder_forecast f
                WHERE f.is_current AND f.state != 'broken'
                GROUP BY f.product_id, f.company_id, f.currency_id, f.date, 6"""
        )

    def action_open_forecasts(self):
        """The customers behind the figure, as far as the viewer may see them."""
        self.ensure_one()
        first = self.week if self.week > self.date else fields.Date.to_date("1900-01-01")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Expected reorders of %(product)s", product=self.product_id.name),
            "res_model": "crm.reorder.forecast",
            "views": [(False, "list"), (False, "kanban")],
            "domain": [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_current", "=", True),
                ("state", "!=", "broken"),
                ("expected_date", ">=", fields.Date.to_string(first)),
                ("expected_date", "<=", fields.Date.to_string(fields.Date.add(self.week, days=6))),
            ],
        }

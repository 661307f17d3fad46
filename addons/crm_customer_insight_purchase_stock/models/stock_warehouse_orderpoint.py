from odoo import fields, models


class StockWarehouseOrderpoint(models.Model):
    """What customers are expected to order again stands beside the replenishment (C360-5).

    It informs: nobody has ordered it, so it is not taken off the forecast. It is a figure of the
    company, which the rules of all its warehouses show: customers' rhythms name no warehouse.
    """

    _inherit = "stock.warehouse.orderpoint"

    expected_reorder_quantity = fields.Float(
        "Expected reorders",
        compute="_compute_expected_reorder_quantity",
        digits="Product Unit",
        help="What customers of the company are expected to order again within the lead time, from "
        "their own purchase rhythms. Not ordered yet, and not taken off the forecast.",
    )

    def _compute_expected_reorder_quantity(self):
        expected = self._expected_reorders()
        for orderpoint in self:
            weeks = expected.get((orderpoint.product_id.id, orderpoint.company_id.id), ())
            horizon = orderpoint.lead_horizon_date
            orderpoint.expected_reorder_quantity = sum(
                quantity for week, quantity in weeks if not horizon or week <= horizon
            )

    def _expected_reorders(self):
        """``{(product id, company id): [(Monday, units)]}``, one query."""
        # sudo: sums that name no customer; who works in a warehouse need not be a salesperson
        weeks = self.env["crm.reorder.week"].sudo()
        rows = weeks.search_read(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["product_id", "company_id", "week", "quantity"],
            load=None,
        )
        found = {}
        for row in rows:
            key = (row["product_id"], row["company_id"])
            found.setdefault(key, []).append((row["week"], row["quantity"]))
        return found

    def action_open_expected_reorders(self):
        """The weeks in which the product is expected to be ordered again."""
        self.ensure_one()
        self.env["crm.reorder.week"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_reorder_week_action"
        )
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return {**action, "domain": domain, "context": {}, "views": [(False, "list")]}

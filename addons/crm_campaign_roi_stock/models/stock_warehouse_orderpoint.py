from datetime import datetime, time, timedelta

from pytz import UTC, timezone

from odoo import api, fields, models


class StockWarehouseOrderpoint(models.Model):
    """Accepted demand of campaigns counts as goods that will leave (ROI-4).

    Minimum and maximum stay the user's. What is wanted within the lead time and not ordered yet is
    taken off the forecast, as sales orders are; it comes back by itself when the decision is taken
    back, and is never counted beside the order that fulfills it.
    """

    _inherit = "stock.warehouse.orderpoint"

    campaign_quantity = fields.Float(
        "Campaigns",
        compute="_compute_campaign_quantity",
        digits="Product Unit",
        help="Accepted demand of campaigns within the lead time that nobody has ordered yet. It is "
        "taken off the forecast.",
    )
    campaign_week = fields.Date(
        "Needed for campaigns",
        compute="_compute_qty_to_order_computed",
        store=True,
        help="The first week in which campaigns need more than there will be.",
    )
    for_campaigns = fields.Boolean(
        readonly=True, help="Made for the accepted demand of campaigns, and removed with it."
    )

    def _compute_campaign_quantity(self):
        due = self._campaign_due()
        for orderpoint in self:
            orderpoint.campaign_quantity = sum(due.get(orderpoint.id, {}).values())

    def _campaign_due(self):
        """``{id: {Monday: units}}`` within the lead time of each, one query.

        The replenishment of a warehouse's stock carries it, not those of single shelves.
        """
        needs = {}
        # sudo: how much is wanted; who works in a warehouse reads no campaigns
        for product, warehouse, week, units in self.env["crm.campaign.demand"].sudo()._needs():
            needs.setdefault((product, warehouse), []).append((week, units))
        due = {}
        for orderpoint in self:
            own = needs.get((orderpoint.product_id.id, orderpoint.warehouse_id.id))
            if own and orderpoint.location_id == orderpoint.warehouse_id.lot_stock_id:
                due[orderpoint.id] = orderpoint._within_lead_time(own)
        return due

    def _within_lead_time(self, needs):
        horizon = self.lead_horizon_date
        return {week: units for week, units in sorted(needs) if week <= horizon and units > 0}

    def _quantity_in_progress(self):
        """What is on its way in, less what campaigns will take out; whole pieces of pieces."""
        quantities = super()._quantity_in_progress()
        for key, weeks in self._campaign_due().items():
            if key in quantities:
                orderpoint = self.browse(key)
                quantities[key] -= orderpoint._whole_units(sum(weeks.values()))
        return quantities

    def _whole_units(self, quantity):
        """Nobody buys 3.2 pumps: pieces are rounded up, kilograms are not."""
        unit = self.env.ref("uom.product_uom_unit")
        if not self.product_uom._has_common_reference(unit):
            return quantity
        return fields.Float.round(quantity, precision_digits=0, rounding_method="UP")

    @api.depends("product_min_qty")
    def _compute_qty_to_order_computed(self):
        result = super()._compute_qty_to_order_computed()
        due = self._campaign_due()
        for orderpoint in self:
            weeks = due.get(orderpoint.id) if orderpoint.qty_to_order_computed > 0 else None
            orderpoint.campaign_week = weeks and orderpoint._first_short(weeks)
        return result

    def _first_short(self, weeks):
        """The first week that campaigns bring below the minimum; none when it is without them."""
        left = self.qty_forecast + self._whole_units(sum(weeks.values())) - self.product_min_qty
        if self.product_uom.compare(left, 0) < 0:
            return False
        for week, units in weeks.items():
            left -= units
            if self.product_uom.compare(left, 0) < 0:
                return week
        return False

    def _get_orderpoint_procurement_date(self):
        """Noon of the Monday when campaigns need it, when that is later than the lead time.

        The caller takes the horizon off again.
        """
        date = super()._get_orderpoint_procurement_date()
        if not self.campaign_week:
            return date
        zone = timezone(self.company_id.partner_id.tz or "UTC")
        noon = zone.localize(datetime.combine(self.campaign_week, time(12)))
        needed = noon.astimezone(UTC).replace(tzinfo=None)
        return max(date, needed + timedelta(days=int(self.get_horizon_days() or 0)))

    @api.depends("campaign_week")
    def _compute_deadline_date(self):
        result = super()._compute_deadline_date()
        today = fields.Date.today()
        for orderpoint in self.filtered("campaign_week"):
            latest = orderpoint.campaign_week - timedelta(days=orderpoint.lead_days)
            known = orderpoint.deadline_date
            orderpoint.deadline_date = min(known, latest) if known else max(today, latest)
        return result

    # -- rules made for campaigns ----------------------------------------------------------------

    @api.model
    def _follow_campaigns(self, demands):
        """Make the rules that accepted demand needs, remove those that nothing needs any more."""
        products = self._campaign_products(demands)
        needs = {
            (product, warehouse)
            for product, warehouse, _week, units in demands.sudo()._needs()  # sudo: as above
            if product in products._ids and units > 0
        }
        rules = self.with_context(active_test=False).search([("product_id", "in", products.ids)])
        self._make_for_campaigns(needs, rules, demands.decided_by[:1])
        idle = rules.filtered(
            lambda rule: (
                rule.for_campaigns
                and rule.trigger == "manual"
                and not (rule.product_min_qty or rule.product_max_qty)
                and (rule.product_id.id, rule.warehouse_id.id) not in needs
            )
        )
        idle.unlink()
        self._show_campaigns(self.search([("product_id", "in", products.ids)]))

    def _campaign_products(self, demands):
        """Products whose replenishment follows from *demands*; extended by addons."""
        return demands.product_id

    def _make_for_campaigns(self, needs, rules, planner):
        stored = self.env["product.product"].browse({product for product, _place in needs})
        stored = set(stored.filtered("is_storable").ids)
        known = {(rule.product_id.id, rule.location_id.id) for rule in rules}
        warehouses = self.env["stock.warehouse"].browse({place for _product, place in needs})
        places = {place.id: place for place in warehouses}
        self.with_user(planner or self.env.user).sudo().create(  # sudo: asked by a planner
            [
                {
                    **self._get_orderpoint_values(product, places[place].lot_stock_id.id),
                    "warehouse_id": place,
                    "company_id": places[place].company_id.id,
                    "for_campaigns": True,
                }
                for product, place in sorted(needs)
                if product in stored and (product, places[place].lot_stock_id.id) not in known
            ]
        )

    def _show_campaigns(self, rules):
        """Bring what is to order up to date, as the scheduler and the screen do."""
        rules.invalidate_recordset(["qty_forecast", "qty_on_hand", "campaign_quantity"])
        rules._compute_qty_to_order_computed()
        rules._compute_deadline_date()

    def action_open_campaign_demand(self):
        """The demand of campaigns that is taken off the forecast."""
        self.ensure_one()
        self.env["crm.campaign.demand"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_demand"
        )
        domain = [
            ("product_id", "=", self.product_id.id),
            ("warehouse_id", "=", self.warehouse_id.id),
            ("state", "in", ("accepted", "changed")),
        ]
        return {**action, "domain": domain, "context": {"search_default_filter_ahead": 1}}

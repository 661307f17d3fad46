from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..report import campaign_demand as sql
from ..tools import demand

STATES = [
    ("proposed", "To decide"),
    ("accepted", "Accepted"),
    ("changed", "Changed"),
    ("refused", "Refused"),
    ("withdrawn", "No longer expected"),
]
#: Decisions by which goods are wanted.
WANTED = ("accepted", "changed")
#: Campaigns that still sell or will.
AHEAD = ("draft", "submitted", "approved", "running", "finished")
#: Campaigns that are sure enough to buy and produce for.
SURE = ("approved", "running", "finished")


class CrmCampaignDemand(models.Model):
    """What a campaign is expected to sell of a product in a week (ROI-4).

    Rows are written by :meth:`_refresh`; planners decide about them. A week that has begun keeps
    its forecast, so that forecast and actual can be compared.
    """

    _name = "crm.campaign.demand"
    _description = "Expected demand of a campaign"
    _order = "week, campaign_id, product_id, id"
    _rec_name = "product_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", readonly=True, index=True
    )
    phase = fields.Selection(related="campaign_id.phase", string="Phase of the campaign")
    kind_id = fields.Many2one(related="campaign_id.kind_id", string="Kind of campaign")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="restrict", readonly=True, index=True
    )
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product category")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    week = fields.Date(required=True, readonly=True, help="Monday of the week.")
    low = fields.Float(readonly=True, help="Sold with 90 % certainty.")
    expected = fields.Float(readonly=True, help="Units that will be sold on average.")
    high = fields.Float(readonly=True, help="One week in ten sells more.")
    expected_revenue = fields.Monetary("Expected revenue", readonly=True)
    sold_quantity = fields.Float(
        "Sold", readonly=True, help="Ordered in this week, less what came back."
    )
    sold_revenue = fields.Monetary("Sold for", readonly=True)
    state = fields.Selection(STATES, required=True, default="proposed", readonly=True, index=True)
    planned_quantity = fields.Float(
        "Planned", readonly=True, help="What the planner takes over into purchasing or production."
    )
    reason = fields.Text(readonly=True)
    decided_by = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime("Decided on", readonly=True)
    decided_expected = fields.Float(readonly=True, string="Expected when decided")
    withdrawn_state = fields.Selection(
        STATES, "Before it was withdrawn", readonly=True, help="Stands again once it is expected."
    )
    has_moved = fields.Boolean(
        "Moved since",
        readonly=True,
        help="The forecast moved by more than a fifth since then, or was withdrawn meanwhile.",
    )
    is_sure = fields.Boolean(
        compute="_compute_is_sure", help="The campaign is approved, so there is to decide."
    )
    to_decide = fields.Boolean(
        compute="_compute_to_decide", search="_search_to_decide", string="Waits for a decision"
    )

    _cell_uniq = models.UniqueIndex("(campaign_id, product_id, week)")
    _week_idx = models.Index("(week, state)")

    @api.depends("campaign_id.phase")
    def _compute_is_sure(self):
        for row in self:
            row.is_sure = row.phase in SURE

    @api.depends("state", "has_moved", "week", "campaign_id.phase")
    def _compute_to_decide(self):
        for row in self:
            row.to_decide = row in row.filtered_domain(self._to_decide())

    def _to_decide(self):
        """What waits: proposals of sure campaigns for weeks to come, and what moved since."""
        return (
            Domain("week", ">=", self._monday(fields.Date.context_today(self)))
            & Domain("campaign_id.phase", "in", SURE)
            & (
                Domain("state", "=", "proposed")
                | Domain("has_moved", "=", True) & Domain("state", "!=", "withdrawn")
            )
        )

    def _search_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        waits = self._to_decide()
        return Domain.OR(waits if wanted else ~waits for wanted in value)

    # -- forecast --------------------------------------------------------------------------------

    @staticmethod
    def _monday(day):
        return day - timedelta(days=day.weekday())

    @api.model
    def _main_company(self):
        """Company of campaigns that name none."""
        # sudo: which company is the first one is no secret
        return self.env["res.company"].sudo().search([], order="id", limit=1)

    @api.model
    def _ahead(self, today):
        """Campaigns that still sell something, or will."""
        return (
            Domain("phase", "in", AHEAD)
            & Domain("is_template", "=", False)
            & Domain("is_auto_campaign", "=", False)
            & (Domain("window_end", "=", False) | Domain("window_end", ">=", today))
        )

    @api.model
    def _refresh(self, campaigns=None, today=None):
        """Compute the demand of *campaigns*, or of all that sell or have demand to come.

        A fixed number of queries, whatever their number. Decisions stay; what is no longer
        expected is withdrawn.
        """
        today = today or fields.Date.context_today(self)
        monday = self._monday(today)
        ahead = self._ahead(today)
        if campaigns is None:
            coming = Domain("demand_ids.week", ">=", monday)
            campaigns = self.env["utm.campaign"].search(ahead | coming)
        selling = campaigns.filtered_domain(ahead)
        self._gather(campaigns)
        rows = self._cells(selling, today)
        self._write_cells(campaigns, rows, monday)

    @api.model
    def _gather(self, campaigns):
        """Keep what *campaigns* sold in a table of this transaction."""
        self.env.flush_all()
        self.env.cr.execute(sql.forget())
        self.env.cr.execute(
            sql.gather(campaigns.ids, self._main_company().id, self._place_of_order())
        )

    def _cells(self, campaigns, today):
        """Rows of demand for the weeks from today on."""
        facts = self._facts(campaigns)
        rows = []
        for campaign in campaigns:
            if not self._lacks(campaign, facts[campaign]):
                rows += self._campaign_cells(campaign, facts[campaign], today)
        return self._place(rows)

    def _facts(self, campaigns):
        """``{campaign: plain facts}``: persons and sales so far, prior, mix, prices."""
        priors = self._priors(campaigns)
        seen = {row[0]: row[1:] for row in self.env.execute_query(sql.seen(campaigns.ids))}
        sold = {}
        for campaign, product, units in self.env.execute_query(sql.sold_units()):
            sold.setdefault(campaign, {})[product] = max(units, 0.0)
        facts = {}
        for campaign in campaigns:
            persons, responses, buyers = seen.get(campaign.id, (0, 0, 0, 0, 0))[:3]
            units = sold.get(campaign.id, {})
            prior, prices = priors.get(self._kind_key(campaign), (None, {}))
            facts[campaign] = {
                "persons": persons,
                "seen": demand.Seen(persons, responses, buyers, units, {}),
                "prior": self._own_prior(campaign) or prior,
                "mix": self._mix(campaign, prior),
                "prices": prices,
            }
        return facts

    def _kind_key(self, campaign):
        company = campaign.company_id or self._main_company()
        return campaign.kind_id.id, company.id

    def _priors(self, campaigns):
        """``{(kind id, company id): (prior or None, {product id: price})}``."""
        known = (
            self.env["crm.campaign.prior"].search([("kind_id", "in", campaigns.kind_id.ids)])
        )._known()
        lessons = self.env["crm.campaign.lesson"].union(*(own for _p, own in known.values()))
        paid = {}
        for lesson, product, units, revenue in self.env["crm.campaign.lesson.line"]._read_group(
            [("lesson_id", "in", lessons.ids)],
            ["lesson_id", "product_id"],
            ["units:sum", "revenue:sum"],
        ):
            key = (lesson.kind_id.id, lesson.company_id.id)
            total = paid.setdefault(key, {}).setdefault(product.id, [0.0, 0.0])
            total[0], total[1] = total[0] + units, total[1] + revenue
        return {
            (record.kind_id.id, record.company_id.id): (
                prior,
                self._mean_prices(paid.get((record.kind_id.id, record.company_id.id), {})),
            )
            for record, (prior, _lessons) in known.items()
        }

    @staticmethod
    def _mean_prices(paid):
        return {key: revenue / units for key, (units, revenue) in paid.items() if units > 0}

    @staticmethod
    def _own_prior(campaign):
        """What the campaign says itself; None when it leaves that to the kind."""
        numbers = (
            campaign.expected_response / 100,
            campaign.expected_conversion / 100,
            campaign.expected_quantity,
            campaign.expected_weight,
        )
        return demand.by_hand(*numbers) if campaign.forecast_by_hand and all(numbers) else None

    @staticmethod
    def _mix(campaign, prior):
        entered = {line.product_id.id: line.weight for line in campaign.mix_ids}
        return demand.mix_of(entered, campaign.product_ids.ids, prior.mix if prior else {})

    @staticmethod
    def _lacks(campaign, facts):
        """Code of the first thing without which there is no forecast, or None."""
        if not campaign.window_start:
            return "start"
        if not facts["persons"]:
            return "persons"
        if not facts["prior"]:
            return "experience"
        return None if facts["mix"] else "products"

    @api.model
    def _missing(self, campaigns):
        """``{campaign id: code of what is missing, or None}``; only reads."""
        ahead = campaigns.filtered_domain(self._ahead(fields.Date.context_today(self)))
        priors = self._priors(ahead)
        missing = dict.fromkeys(campaigns.ids, "over")
        for campaign in ahead:
            prior = priors.get(self._kind_key(campaign), (None, {}))[0]
            facts = {
                "persons": campaign.target_count or campaign.expected_reach,
                "prior": self._own_prior(campaign) or prior,
                "mix": self._mix(campaign, prior),
            }
            missing[campaign.id] = self._lacks(campaign, facts)
        return missing

    def _campaign_cells(self, campaign, facts, today):
        """The cells of one campaign, by the pure functions of ``tools/demand``."""
        start = campaign.window_start
        weeks = -(-((campaign.window_end - start).days + 1) // 7)
        known = facts["prior"].timing
        timing = {week: weight for week, weight in known.items() if week < weeks}
        timing = timing or demand.even(weeks)
        gone = demand.elapsed(start, timing, today)
        prior = facts["prior"].so_far(facts["seen"], gone)
        prior = replace(prior, mix=facts["mix"], timing=demand.calendar_weeks(start, timing))
        coming = {week for week in prior.timing if week >= self._monday(today)}
        found = demand.forecast(prior, facts["persons"], coming)
        prices = self._prices(campaign, facts)
        company = campaign.company_id or self._main_company()
        return [
            {
                "campaign_id": campaign.id,
                "company_id": company.id,
                "product_id": product,
                "week": week,
                "low": units.low,
                "expected": units.expected,
                "high": units.high,
                "expected_revenue": units.expected * prices[product],
            }
            for (product, week), units in found.items()
        ]

    def _prices(self, campaign, facts):
        """``{product id: price}``: entered, else what the kind took, else the list price."""
        entered = {line.product_id.id: line.price for line in campaign.mix_ids if line.price}
        company = campaign.company_id or self._main_company()
        prices = {**facts["prices"], **entered}
        products = self.env["product.product"].browse(key for key in facts["mix"])
        today = fields.Date.context_today(self)
        for product in products.with_company(company).filtered(lambda p: p.id not in prices):
            prices[product.id] = product.currency_id._convert(
                product.lst_price, company.currency_id, company, today, round=False
            )
        return prices

    # -- writing ---------------------------------------------------------------------------------

    def _cell_columns(self):
        """``{column: type}`` of the cells; extended by addons with ``super()``."""
        return {
            "campaign_id": SQL("integer"),
            "company_id": SQL("integer"),
            "product_id": SQL("integer"),
            "week": SQL("date"),
            "low": SQL("float"),
            "expected": SQL("float"),
            "high": SQL("float"),
            "expected_revenue": SQL("numeric"),
        }

    def _cell_key(self):
        """What makes a cell unique, as SQL of the index."""
        return SQL("(campaign_id, product_id, week)")

    def _same_place(self, one, other):
        """Whether the rows *one* and *other* (aliases) are of one place (SQL)."""
        return SQL("TRUE")

    def _sold_there(self, cell, sale):
        """Whether what was sold belongs to the place of a cell (SQL of aliases)."""
        return SQL("TRUE")

    def _place_of_order(self):
        """Column of the order *o* that says from where it is shipped (SQL)."""
        return SQL("NULL::integer")

    def _place(self, rows):
        """*rows* divided among the places they are shipped from; extended by addons."""
        return rows

    def _write_cells(self, campaigns, rows, monday):
        self.env.flush_all()
        columns = self._cell_columns()
        same = self._same_place(SQL("d"), SQL("x"))
        self.env.cr.execute(sql.cells(columns, rows))
        self.env.cr.execute(sql.propose(columns, self._cell_key(), monday, self.env.uid))
        self.env.cr.execute(sql.drop(campaigns.ids, monday, same))
        withdrawn = self.env.execute_query(sql.withdraw(campaigns.ids, monday, same))
        sold = self._sold_there(SQL("n"), SQL("s"))
        self.env.cr.execute(sql.note_sold(campaigns.ids, sold))
        self.env.cr.execute(sql.forget())
        self.env.invalidate_all()
        self._tell_withdrawn(withdrawn)
        self._demand_changed(self.search([("campaign_id", "in", campaigns.ids)]))

    def _tell_withdrawn(self, rows):
        """Note in the campaign that accepted demand fell away; the planners are told."""
        told = {}
        for _row, campaign, planner in rows:
            if planner:
                told.setdefault(campaign, []).append(planner)
        for campaign in self.env["utm.campaign"].browse(told):
            planners = self.env["res.users"].browse(set(told[campaign.id]))
            campaign.message_post(
                body=self.env._(
                    "%(count)s weeks of accepted demand are no longer expected.",
                    count=len(told[campaign.id]),
                ),
                partner_ids=planners.partner_id.ids,
            )

    def _demand_changed(self, demands):
        """Hook: forecast, sales or decisions of *demands* changed."""

    @api.model
    def _cron_refresh(self):
        """Learn from what is over, then compute what is ahead."""
        today = fields.Date.context_today(self)
        self.env["crm.campaign.lesson"]._learn(today)
        self._refresh(today=today)

    @api.model
    def _cron_sold(self):
        """Bring up to date what was sold; credit notes may come a year late."""
        since = fields.Date.subtract(fields.Date.context_today(self), months=13)
        campaigns = self.env["utm.campaign"].search([("demand_ids.week", ">=", since)])
        self._gather(campaigns)
        self.env.cr.execute(sql.note_sold(campaigns.ids, self._sold_there(SQL("n"), SQL("s"))))
        self.invalidate_model()
        self._demand_changed(self.search([("campaign_id", "in", campaigns.ids)]))

    @api.model
    def action_refresh_all(self):
        """Compute everything anew, for whoever works with forecasts."""
        self.env["utm.campaign"]._check_forecast_role()
        # sudo: nobody has the right to write demand; the role was asked above
        self.sudo()._cron_refresh()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # -- decisions -------------------------------------------------------------------------------

    def _check_planner(self):
        """:raises AccessError: for all but planners
        :raises UserError: for campaigns that are not approved, and weeks that are over
        """
        if not (self.env.su or self.env.user.has_group("crm_campaign_roi.group_campaign_planner")):
            raise AccessError(self.env._("Planners decide about expected demand."))
        self.check_access("read")
        monday = self._monday(fields.Date.context_today(self))
        if late := self.filtered(lambda row: row.week < monday)[:1]:
            raise UserError(self.env._("The week of %s is over.", fields.Date.to_string(late.week)))
        open_ones = self.filtered(lambda row: row.state == "withdrawn" or not row.is_sure)
        if unsure := open_ones.campaign_id[:1]:
            raise UserError(
                self.env._("%s is not approved, or sells this no longer.", unsure.title)
            )

    def _decide(self, state, quantities, reason=False):
        """Note the decision of the user.

        :param quantities: ``{row id: planned quantity}``
        """
        self._check_planner()
        # sudo: nobody has the right to write demand; the role was asked above
        rows = self.sudo()
        now = fields.Datetime.now()
        for row in rows:
            row.write(
                {
                    "state": state,
                    "planned_quantity": quantities[row.id],
                    "reason": reason,
                    "decided_by": self.env.uid,
                    "decided_on": now,
                    "decided_expected": row.expected,
                    "has_moved": False,
                }
            )
        rows._demand_changed(rows)

    def action_accept(self):
        """Take the expected quantities over."""
        self._decide("accepted", {row.id: row.expected for row in self})

    def action_refuse(self, reason):
        """Take nothing over; marketers read why."""
        self._check_reason(reason)
        self._decide("refused", dict.fromkeys(self.ids, 0.0), reason)

    def action_change(self, quantities, reason):
        """Take other quantities over.

        :param quantities: ``{row id: quantity}`` with one for each row; ids may be texts, as JSON
            has it
        """
        self._check_reason(reason)
        given = {int(key): quantity for key, quantity in quantities.items()}
        if set(self.ids) - given.keys():
            raise ValidationError(self.env._("Say a quantity for each week."))
        if any(quantity < 0 for quantity in given.values()):
            raise ValidationError(self.env._("A planned quantity is not negative."))
        self._decide("changed", given, reason)

    def action_take_back(self):
        """Undo the decision: nothing is taken over until somebody decides again."""
        self._decide("proposed", dict.fromkeys(self.ids, 0.0))

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why: others read the reason."))

    def action_open_decision(self):
        """Open the dialog to change or refuse."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_demand_decide"
        )
        context = {"default_demand_ids": self.ids, "dialog_size": "medium"}
        decision = self.env.context.get("demand_decision")
        return {**action, "context": {**context, "default_decision": decision or "changed"}}

    def action_open_sales(self):
        """The sales of the campaign in this week."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_deal"
        )
        domain = [
            ("campaign_id", "=", self.campaign_id.id),
            ("product_id", "=", self.product_id.id),
            ("date", ">=", self.week),
            ("date", "<", self.week + timedelta(days=7)),
        ]
        return {**action, "domain": domain, "context": {"search_default_filter_ordered": 1}}

    def action_open_campaign(self):
        """The campaign."""
        self.ensure_one()
        return self.campaign_id.get_formview_action()

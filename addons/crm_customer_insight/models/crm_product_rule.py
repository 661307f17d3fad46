from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from ..report import product_rule_sets, product_rules
from ..tools.analysis import NotEnoughDataError
from .crm_customer_snapshot import LIFECYCLE_STAGES

#: Fewer baskets than these tell nothing about what belongs together.
LEAST_BASKETS = 20
#: Months whose rules are kept.
KEEP_MONTHS = 24
SEGMENTS = [
    ("none", "All customers"),
    ("tier_A", "Tier A"),
    ("tier_B", "Tier B"),
    ("tier_C", "Tier C"),
    ("tier_D", "Tier D"),
    *((f"stage_{code}", label) for code, label in LIFECYCLE_STAGES),
]
SEASONS = [
    ("none", "All year"),
    ("q1", "January to March"),
    ("q2", "April to June"),
    ("q3", "July to September"),
    ("q4", "October to December"),
]


class CrmProductRule(models.Model):
    """Who buys the first buys the second: a rule of product association with its measures (ROI-5).

    One row per company, month, part of the baskets (segment or season), products bought and product
    on offer. Rules of the current month are computed anew every night; closed months stay.
    """

    _name = "crm.product.rule"
    _description = "Product association"
    _order = "significant desc, lift desc, baskets desc, id"
    _rec_name = "offered_id"
    _log_access = False

    product_id = fields.Many2one(
        "product.product",
        "Bought",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="Of a longer rule its first product.",
    )
    antecedent_ids = fields.Many2many(
        "product.product",
        "crm_product_rule_antecedent_rel",
        "rule_id",
        "product_id",
        "Bought together",
        readonly=True,
        help="All products of a longer rule before the arrow; empty for pairs.",
    )
    antecedent_key = fields.Char("Products bought (key)", required=True, readonly=True)
    offered_id = fields.Many2one(
        "product.product", "Also bought", required=True, readonly=True, ondelete="cascade",
        index=True,
    )  # fmt: skip
    categ_id = fields.Many2one(related="product_id.categ_id", string="Category bought")
    offered_categ_id = fields.Many2one(related="offered_id.categ_id", string="Category on offer")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    segment = fields.Selection(SEGMENTS, required=True, readonly=True, default="none")
    season = fields.Selection(SEASONS, required=True, readonly=True, default="none")
    size = fields.Integer("Products", readonly=True, aggregator=None)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Data date", required=True, readonly=True)
    date_from = fields.Date("Baskets from", readonly=True)
    source = fields.Selection(
        [("order", "Confirmed orders"), ("invoice", "Posted invoices")], readonly=True
    )
    is_current = fields.Boolean("Current", readonly=True)

    baskets = fields.Integer("Baskets with both", readonly=True, help="Baskets that hold them all.")
    baskets_product = fields.Integer("Baskets with the first", readonly=True, aggregator=None)
    baskets_offered = fields.Integer(
        "Baskets with the product on offer", readonly=True, aggregator=None
    )
    baskets_total = fields.Integer(
        "All baskets",
        readonly=True,
        aggregator=None,
        help="Of the company, segment and season in the months that count.",
    )
    support = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(8, 6),
        help="Baskets with both ÷ all baskets.",
    )
    confidence = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(6, 4),
        help="Baskets with both ÷ baskets with the first: how often the rule holds.",
    )
    lift = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(12, 2),
        help="Confidence ÷ share of all baskets with the product on offer: how many times as often "
        "as without the first. 1 means no connection.",
    )
    conviction = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(12, 2),
        help="How many times as often the rule would be wrong if the products had nothing to do "
        "with one another; empty when it is never wrong.",
    )
    p_value = fields.Float(
        "Chance",
        readonly=True,
        aggregator=None,
        digits=(16, 15),
        help="Probability of so many common baskets or more without a connection: Fisher's exact "
        "test, one-sided.",
    )
    q_value = fields.Float(
        "Chance among all pairs",
        readonly=True,
        aggregator=None,
        digits=(16, 15),
        help="Many pairs are looked at, so some would seem connected by chance: the share of "
        "chance finds among the rules at least as sure as this one (Benjamini and Hochberg).",
    )
    significant = fields.Boolean(
        readonly=True, help="The chance among all pairs is below the limit of the value rules."
    )

    _rule_uniq = models.UniqueIndex(
        "(company_id, month, segment, season, antecedent_key, offered_id)"
    )
    _current_idx = models.Index("(company_id, product_id, segment, season) WHERE is_current")

    @api.depends("product_id", "antecedent_ids", "offered_id")
    def _compute_display_name(self):
        for rule in self:
            bought = rule.antecedent_ids or rule.product_id
            rule.display_name = self.env._(
                "%(bought)s → %(offered)s",
                bought=" + ".join(bought.mapped("display_name")),
                offered=rule.offered_id.display_name,
            )

    # -- screens -------------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_rule_page(self):
        """What the page of rules says about itself: limits that apply and whether longer rules
        can be found."""
        self.check_access("read")
        [option] = self._options(self.env.company, self._date())
        return {
            "baskets": option.min_baskets,
            "support": option.min_support,
            "confidence": option.min_confidence,
            "lift": option.min_lift,
            "significance": option.significance,
            "source": dict(self._fields["source"]._description_selection(self.env))[option.source],
            "since": fields.Date.to_string(option.since),
            "longer": bool(product_rule_sets.library()),
        }

    def action_open_baskets(self):
        """The orders or invoices with all products of the rule, in the months that count.

        Of a segment, they are those of the customers who are in it today.
        """
        self.ensure_one()
        orders = self.source != "invoice"
        line = "order_line.product_id" if orders else "invoice_line_ids.product_id"
        products = (self.antecedent_ids or self.product_id) | self.offered_id
        domain = [(line, "=", product.id) for product in products]
        domain += self._basket_domain(orders) + self._slice_domain(orders)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "sale.order" if orders else "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

    def _basket_domain(self, orders):
        day = "date_order" if orders else "invoice_date"
        until = fields.Date.to_string(self.date + relativedelta(days=1))
        common = [
            ("company_id", "=", self.company_id.id),
            (day, ">=", fields.Date.to_string(self.date_from)),
            (day, "<", until),
        ]
        if orders:
            return [*common, ("state", "=", "sale")]
        return [*common, ("state", "=", "posted"), ("move_type", "=", "out_invoice")]

    def _slice_domain(self, orders):
        if self.season != "none":
            name = "date_order" if orders else "invoice_date"
            return [(f"{name}.quarter_number", "=", int(self.season[1:]))]
        kind, _, code = self.segment.partition("_")
        if kind == "none":
            return []
        field = {"tier": "insight_tier", "stage": "insight_lifecycle_stage"}[kind]
        return [(f"partner_id.commercial_partner_id.{field}", "=", code)]

    def action_open_offers(self):
        """What became of this rule's offers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_product_offer_action"
        )
        domain = [
            ("because_id", "=", self.product_id.id),
            ("product_id", "=", self.offered_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return {**action, "domain": domain, "context": {}}

    # -- computation ---------------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Find the rules of all companies anew; earlier months stay."""
        date = self._date()
        # sudo: rules are found for all companies, whoever asks
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        options = self._options(companies, date)
        run._tell(0, 6, self.env._("Reading the baskets"))
        found = product_rules.begin(self.env, options)
        if found < LEAST_BASKETS:
            raise NotEnoughDataError(
                self.env._(
                    "There are %(found)s baskets in the months that count; rules need "
                    "%(least)s at least.",
                    found=found,
                    least=LEAST_BASKETS,
                )
            )
        text = self.env._("Counting what is together in %(found)s baskets", found=found)
        product_rules.count_pairs(self.env, tell=lambda done, total: run._tell(done, total, text))
        product_rules.judge(self.env)
        product_rules.make_rules(self.env)
        run._tell(5, 6, self.env._("Looking for longer rules"))
        product_rule_sets.add(self.env, options)
        month = date_utils.start_of(date, "month")
        written = product_rules.write(self.env, options, month, date)
        self._forget_old(month)
        self.env.invalidate_all()
        return written

    @api.model
    def _date(self):
        return self.env["crm.customer.snapshot"]._data_date()

    @api.model
    def _options(self, companies, date):
        settings = self.env["crm.value.setting"]._for_companies(companies)
        month = date_utils.start_of(date, "month")
        return [self._option(company, settings[company.id], month, date) for company in companies]

    @api.model
    def _option(self, company, setting, month, date):
        return product_rules.Options(
            company_id=company.id,
            source=setting.basket_source,
            since=month - relativedelta(months=setting.basket_months - 1),
            until=date,
            min_baskets=setting.rule_min_baskets,
            min_support=setting.rule_min_support,
            min_confidence=setting.rule_min_confidence,
            min_lift=setting.rule_min_lift,
            significance=setting.rule_significance,
        )

    @api.model
    def _forget_old(self, month):
        before = month - relativedelta(months=KEEP_MONTHS)
        self.env.cr.execute(SQL("DELETE FROM crm_product_rule WHERE month < %s", before))

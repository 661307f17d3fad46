from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .day_format import format_day

#: What was dismissed is not suggested again for so many days.
DISMISSED_DAYS = 90
#: Candidates that are looked at before those that cannot be sold are left out.
CANDIDATES = 60
SHOWN = 5
ANSWER = ("product_id", "name", "reason", "kind", "because_id", "price")
OPEN_STATES = ("draft", "sent")


class CrmProductSuggestion(models.AbstractModel):
    """What to offer somebody who buys these products: in quotations, service and the portal.

    Suggestions come from the current rules of the company (:class:`CrmProductRule`), of the
    customer's tier and stage and of the season where there are such, and from reorders that are
    due. What the customer cannot buy is never suggested (:meth:`_offerable`, extended by addons).
    """

    _name = "crm.product.suggestion"
    _description = "Product suggestions"
    _inherit = ["crm.suggestion.portal.mixin"]

    # -- orders --------------------------------------------------------------------------------

    @api.model
    def get_order_suggestions(self, order_id, product_id=False):
        """Suggestions for an open quotation, best first, each with its reason.

        :param product_id: only those because of this product of the order
        :return: list of dicts: product_id, name, reason, kind, because_id, price
        """
        order = self._open_order(order_id)
        if not order:
            return []
        found = self._for_order(order, product_id)
        # sudo: what was shown is noted by nobody in person
        self.env["crm.product.offer"].sudo()._note_shown(
            found, order._suggestion_place(), order.partner_id, order.company_id, order
        )
        return [{name: item[name] for name in ANSWER} for item in found]

    @api.model
    def add_to_order(self, order_id, product_id):
        """Add a suggested product to the quotation.

        :raises UserError: when it may not be sold to this customer, or the quotation is closed
        """
        order = self._open_order(order_id)
        if not order:
            raise UserError(self.env._("Products are added to quotations only."))
        order.check_access("write")
        product = self.env["product.product"].browse(product_id).exists()
        if not self._offerable(product, order.partner_id, order.company_id):
            raise UserError(self.env._("This product cannot be sold to this customer now."))
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": product.id, "product_uom_qty": 1}
        )
        self._offers_of(order, product)._decide("accepted", line)
        return line.id

    @api.model
    def dismiss(self, order_id, product_id):
        """Do not suggest this product to this customer for a while."""
        order = self._open_order(order_id)
        if order:
            order.check_access("write")
            product = self.env["product.product"].browse(product_id)
            self._offers_of(order, product)._decide("dismissed")
        return True

    @api.model
    def _open_order(self, order_id):
        """The quotation, if the viewer may read it and it is still one."""
        self.env["crm.product.rule"].check_access("read")
        if isinstance(order_id, bool) or not isinstance(order_id, int):
            raise UserError(self.env._("This is not an order."))
        order = self.env["sale.order"].browse(order_id).exists()
        order.check_access("read")
        return order.filtered(lambda o: o.state in OPEN_STATES and o.partner_id)

    def _offers_of(self, order, product):
        # sudo: what became of a suggestion is noted by nobody in person
        offers = self.env["crm.product.offer"].sudo()
        return offers.search([("order_id", "=", order.id), ("product_id", "=", product.id)])

    @api.model
    def _for_order(self, order, product_id):
        present = order.order_line.product_id
        because = present.filtered(lambda p: p.id == product_id) if product_id else present
        return self._suggest(
            order.partner_id,
            order.company_id,
            because.ids,
            exclude=present.ids,
            reorders=not product_id,
        )

    # -- engine --------------------------------------------------------------------------------

    @api.model
    def _suggest(self, partner, company, bought, **options):
        """The best suggestions for a customer who has *bought* products in his hands.

        Options: ``exclude`` (product ids), ``reorders`` (default: those due come first), ``limit``.
        A fixed number of queries.
        """
        return self.with_company(company)._find(partner, company, bought, **options)

    def _find(self, partner, company, bought, exclude=(), reorders=True, limit=SHOWN):
        """Reorders that are due come first, then significant rules by confidence."""
        customer = partner.commercial_partner_id
        left_out = {*exclude, *self._dismissed(customer, company)}
        found = self._due(customer, company, left_out) if reorders else []
        left_out.update(item["product_id"] for item in found)
        found += self._by_rules(customer, company, bought, left_out)
        products = self.env["product.product"].browse([item["product_id"] for item in found])
        wanted = self._offerable(products, partner, company)
        chosen = [item for item in found if item["product_id"] in wanted._ids][:limit]
        return self._described(chosen, partner)

    @api.model
    def _offerable(self, products, partner, company):
        """Those of *products* that the customer can buy; extended by ``super()``.

        Not archived, for sale, to be suggested, of this company or of all, and to be bought by
        one click.
        """
        # sudo: products of other companies are recognized and left out, instead of failing
        return products.sudo().filtered(
            lambda product: (
                product.active
                and product.product_tmpl_id.active
                and product.sale_ok
                and product.suggest_ok
                and product.type != "combo"
                and (not product.company_id or product.company_id in company.parent_ids | company)
            )
        ).with_env(products.env)  # fmt: skip

    def _dismissed(self, customer, company):
        since = fields.Datetime.now() - timedelta(days=DISMISSED_DAYS)
        # sudo: a customer's "no" counts whoever heard it
        offers = self.env["crm.product.offer"].sudo()
        rows = offers.search_read(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("state", "=", "dismissed"),
                ("decided", ">=", since),
            ],
            ["product_id"],
            load=None,
        )
        return {row["product_id"] for row in rows}

    def _due(self, customer, company, left_out):
        rows = self.env["crm.reorder.forecast"].search(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("is_current", "=", True),
                ("state", "in", ("due", "overdue")),
                ("product_id", "not in", list(left_out)),
            ],
            limit=SHOWN,
        )
        return [
            {
                "kind": "reorder",
                "product_id": row.product_id.id,
                "because_id": False,
                "gap": row.gap_days,
                "last": row.last_date,
            }
            for row in rows
        ]

    def _by_rules(self, customer, company, bought, left_out):
        """The best rule for each product on offer."""
        if not bought:
            return []
        self.env["crm.product.rule"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """SELECT * FROM (
                       SELECT DISTINCT ON (r.offered_id) 'rule' AS kind,
                           r.offered_id AS product_id, r.product_id AS because_id, r.confidence,
                           r.lift, r.baskets_product, r.segment, r.season, r.significant
                         FROM crm_product_rule r
                        WHERE r.is_current AND r.company_id = %(company)s
                          AND r.product_id IN %(bought)s AND r.offered_id NOT IN %(left_out)s
                          AND r.segment IN %(segments)s AND r.season IN %(seasons)s
                          AND NOT EXISTS (
                              SELECT 1 FROM crm_product_rule_antecedent_rel a
                               WHERE a.rule_id = r.id AND a.product_id NOT IN %(bought)s)
                        ORDER BY r.offered_id, r.significant DESC, r.confidence DESC,
                            r.baskets DESC, r.season, r.segment, r.id) best
                    ORDER BY significant DESC, confidence DESC, lift DESC, product_id
                    LIMIT %(limit)s""",
                company=company.id,
                bought=tuple(bought),
                left_out=tuple({*left_out, *bought, 0}),
                segments=self._segments(customer, company),
                seasons=self._seasons(),
                limit=CANDIDATES,
            )
        )

    def _segments(self, customer, company):
        # sudo: which rules fit him; the customer's tier is not told
        rows = self.env["crm.customer.snapshot"].sudo().search_read(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("is_current", "=", True),
            ],
            ["tier", "lifecycle_stage"],
        )  # fmt: skip
        found = ["none"]
        for row in rows:
            found += [f"tier_{row['tier']}", f"stage_{row['lifecycle_stage']}"]
        return tuple(found)

    def _seasons(self):
        today = self.env["crm.customer.snapshot"]._data_date()
        return ("none", f"q{(today.month + 2) // 3}")

    # -- words ---------------------------------------------------------------------------------

    def _described(self, items, partner):
        """The suggestions with name, reason and price; read for all of them at once."""
        products = self.env["product.product"].browse([item["product_id"] for item in items])
        reasons = products.browse([item["because_id"] for item in items if item["because_id"]])
        (products | reasons).mapped("display_name")
        prices = self._prices(products, partner)
        return [
            {
                **item,
                "name": product.display_name,
                "reason": self._reason(item),
                "price": prices[product.id],
            }
            for item, product in zip(items, products, strict=True)
        ]

    def _prices(self, products, partner):
        """What one piece costs this customer today, by his price list: ``{product id: text}``."""
        pricelist = partner.property_product_pricelist
        currency = pricelist.currency_id or self.env.company.currency_id
        amounts = (
            pricelist._get_products_price(products, 1.0)
            if pricelist
            else {product.id: product.lst_price for product in products}
        )
        return {key: format_amount(self.env, amount, currency) for key, amount in amounts.items()}

    def _reason(self, item):
        if item["kind"] == "reorder":
            return self.env._(
                "Usually ordered every %(gap)s days, last on %(day)s.",
                gap=round(item["gap"]),
                day=format_day(self.env, item["last"]),
            )
        because = self.env["product.product"].browse(item["because_id"]).display_name
        if item["kind"] == "seen":
            return self.env._("The customer looked at it in the portal.")
        return self.env._(
            "%(share)s %% of %(baskets)s orders with %(product)s have it, %(lift)s times as often "
            "as usual (%(part)s).",
            share=round(100 * item["confidence"]),
            baskets=item["baskets_product"],
            product=because,
            lift=f"{item['lift']:.1f}",
            part=self._part(item),
        )

    def _part(self, item):
        """Of whose orders, and when, the rule tells."""
        rule = self.env["crm.product.rule"]
        labels = {
            name: dict(rule._fields[name]._description_selection(self.env))
            for name in ("segment", "season")
        }
        chosen = [labels[name][item[name]] for name in labels if item[name] != "none"]
        return ", ".join(chosen) or labels["segment"]["none"]

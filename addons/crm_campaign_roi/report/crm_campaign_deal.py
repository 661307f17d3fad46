from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report import customer_month

from ..tools import narrowing
from . import campaign_demand

#: Of so many campaigns the documents are looked up; of more all documents are read once.
FEW = 50
BASES = [("invoiced", "Invoiced"), ("ordered", "Ordered"), ("paid", "Paid")]
#: Conditions on these leave so many deals that all lines are read.
WIDE = {"basis", "campaign_id", "company_id", "in_window"}


class CrmCampaignDeal(models.Model):
    """Lines of the deals of campaigns (ROI-2): what was sold, for how much, at what cost.

    One row per basis and line: *invoiced* (lines of posted invoices and credit notes), *ordered*
    (lines of confirmed orders, less what credit notes took back of them), *paid* (lines of invoices
    times the share that was paid, on the day of payment). A line belongs to the campaign of its
    order, else to that of its invoice, so that an invoice for orders of two campaigns is shared by
    them. Amounts are untaxed, in the currency of the company, documents at their own rate; credit
    notes are negative.

    Product cost: from the order line when costs were recorded then, else today's standard cost,
    else unknown and empty (as in the customer's months).
    """

    _name = "crm.campaign.deal"
    _inherit = ["crm.campaign.report.mixin"]
    _description = "Deal of a campaign"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "account.move": ["campaign_id", "date", "invoice_date", "move_type", "state"],
        "account.move.line": ["balance", "display_type", "product_id", "quantity"],
        "account.partial.reconcile": ["amount", "max_date"],
        "sale.order": ["campaign_id", "currency_rate", "date_order", "state"],
        "sale.order.line": ["price_subtotal", "product_uom_qty", "purchase_price"],
        "utm.campaign": ["date_published", "date_start", "window_months"],
    }

    basis = fields.Selection(BASES, readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    in_window = fields.Boolean(
        "In the window", readonly=True, help="Within the campaign's return window."
    )
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    document = fields.Char(readonly=True, help="The order, else the invoice: counts as one deal.")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product category", readonly=True)
    quantity = fields.Float(readonly=True)
    revenue = fields.Monetary(readonly=True)
    revenue_known = fields.Monetary(
        "Revenue with known cost", readonly=True, help="The profit is about this part."
    )
    product_cost = fields.Monetary(
        "Product cost", readonly=True, help="Of the part whose cost is known."
    )
    profit = fields.Monetary(
        readonly=True, help="Revenue with known cost − product cost: the gross profit."
    )

    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False
    ):
        """Deals of a few campaigns are found from their documents, not among those of all."""
        model = self.with_context(**self._narrowed(fields.Domain(domain)))
        return super(CrmCampaignDeal, model)._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    def _narrowed(self, domain):
        """What a domain lets the statement leave out, as a context."""
        tokens = list(domain)
        bases = narrowing.required(tokens, "basis", str)
        found = narrowing.required(tokens, "campaign_id")
        narrowed = {"deal_bases": sorted(bases)} if bases else {}
        if found is not None and len(found) <= FEW:
            return {**narrowed, "deal_campaigns": sorted(found)}
        all_read = WIDE.issuperset(part.field_expr for part in domain.iter_conditions())
        return {**narrowed, "deal_all_read": all_read}

    def _read_group_select(self, aggregate_spec, query):
        """Deals are counted by the ids of their documents, which are faster to tell apart."""
        if aggregate_spec != "document:count_distinct":
            return super()._read_group_select(aggregate_spec, query)
        order, move = (
            self._field_to_sql(self._table, name, query) for name in ("order_id", "move_id")
        )
        return self._deal_count(order, move)

    def _deal_count(self, order, move):
        """SQL of the number of deals, by the columns of the order and of the invoice."""
        return SQL("COUNT(DISTINCT COALESCE(%s, -%s))", order, move)

    @property
    def _table_query(self):
        return SQL(
            """SELECT d.*, pt.categ_id,
                COALESCE('o' || d.order_id, 'm' || d.move_id) AS document,
                CASE WHEN d.product_cost IS NOT NULL THEN d.revenue END AS revenue_known,
                d.revenue - d.product_cost AS profit,
                d.date BETWEEN c.window_start AND c.window_end AS in_window,
                c.basis AS campaign_basis
            FROM (%s) d (id, basis, campaign_id, date, company_id, currency_id, partner_id,
                order_id, lead_id, move_id, user_id, team_id, medium_id, source_id, product_id,
                quantity, revenue, product_cost)
            LEFT JOIN utm_campaign c ON c.id = d.campaign_id
            LEFT JOIN product_product pp ON pp.id = d.product_id
            LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id""",
            SQL(" UNION ALL ").join(self._bases()),
        )

    def _bases(self):
        """Rows of each basis; of those that alone matter when a search says so.

        The order, which is none, has amounts computed once per row, before rows are sorted, and
        not again for each figure made of them; conditions still reach the rows.
        """
        rows = {"invoiced": self._invoiced, "ordered": self._ordered, "paid": self._paid}
        wanted = rows.keys() & set(self.env.context.get("deal_bases") or rows)
        return [
            SQL("(%s ORDER BY NULL::integer)", rows[basis]())
            for basis in rows
            if basis in (wanted or rows)
        ]

    def _linked(self, campaign):
        """Which lines are rows: those with a *campaign* (SQL)."""
        return SQL("%s IS NOT NULL", campaign)

    # -- invoiced --------------------------------------------------------------------------------

    def _invoiced(self):
        return SQL(
            """SELECT l.line_id::bigint * 8 + l.part %% 4 AS id, 'invoiced' AS basis,
                l.campaign_id, l.date, l.company_id, l.currency_id, l.partner_id, l.order_id,
                l.lead_id, l.move_id, l.user_id, l.team_id, l.medium_id, l.source_id, l.product_id,
                l.quantity, l.revenue, l.product_cost
            FROM (%s) l""",
            self._invoice_lines(),
        )

    def _invoice_lines(self):
        """Product lines of posted documents; one for several order lines is divided evenly."""
        known = SQL(
            "(sol.purchase_price <> 0 AND sol.create_date >= %s)",
            customer_month._recorded_since(self.env),
        )
        return SQL(
            """SELECT l.id AS line_id,
                CASE WHEN l.parts IS NULL THEN (l.order_line_id IS NOT NULL)::integer
                    ELSE (SELECT COUNT(*) FROM sale_order_line_invoice_rel x
                        WHERE x.invoice_line_id = l.id AND x.order_line_id <= l.order_line_id)
                    END AS part,
                COALESCE(o.campaign_id, m.campaign_id) AS campaign_id,
                COALESCE(m.invoice_date, m.date) AS date, m.company_id,
                l.company_currency_id AS currency_id, m.commercial_partner_id AS partner_id,
                o.id AS order_id, o.opportunity_id AS lead_id, m.id AS move_id,
                COALESCE(o.user_id, m.invoice_user_id) AS user_id,
                COALESCE(o.team_id, m.team_id) AS team_id,
                COALESCE(o.medium_id, m.medium_id) AS medium_id,
                COALESCE(o.source_id, m.source_id) AS source_id, l.product_id,
                (sign.value * l.quantity / COALESCE(l.parts, 1))::float AS quantity,
                CASE WHEN l.parts IS NULL THEN -l.balance ELSE -l.balance / l.parts END AS revenue,
                (CASE WHEN l.parts IS NULL AND sign.value = 1 THEN cost.value
                    ELSE sign.value * cost.value / COALESCE(l.parts, 1) END)::numeric
                    AS product_cost
            FROM %(moves)s m
            JOIN (%(lines)s) l ON l.move_id = m.id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END AS value) sign
            LEFT JOIN sale_order_line sol ON sol.id = l.order_line_id
            LEFT JOIN sale_order o ON o.id = sol.order_id
            LEFT JOIN (%(standards)s) std
                ON std.product_id = l.product_id AND std.company_id = l.company_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN %(known)s THEN %(recorded)s ELSE %(standard)s END AS value) cost
            WHERE m.state = 'posted' AND m.move_type IN %(types)s
                AND %(linked)s""",
            moves=self._moves(),
            lines=self._product_lines(),
            linked=self._linked(SQL("COALESCE(o.campaign_id, m.campaign_id)")),
            known=known,
            recorded=customer_month._recorded_cost(),
            standard=SQL(
                "l.quantity * std.cost * %s",
                customer_month._unit_ratio(SQL("l.product_uom_id"), SQL("std.uom_id")),
            ),
            standards=self._standards(),
            types=customer_month.DOCUMENT_TYPES,
        )

    def _product_lines(self):
        """Product lines with each of their order lines, and the number of these if several.

        Where all lines are read their order has PostgreSQL join what lies in the same order
        side by side, instead of looking up each of millions of lines in a hash.
        """
        return SQL(
            """SELECT l.id, l.move_id, l.company_id, l.company_currency_id, l.product_id,
                l.product_uom_id, l.quantity, l.balance, rel.order_line_id, several.parts
            FROM account_move_line l
            LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
            LEFT JOIN %s
            WHERE l.display_type = 'product' %s""",
            self._several(),
            SQL("ORDER BY l.id") if self.env.context.get("deal_all_read") else SQL(),
        )

    def _several(self):
        """Join of the number of order lines of invoice lines that have more than one."""
        if self._looked_up():
            return SQL(
                """LATERAL (
                    SELECT COUNT(*) AS parts FROM sale_order_line_invoice_rel x
                    WHERE x.invoice_line_id = l.id HAVING COUNT(*) > 1
                ) several ON TRUE"""
            )
        # In the order of the index, which is faster than a hash that hardly anything stays in.
        return SQL(
            """(
                SELECT invoice_line_id, COUNT(*) AS parts FROM sale_order_line_invoice_rel
                GROUP BY invoice_line_id HAVING COUNT(*) > 1
                ORDER BY invoice_line_id OFFSET 0
            ) several ON several.invoice_line_id = l.id"""
        )

    def _looked_up(self):
        """Whether lines are few enough to look up what belongs to each."""
        return bool(self._few())

    def _few(self):
        """Ids of the campaigns that alone matter; none when all do."""
        return list(self.env.context.get("deal_campaigns") or ())

    def _moves(self):
        """Documents: all, or those that may be of the campaigns that alone matter.

        ``OFFSET 0`` keeps PostgreSQL from reading all lines before it looks for these documents.
        """
        if not (few := self._few()):
            return SQL("account_move")
        return SQL(
            """(SELECT * FROM account_move WHERE id IN (
                SELECT id FROM account_move WHERE campaign_id = ANY(%(few)s)
                UNION SELECT il.move_id FROM sale_order so
                JOIN sale_order_line sl ON sl.order_id = so.id
                JOIN sale_order_line_invoice_rel x ON x.order_line_id = sl.id
                JOIN account_move_line il ON il.id = x.invoice_line_id
                WHERE so.campaign_id = ANY(%(few)s)) OFFSET 0)""",
            few=few,
        )

    def _standards(self):
        # sudo: costs of all companies are joined; the rows of others are left out by rules
        return customer_month._standard_costs(self.sudo().env)

    # -- ordered ---------------------------------------------------------------------------------

    def _ordered(self):
        return SQL(
            """SELECT l.id::bigint * 8 + 4, 'ordered', o.campaign_id, o.date_order::date,
                o.company_id, company.currency_id, p.commercial_partner_id, o.id, o.opportunity_id,
                NULL::integer, o.user_id, o.team_id, o.medium_id, o.source_id, l.product_id,
                (l.product_uom_qty * kept.share)::float, l.price_subtotal * kept.share / rate.value,
                (CASE WHEN l.purchase_price <> 0 AND l.create_date >= %(since)s
                    THEN l.product_uom_qty * l.purchase_price / rate.value
                    ELSE l.product_uom_qty * std.cost * %(ratio)s END * kept.share)::numeric
            FROM sale_order o
            JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
                AND l.is_downpayment IS NOT TRUE
            JOIN res_company company ON company.id = o.company_id
            JOIN res_partner p ON p.id = o.partner_id
            CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(o.currency_rate, 0), 1) AS value) rate
            LEFT JOIN (%(standards)s) std
                ON std.product_id = l.product_id AND std.company_id = l.company_id
            LEFT JOIN (%(billed)s) b ON b.order_line_id = l.id
            CROSS JOIN LATERAL (SELECT %(kept)s AS share) kept
            WHERE o.state = 'sale' AND %(linked)s""",
            billed=campaign_demand.billed(self._few()),
            kept=campaign_demand.kept_share(),
            linked=self._linked(SQL("o.campaign_id")),
            since=customer_month._recorded_since(self.env),
            ratio=customer_month._unit_ratio(SQL("l.product_uom_id"), SQL("std.uom_id")),
            standards=self._standards(),
        )

    # -- paid ------------------------------------------------------------------------------------

    def _paid(self):
        """Invoiced lines times the share of their document that each payment paid.

        A credit note that is matched with an invoice is no payment: it leaves less to be paid.
        Nor is an entry that writes it off: money comes by payments, statements and through the
        journals of banks and cash, and with it differences of exchange.
        The id is a hash of line and payment in as many bits as JavaScript's numbers hold.
        """
        return SQL(
            """SELECT
                ('x' || substr(md5(l.line_id || ' ' || p.partial_id), 1, 13))::bit(52)::bigint,
                'paid',
                l.campaign_id, p.date, l.company_id, l.currency_id, l.partner_id, l.order_id,
                l.lead_id, l.move_id, l.user_id, l.team_id, l.medium_id, l.source_id, l.product_id,
                l.quantity * p.share, l.revenue * p.share, l.product_cost * p.share
            FROM (%s) l
            JOIN (%s) p ON p.move_id = l.move_id""",
            self._invoice_lines(),
            self._payments(),
        )

    def _payments(self):
        """Rows (move, partial, date, share) of what was paid of documents."""
        return SQL(
            """SELECT own.move_id, r.id AS partial_id, r.max_date AS date,
                r.amount / NULLIF(due.amount, 0) AS share
            FROM %s m
            JOIN account_move_line own ON own.move_id = m.id
            JOIN account_partial_reconcile r ON own.id IN (r.debit_move_id, r.credit_move_id)
            JOIN account_move_line other
                ON other.id IN (r.debit_move_id, r.credit_move_id) AND other.id <> own.id
            JOIN account_move paid ON paid.id = other.move_id AND paid.move_type = 'entry'
            JOIN account_journal journal ON journal.id = paid.journal_id
            JOIN LATERAL (
                SELECT SUM(ABS(t.balance)) AS amount FROM account_move_line t
                WHERE t.move_id = own.move_id AND t.display_type = 'payment_term'
            ) due ON TRUE
            WHERE m.move_type IN %s AND (
                paid.origin_payment_id IS NOT NULL OR paid.statement_line_id IS NOT NULL
                OR journal.type IN ('bank', 'cash', 'credit')
                OR EXISTS (SELECT FROM account_partial_reconcile x
                    WHERE x.exchange_move_id = paid.id)
            )""",
            self._moves(),
            customer_month.DOCUMENT_TYPES,
        )

    def action_open_source(self):
        """The invoice or the order behind a row."""
        self.ensure_one()
        return (self.move_id or self.order_id).get_formview_action()

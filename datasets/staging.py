"""One pass over the receipt lines: prices, numbers and ids of everything that they become.

Three temporary tables hold the result: a row per line, per receipt and per day. All ids are given
here, so that the statements that fill Odoo's tables only copy columns.
"""

from collections import Counter, defaultdict

from .amounts import priced
from .bulk import copy_rows, first_id
from .catalogue import line_name
from .dates import shop_day
from .numbering import YearCounter

TABLES = {
    "stage_line": "line_id int, order_id int, item_id int, product_id int, quantity int,"
    " price_unit numeric, discount numeric, net numeric, coupon numeric, match numeric",
    "stage_order": "order_id int, name varchar, partner_id int, source_id int, moment timestamp,"
    " day date, total numeric, coupon numeric, invoice_id int, prefix varchar, number int,"
    " invoice_name varchar, term_id int, collected_id int, partial_id int, full_id int",
    "stage_day": "day date, total numeric, coupon numeric, receipt_id int, prefix varchar,"
    " number int, receipt_name varchar, cash_id int, coupon_id int",
    "stage_product": "product_id int, name varchar",
}


class Staging:
    """Collects rows for the temporary tables while it walks over the lines of a source."""

    def __init__(self, cr, source, partners, variants, world):
        self.source, self.partners, self.variants, self.world = source, partners, variants, world
        self.days = defaultdict(lambda: [0, 0])
        self.orders_of = Counter()
        self.sales = defaultdict(lambda: (0, 0, 0))
        self.orders = []
        self.next = _Ids(cr)
        self.invoice_names = YearCounter(_sale_journal(world).code)

    def lines(self, report=lambda share: None):
        """Rows of ``stage_line``; fills ``orders``, ``days``, ``sales`` as it goes."""
        basket, total = [], self.source.table().num_rows
        for position, line in enumerate(self.source.lines()):
            if basket and basket[0].basket != line.basket:
                yield from self._close(basket)
                basket = []
                report(position / total)
            basket.append(line)
        if basket:
            yield from self._close(basket)

    def _close(self, basket):
        """The rows of one receipt's lines."""
        order_id = self.next("sale_order")
        rows = [self._line(order_id, line) for line in basket]
        has_invoice = any(row[2] for row in rows)
        self.orders.append(self._order(order_id, basket, has_invoice))
        self.orders_of[basket[0].customer] += has_invoice
        return rows

    def _line(self, order_id, line):
        reduction = line.retail + line.match
        price = priced(line.quantity, line.net, reduction)
        quantity, net, gross = self.sales[line.product]
        self.sales[line.product] = (
            quantity + price.quantity, net + line.net, gross + line.net + reduction
        )  # fmt: skip
        # Odoo does not invoice a line without a quantity.
        item_id = self.next("account_move_line") if price.quantity else None
        amounts = (line.net / 100, line.coupon / 100, line.match / 100)
        product_id = self.variants[line.product]
        return (self.next("sale_order_line"), order_id, item_id, product_id, *price, *amounts)

    def _order(self, order_id, basket, has_invoice):
        first = basket[0]
        day = shop_day(first.moment, self.source.timezone)
        total, coupon = sum(li.net for li in basket), sum(li.coupon for li in basket)
        return (
            order_id,
            self.source.basket_name(first.basket),
            self.partners[first.customer],
            self.world.sources.get(first.store),
            first.moment,
            day,
            total / 100,
            coupon / 100,
            *self._invoice(day, total, coupon, has_invoice),
        )

    def _invoice(self, day, total, coupon, has_invoice):
        """Ids and name of the invoice and of its payment: none for an amount of zero."""
        if not has_invoice:
            return (None,) * 8
        document = (self.next("account_move"), *self.invoice_names.next(day))
        term_id = self.next("account_move_line")
        if not total:
            return (*document, term_id, None, None, None)
        self.days[day][0] += total
        self.days[day][1] += coupon
        paid = ("account_move_line", "account_partial_reconcile", "account_full_reconcile")
        return (*document, term_id, *map(self.next, paid))

    def day_rows(self):
        """Rows of ``stage_day``: the takings of each day."""
        names = YearCounter(self.world.cash_journal.code)
        for day, (total, coupon) in sorted(self.days.items()):
            receipt = (self.next("account_move"), *names.next(day))
            lines = (self.next("account_move_line"), self.next("account_move_line"))
            yield (day, total / 100, coupon / 100, *receipt, *lines)


class _Ids:
    """Gives out ids per table, after the highest that is there."""

    def __init__(self, cr):
        self.cr = cr
        self.last = {}

    def __call__(self, table):
        if table not in self.last:
            self.last[table] = first_id(self.cr, table) - 1
        self.last[table] += 1
        return self.last[table]


def fill(cr, staging, products, report):
    """Create and fill the temporary tables, which vanish at the end of the transaction."""
    for table, columns in TABLES.items():
        cr.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    names = ((staging.variants[product.code], line_name(product)) for product in products)
    copy_rows(cr, "stage_product", _columns("stage_product"), names)
    copy_rows(cr, "stage_line", _columns("stage_line"), staging.lines(report))
    copy_rows(cr, "stage_order", _columns("stage_order"), staging.orders)
    copy_rows(cr, "stage_day", _columns("stage_day"), staging.day_rows())
    for table in TABLES:
        cr.execute(f"ANALYZE {table}")


def _columns(table):
    return tuple(part.split()[0] for part in TABLES[table].split(","))


def _sale_journal(world):
    domain = [("type", "=", "sale"), ("company_id", "=", world.company.id)]
    return world.company.env["account.journal"].search(domain, limit=1)

"""The amount rules: how a receipt line becomes quantity, unit price and discount in Odoo.

Odoo stores a unit price, a quantity and a discount in percent and computes the amount from them,
rounding it to cents. A receipt states the amount instead. The rules below choose values from which
Odoo's own arithmetic gives back the amount of the receipt, to the cent. Amounts are whole cents.
"""

from typing import NamedTuple

#: Decimals of a unit price. With 6 decimals 560 of 1,469,307 amounts differ, with 8 none.
PRICE_DIGITS = 8
#: Decimals of a discount in percent, also written to Odoo's precision "Discount". With 6 the
#: discounts of the year add up to the cent too, not only the amounts.
DISCOUNT_DIGITS = 6
#: Decimals of a cost. Fuel is counted in thousandths of a gallon, so a cost has few cents.
COST_DIGITS = 6


class Priced(NamedTuple):
    """What an order line stores: *discount* is in percent, *price_unit* in currency units."""

    quantity: int
    price_unit: float
    discount: float


def priced(quantity, net, reduction):
    """The order line of a receipt line of *quantity* pieces sold for *net* cents.

    *reduction* is what the shop took off the shelf price, in cents. A line without a quantity is
    one piece when it has an amount or a reduction, otherwise it stays an empty line: quantity and
    price 0. A line given away keeps its shelf price and has a discount of 100 percent.
    """
    gross = net + reduction
    if not gross:
        return Priced(quantity, 0.0, 0.0)
    quantity = quantity or 1
    discount = round(100 * reduction / gross, DISCOUNT_DIGITS)
    paid_share = 1 - discount / 100
    amount = net / paid_share if net else gross
    return Priced(quantity, round(amount / 100 / quantity, PRICE_DIGITS), discount)


def amount_cents(line):
    """The amount in cents that Odoo computes for a :class:`Priced` line (half away from zero)."""
    amount = line.price_unit * (1 - line.discount / 100) * line.quantity
    return int(amount * 100 + (0.5 if amount >= 0 else -0.5))


def unit_prices(quantity, net, gross, margin):
    """(list price, cost) of a product sold *quantity* times for *net* cents, *gross* undiscounted.

    The list price is the mean shelf price. The cost leaves *margin* (share of net sales, 0 to 1)
    over the product's sales of the period. A product never sold has neither: ``(0.0, 0.0)``.
    """
    if not quantity:
        return 0.0, 0.0
    list_price = round(gross / 100 / quantity, COST_DIGITS)
    return list_price, round(net * (1 - margin) / 100 / quantity, COST_DIGITS)

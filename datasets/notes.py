"""The text about the data that people read beside the figures."""

from .margins import table

_TEXT = """\
Data set: {title}, {first} to {last}: {customers} customers, {orders} receipts, {lines} lines.
Moments are those of the receipts; days are days of the time zone {timezone}. \
Quantities are {unit}.
Amounts are what the shop received. The discount of a line is what it took off the shelf price. \
A manufacturer's coupon is part of the amount: its maker pays that part, the customer the rest.
Receipts were paid at once: one entry a day in the journal Store receipts pays the invoices of the \
day. Taxes are not in the data.
The data has no cost prices. Costs are assumed so that each department earns this share of its net \
sales: {margins}.
"""


def compose(source, summary):
    """The notes of *source*; *summary* holds the counts and the first and last day."""
    departments = {product.department for product in source.products()}
    margins = table(departments).replace("\n", "; ")
    return _TEXT.format(
        title=source.title,
        timezone=source.timezone,
        unit=source.product_unit,
        margins=margins,
        **summary,
    )

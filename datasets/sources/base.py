"""The form in which every data set is read, before anything of Odoo is known."""

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Customer(NamedTuple):
    """*profile* are pairs of (title, value) of what is known about the customer."""

    code: int
    name: str
    profile: tuple = ()


class Product(NamedTuple):
    """*categories* is the path in the category tree, the department first."""

    code: int
    name: str
    categories: tuple
    brand: str = ""
    manufacturer: str = ""
    size: str = ""

    @property
    def department(self):
        return self.categories[0]


class Campaign(NamedTuple):
    code: int
    kind: str
    start: object
    end: object


class Line(NamedTuple):
    """One line of a receipt. Amounts are cents, *moment* is naive UTC, *store* may be None.

    *net* is what the shop receives; *retail* and *match* are what it took off the shelf price;
    *coupon* is the part of *net* that a manufacturer pays in place of the customer.
    """

    basket: int
    customer: int
    store: int
    product: int
    quantity: int
    net: int
    retail: int
    coupon: int
    match: int
    moment: object


class Slice(NamedTuple):
    """A part of a data set for tests: the first *weeks*, the *households* with lowest numbers."""

    weeks: int = 0
    households: int = 0


WHOLE = Slice()


def data_file(package, *path):
    """A file inside an installed package, which is not imported."""
    spec = find_spec(package)
    if not spec:
        raise SystemExit(f"The Python package {package} is missing: see requirements-data.txt.")
    return Path(spec.origin).parent.joinpath(*path)


def rows(table, batch=50_000):
    """The rows of a pyarrow table as tuples, a batch at a time."""
    for part in table.to_batches(max_chunksize=batch):
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


class Source:
    """A data set. Subclasses give ``name``, ``title``, ``timezone``, ``period`` and the tables."""

    name = title = timezone = notes = ""
    has_campaigns = False

    def __init__(self, part=None):
        self.part = part or WHOLE

    def table(self):
        """All receipt lines, raw, as a pyarrow table with the columns of :class:`Line`."""
        raise NotImplementedError

    def lines(self):
        """The receipt lines in the order of their moments, those of one receipt together."""
        order = [(key, "ascending") for key in ("moment", "basket", "product")]
        return (Line(*row) for row in rows(self.table().sort_by(order)))

    def basket_name(self, basket):
        """The order's reference."""
        return str(basket)

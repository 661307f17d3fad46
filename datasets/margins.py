"""Cost prices that the sources do not have: an assumed gross margin per department.

Neither data set tells what the goods cost. The margins below are assumptions in the order of
magnitude usual in the trade, not figures of the retailer: fuel is sold to bring people in, packaged
groceries are compared by price, while service counters, flowers and cosmetics pay for labor,
waste and shelf time. Over all departments they give about a quarter of net sales, which is where
grocery chains of the period reported theirs. The share is of net sales, after all discounts.
"""

#: Department -> (gross margin as a share of net sales, why it is higher or lower than others).
MARGINS = {
    "GROCERY": (0.24, "packaged food, compared by price"),
    "FROZEN GROCERY": (0.27, "as packaged food, with the cost of freezers in the price"),
    "DRUG GM": (0.29, "drugstore goods and general merchandise"),
    "FUEL": (0.06, "sold to bring customers in"),
    "PRODUCE": (0.35, "high waste"),
    "MEAT": (0.27, "cut in the shop"),
    "MEAT-PCKGD": (0.26, "packed by the maker"),
    "SEAFOOD": (0.28, "cut in the shop, high waste"),
    "SEAFOOD-PCKGD": (0.26, "packed by the maker"),
    "DELI": (0.40, "served at the counter"),
    "SALAD BAR": (0.50, "prepared in the shop"),
    "CHEF SHOPPE": (0.45, "prepared in the shop"),
    "RESTAURANT": (0.55, "prepared and served in the shop"),
    "PASTRY": (0.45, "baked in the shop"),
    "NUTRITION": (0.32, "health food"),
    "FLORAL": (0.45, "high waste"),
    "GARDEN CENTER": (0.35, "seasonal"),
    "COSMETICS": (0.38, "slow, wide range"),
    "SPIRITS": (0.22, "regulated, compared by price"),
    "TRAVEL & LEISURE": (0.25, "magazines and tickets"),
    "AUTOMOTIVE": (0.30, "general merchandise"),
    "GM MERCH EXP": (0.30, "general merchandise"),
    "HOUSEWARES": (0.35, "general merchandise"),
    "TOYS": (0.35, "general merchandise"),
    "ELECT &PLUMBING": (0.35, "general merchandise"),
    "PHOTO & VIDEO": (0.40, "service"),
    "POSTAL CENTER": (0.10, "sold for others"),
    "MISCELLANEOUS": (0.25, "mixed, as the whole shop"),
    "COUPON": (0.25, "mixed, as the whole shop"),
    "CNTRL/STORE SUP": (0.25, "mixed, as the whole shop"),
    "PROD-WHS SALES": (0.25, "mixed, as the whole shop"),
    "CHARITABLE CONT": (0.00, "donations passed on"),
    "MUSIC": (0.20, "compact discs sold by mail at a discount"),
}
#: For products whose department is not known.
DEFAULT_MARGIN = 0.25


def margin(department):
    """Assumed gross margin of *department*, as a share of net sales between 0 and 1."""
    return MARGINS.get(department, (DEFAULT_MARGIN, ""))[0]


def table(departments):
    """The margins of *departments* as text lines, highest first."""
    ordered = sorted(departments, key=lambda name: (-margin(name), name))
    return "\n".join(f"{name}: {margin(name):.0%}" for name in ordered)

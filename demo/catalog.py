"""What Veltra sells: machines, parts and service, with list prices and costs in euro."""

from .world import get, remember

#: category: [(code, name, list price, cost, goods?)]
PRODUCTS = {
    "Pumps": [
        ("P100", "Circulation pump C100", 420, 235, True),
        ("P200", "Process pump P200", 2_950, 1_770, True),
        ("P300", "Submersible pump S300", 1_180, 690, True),
        ("P400", "Slurry pump H400", 6_400, 4_150, True),
    ],
    "Compressors": [
        ("K10", "Piston compressor K10", 890, 560, True),
        ("K50", "Screw compressor K50", 9_800, 6_350, True),
        ("K90", "Oil-free compressor K90", 24_500, 16_900, True),
    ],
    "Spare parts": [
        ("S01", "Mechanical seal kit", 96, 31, True),
        ("S02", "Impeller", 148, 62, True),
        ("S03", "Bearing set", 74, 28, True),
        ("S04", "Filter cartridge", 29, 9, True),
        ("S05", "Control unit", 460, 240, True),
    ],
    "Service": [
        ("D01", "Inspection on site", 380, 260, False),
        ("D02", "Working hour of a technician", 98, 61, False),
        ("D03", "Training day for operators", 1_250, 700, False),
        # No cost is kept for freight: figures must say what they do not know.
        ("D04", "Freight", 65, 0, False),
    ],
}


#: Machines whose every piece has a serial number from the warehouse to the customer.
SERIAL = ("K90",)


def build(env):
    storable = "is_storable" in env["product.product"]._fields
    for category, rows in PRODUCTS.items():
        parent = env["product.category"].create({"name": category})
        for code, name, price, cost, goods in rows:
            values = {
                "name": name,
                "default_code": code,
                "list_price": price,
                "categ_id": parent.id,
                "type": "consu" if goods else "service",
                "invoice_policy": "order",
                "taxes_id": [(5,)],
            }
            if storable and goods:
                values["is_storable"] = True
                values["tracking"] = "serial" if code in SERIAL else "none"
            product = env["product.product"].create(values)
            _set_costs(env, product, cost)
            remember(env, f"product_{code}", product)
    _price_lists(env)


def _set_costs(env, product, cost):
    """Costs belong to a company and are in its currency."""
    euro, today = env.ref("base.EUR"), env.cr.now().date()
    for place in ("de", "cn"):
        company = get(env, f"company_{place}")
        amount = euro._convert(cost, company.currency_id, company, today)
        product.with_company(company).standard_price = amount


def _price_lists(env):
    """Dealers in Germany buy at a discount; China has prices of its own in its currency."""
    dealers = env["product.pricelist"].create(
        {
            "name": "Dealers (-18 %)",
            "currency_id": env.ref("base.EUR").id,
            "company_id": get(env, "company_de").id,
            "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 18})],
        }
    )
    remember(env, "pricelist_de", dealers)
    china = env["product.pricelist"].create(
        {
            "name": "China",
            "currency_id": env.ref("base.CNY").id,
            "company_id": get(env, "company_cn").id,
            "item_ids": [(0, 0, values) for values in _prices_in_yuan(env)],
        }
    )
    remember(env, "pricelist_cn", china)


def _prices_in_yuan(env):
    company = get(env, "company_cn")
    for rows in PRODUCTS.values():
        for code, _name, price, _cost, _goods in rows:
            product = get(env, f"product_{code}")
            yield {
                "applied_on": "1_product",
                "product_tmpl_id": product.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": price_in(env, price, company, env.cr.now().date()),
            }


def price_in(env, price, company, date):
    """A list price in euro, in the company's currency, rounded to whole units."""
    return round(env.ref("base.EUR")._convert(price, company.currency_id, company, date))

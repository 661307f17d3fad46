"""Products and their category tree."""

from .amounts import unit_prices
from .bulk import copy_rows, first_id
from .margins import margin

#: Names of the product properties; Odoo wants 16 hexadecimal digits.
BRAND, MANUFACTURER, SIZE = "6272616e64000001", "6d616e7566000002", "73697a6500000003"


def properties_definition():
    """Brand, manufacturer and package size as product properties of each category."""
    titles = {BRAND: "Brand", MANUFACTURER: "Manufacturer number", SIZE: "Package size"}
    return [{"name": name, "string": text, "type": "char"} for name, text in titles.items()]


def load_categories(cr, pattern, products):
    """Insert the tree and return {path: category id}."""
    paths = sorted({p.categories[:depth] for p in products for depth in range(1, 4)})
    base = first_id(cr, "product_category")
    ids = {path: base + position for position, path in enumerate(paths)}
    columns = ("id", "name", "complete_name", "parent_id", "parent_path",
               "product_properties_definition")  # fmt: skip
    definition = properties_definition()
    rows = ((ids[path], *_category(path, ids), definition) for path in paths)
    copy_rows(cr, "product_category", columns, rows, pattern.category)
    return ids


def _category(path, ids):
    ancestors = [path[:depth] for depth in range(1, len(path) + 1)]
    parent_path = "".join(f"{ids[ancestor]}/" for ancestor in ancestors)
    return path[-1], " / ".join(path), ids.get(path[:-1]), parent_path


def load_products(cr, pattern, products, variants, categories, sales, company_id):
    """Insert templates and variants. *variants*: {code: id}; *sales*: {code: (qty, net, gross)}."""
    shift = first_id(cr, "product_template") - first_id(cr, "product_product")
    templates, variant_rows = [], []
    for product in products:
        variant = variants[product.code]
        sold = sales.get(product.code, (0, 0, 0))
        list_price, cost = unit_prices(*sold, margin(product.department))
        templates.append(_template(product, variant + shift, categories, list_price))
        costs = {str(company_id): cost}
        variant_rows.append((variant, variant + shift, str(product.code), costs))
    columns = ("id", "name", "default_code", "categ_id", "list_price", "product_properties")
    copy_rows(cr, "product_template", columns, templates, pattern.template)
    columns = ("id", "product_tmpl_id", "default_code", "standard_price")
    copy_rows(cr, "product_product", columns, variant_rows, pattern.product)
    return {product.code: variants[product.code] + shift for product in products}


def _template(product, template_id, categories, list_price):
    known = {BRAND: product.brand, MANUFACTURER: product.manufacturer, SIZE: product.size}
    properties = {name: value for name, value in known.items() if value}
    return (
        template_id,
        {"en_US": product.name},
        str(product.code),
        categories[product.categories[:3]],
        list_price,
        properties or None,
    )


def load_brands(env, products, templates):
    """A product tag per brand, for filters."""
    names = sorted({product.brand for product in products} - {""})
    tags = env["product.tag"].create([{"name": name} for name in names])
    env.flush_all()
    ids = dict(zip(names, tags.ids, strict=True))
    rows = [(ids[p.brand], templates[p.code]) for p in products if p.brand]
    columns = ("product_tag_id", "product_template_id")
    copy_rows(env.cr, "product_tag_product_template_rel", columns, rows)


def line_name(product):
    """The description that Odoo gives an order line of *product*: ``[code] name``."""
    return f"[{product.code}] {product.name}"

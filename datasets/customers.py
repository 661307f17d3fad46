"""Customers, with what is known about them as tags that people can filter by."""

from html import escape

from .bulk import copy_rows

LINKS = "res_partner_res_partner_category_rel"


def load_customers(cr, pattern, customers, ids, invoices):
    """Insert the customers; *ids* and the number of *invoices* are by the customer's code."""
    columns = ("id", "name", "complete_name", "ref", "commercial_partner_id", "customer_rank",
               "comment")  # fmt: skip
    rows = ((ids[c.code], c.name, c.name, str(c.code), ids[c.code], invoices[c.code], comment(c))
            for c in customers)  # fmt: skip
    copy_rows(cr, "res_partner", columns, rows, pattern.partner)


def comment(customer):
    """The profile as an HTML list, or nothing when it is not known.

    >>> from datasets.sources.base import Customer
    >>> comment(Customer(1, "Household 1", (("Age", "65+"), ("Kids", "0"))))
    '<ul><li>Age: 65+</li><li>Kids: 0</li></ul>'
    """
    facts = (f"<li>{escape(title)}: {escape(value)}</li>" for title, value in customer.profile)
    return f"<ul>{''.join(facts)}</ul>" if customer.profile else None


def load_tags(env, customers, ids):
    """A tag per fact, below a tag per kind of fact, e.g. Age / 45-54."""
    facts = sorted({fact for customer in customers for fact in customer.profile})
    tags = tag_tree(env, facts)
    links = [(tags[fact], ids[c.code]) for c in customers for fact in c.profile]
    copy_rows(env.cr, LINKS, ("category_id", "partner_id"), links)


def tag_tree(env, pairs):
    """Make a tag for each (title, value) below one for the title; returns {pair: id}."""
    model = env["res.partner.category"]
    titles = sorted({title for title, _value in pairs})
    roots = model.create([{"name": title} for title in titles])
    parents = dict(zip(titles, roots.ids, strict=True))
    values = [{"name": value, "parent_id": parents[title]} for title, value in pairs]
    tags = dict(zip(pairs, model.create(values).ids, strict=True))
    env.flush_all()
    return tags

"""Campaigns: records of Odoo, a tag for those addressed, and plain tables with every detail.

Odoo has no place for who was addressed and which coupon was redeemed. The plain tables keep that
without loss, with Odoo's ids beside the numbers of the source, until an addon takes it over.
"""

from .bulk import copy_rows
from .customers import LINKS, tag_tree

TABLES = {
    "dataset_campaign": "campaign_code integer PRIMARY KEY, campaign_id integer NOT NULL,"
    " kind varchar NOT NULL, start_date date NOT NULL, end_date date NOT NULL",
    "dataset_campaign_target": "campaign_id integer NOT NULL, partner_id integer NOT NULL,"
    " PRIMARY KEY (campaign_id, partner_id)",
    "dataset_coupon": "coupon_code bigint NOT NULL, product_id integer,"
    " product_code integer NOT NULL, campaign_id integer NOT NULL,"
    " PRIMARY KEY (coupon_code, product_code, campaign_id)",
    "dataset_coupon_redemption": "partner_id integer NOT NULL, coupon_code bigint NOT NULL,"
    " campaign_id integer NOT NULL, day date NOT NULL",
}
COMMENTS = {
    "dataset_campaign": "Period and kind of each utm.campaign of the data set",
    "dataset_campaign_target": "Customers to whom a campaign was sent",
    "dataset_coupon": "Products that a coupon of a campaign applies to",
    "dataset_coupon_redemption": "Coupons that customers redeemed, by day",
}


def load_campaigns(env, source, partners, variants):
    """Insert campaigns, targets, coupons and redemptions."""
    cr = env.cr
    for table, columns in TABLES.items():
        cr.execute(f"CREATE TABLE {table} ({columns})")
        cr.execute(f"COMMENT ON TABLE {table} IS %s", [COMMENTS[table]])
    campaigns = source.campaigns()
    ids = _create_campaigns(env, campaigns)
    targets = [(ids[code], partners[household]) for code, household in source.targets()]
    coupons = [(c, variants.get(p), p, ids[k]) for c, p, k in source.coupons()]
    redeemed = [(partners[h], c, ids[k], day.date()) for h, c, k, day in source.redemptions()]
    details = [(c.code, ids[c.code], c.kind, c.start, c.end) for c in campaigns]
    for table, rows in zip(TABLES, (details, targets, coupons, redeemed), strict=True):
        copy_rows(cr, table, _columns(table), rows)
    _tag(env, campaigns, ids, targets)


def title(campaign):
    return f"Campaign {campaign.code} ({campaign.kind}), {campaign.start} – {campaign.end}"


def _columns(table):
    definition = TABLES[table].split(" PRIMARY KEY (")[0]
    return tuple(part.split()[0] for part in definition.split(",") if part.strip())


def _create_campaigns(env, campaigns):
    values = [{"name": f"Campaign {c.code}", "title": title(c)} for c in campaigns]
    records = env["utm.campaign"].create(values)
    env.flush_all()
    return {c.code: record.id for c, record in zip(campaigns, records, strict=True)}


def _tag(env, campaigns, ids, targets):
    """Everybody addressed carries the tag of the campaign."""
    pairs = [("Addressed by", f"Campaign {campaign.code}") for campaign in campaigns]
    tags = tag_tree(env, pairs)
    by_campaign = {ids[c.code]: tags[pair] for c, pair in zip(campaigns, pairs, strict=True)}
    links = [(by_campaign[campaign], partner) for campaign, partner in targets]
    copy_rows(env.cr, LINKS, ("category_id", "partner_id"), links)

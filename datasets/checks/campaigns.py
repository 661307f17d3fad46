"""Campaigns, their targets and coupons are all there."""


def check(cr, results, source):
    """Row for row against the source; customers and products by their numbers there."""
    if not source.has_campaigns:
        return
    expected = {
        "targets": set(source.targets()),
        "redemptions": {(h, c, k, day.date()) for h, c, k, day in source.redemptions()},
        "coupons": set(source.coupons()),
        "campaigns": {tuple(campaign) for campaign in source.campaigns()},
        "tags": set(source.targets()),
    }
    for title, rows in expected.items():
        cr.execute(_STATEMENTS[title])
        found = set(cr.fetchall())
        results.none(f"campaigns: {title}", len(rows | found), sorted(rows ^ found, key=str))


_STATEMENTS = {
    "targets": """
        SELECT k.campaign_code, p.ref::int FROM dataset_campaign_target t
        JOIN dataset_campaign k ON k.campaign_id = t.campaign_id
        JOIN res_partner p ON p.id = t.partner_id""",
    "redemptions": """
        SELECT p.ref::int, t.coupon_code, k.campaign_code, t.day FROM dataset_coupon_redemption t
        JOIN dataset_campaign k ON k.campaign_id = t.campaign_id
        JOIN res_partner p ON p.id = t.partner_id""",
    "coupons": """
        SELECT t.coupon_code, t.product_code, k.campaign_code FROM dataset_coupon t
        JOIN dataset_campaign k ON k.campaign_id = t.campaign_id""",
    "campaigns": """
        SELECT k.campaign_code, k.kind, k.start_date, k.end_date FROM dataset_campaign k
        JOIN utm_campaign c ON c.id = k.campaign_id""",
    "tags": """
        SELECT split_part(g.name->>'en_US', ' ', 2)::int, p.ref::int FROM res_partner_category g
        JOIN res_partner_res_partner_category_rel t ON t.category_id = g.id
        JOIN res_partner p ON p.id = t.partner_id
        WHERE g.name->>'en_US' LIKE 'Campaign %'""",
}

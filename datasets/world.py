"""The company and its few settings, made through Odoo before the rows are loaded."""

from types import SimpleNamespace

from .amounts import DISCOUNT_DIGITS

#: Parameter whose text the screens of crm_customer_insight show beside their figures.
NOTES_PARAMETER = "crm_customer_insight.data_notes"


def prepare(env, source):
    """Set the company up for *source* and return the records that the rows refer to."""
    company = env.company
    if company.currency_id.name != "USD":
        raise SystemExit(f"The amounts are in US dollars; {company.name} keeps its books in "
                         f"{company.currency_id.name}.")  # fmt: skip
    company.name = source.company
    _set_time_zone(env, source.timezone)
    env.ref("product.decimal_discount").digits = DISCOUNT_DIGITS
    # Otherwise orders hide the column with the discounts.
    env.ref("base.group_user")._apply_group(env.ref("sale.group_discount_per_so_line"))
    return SimpleNamespace(
        company=company,
        team=env["crm.team"].create({"name": "Stores", "company_id": company.id}),
        medium=env["utm.medium"].create({"name": "In store"}),
        cash_journal=_cash_journal(env),
        coupon_account=_coupon_account(env),
        sources=_sources(env, source),
    )


def write_notes(env, text):
    """Keep the *text* that tells where the figures come from, where people look for it."""
    env["ir.config_parameter"].set_param(NOTES_PARAMETER, text)
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line)
    env.company.partner_id.comment = paragraphs


def _set_time_zone(env, timezone):
    """Of the people, and of the company: by its clock the days of orders are counted."""
    env.company.partner_id.tz = timezone
    for login in ("base.user_admin", "base.user_root"):
        env.ref(login).tz = timezone


def _cash_journal(env):
    return env["account.journal"].create(
        {"name": "Store receipts", "type": "cash", "code": "TILL", "company_id": env.company.id}
    )


def _coupon_account(env):
    """What manufacturers owe for their coupons: received by the shop, not from the customer."""
    values = {"name": "Manufacturer coupons", "code": "121500", "account_type": "asset_current"}
    return env["account.account"].create(values)


def _sources(env, source):
    """A source per store ({store: record id}): thousands of sales teams would help nobody."""
    codes = sorted(set(source.table()["store"].to_pylist()) - {None})
    records = env["utm.source"].create([{"name": f"Store {code}"} for code in codes])
    return dict(zip(codes, records.ids, strict=True))

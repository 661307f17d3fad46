"""Two companies, two currencies, a chart of accounts each, and two years of exchange rates."""

from datetime import timedelta

from .world import remember

#: Yuan for one euro at the start of each of the last 25 months, oldest first.
CNY_PER_EUR = (
    7.66, 7.71, 7.79, 7.83, 7.82, 7.85, 7.79, 7.73, 7.74, 7.81, 7.88, 7.85,
    7.80, 7.72, 7.68, 7.65, 7.59, 7.62, 7.78, 8.02, 8.19, 8.25, 8.36, 8.40, 8.33,
)  # fmt: skip


def build(env):
    euro, yuan = env.ref("base.EUR"), env.ref("base.CNY")
    (euro | yuan).active = True
    germany = _company(env, env.ref("base.main_company"), _maker(env, euro))
    china = _company(env, env["res.company"], _subsidiary(env, yuan))
    remember(env, "company_de", germany)
    remember(env, "company_cn", china)
    _warehouses(env, germany | china)
    _rates(env, euro, yuan)
    users = env.ref("base.user_admin") | env.ref("base.user_root")
    users.write({"company_ids": [(4, germany.id), (4, china.id)], "company_id": germany.id})


def _company(env, company, values):
    if "iap_enrich_auto_done" in company._fields:
        values["iap_enrich_auto_done"] = True  # do not ask a web service about it
    if company:
        company.write(values)
    else:
        company = company.create(values)
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    # the generic chart and the first price list bring the dollar
    company.currency_id = values["currency_id"]
    lists = env["product.pricelist"].search([("company_id", "=", company.id)])
    lists.currency_id = values["currency_id"]
    return company


def _warehouses(env, companies):
    """Inventory gives a warehouse to the first company only."""
    if "stock.warehouse" not in env:
        return
    for company in companies:
        if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
            env["stock.warehouse"].create({"company_id": company.id})


def _maker(env, currency):
    return {
        "name": "Veltra Pumps GmbH",
        "currency_id": currency.id,
        "country_id": env.ref("base.de").id,
        "street": "Am Wasserturm 4",
        "zip": "21079",
        "city": "Hamburg",
        "phone": "+49 40 5550100",
        "email": "info@veltra.example.com",
        "website": "https://veltra.example.com",
    }


def _subsidiary(env, currency):
    return {
        "name": "Veltra Pumps (Suzhou) Co., Ltd.",
        "currency_id": currency.id,
        "country_id": env.ref("base.cn").id,
        "street": "88 Xinghu Street",
        "zip": "215021",
        "city": "Suzhou",
        "phone": "+86 512 5550 2000",
        "email": "info@veltra-cn.example.com",
    }


def _rates(env, euro, yuan):
    """Rates count from the euro, which is 1; every company converts through them."""
    env["res.currency.rate"].search([("currency_id", "in", (euro | yuan).ids)]).unlink()
    today = env.cr.now().date()
    start = today.replace(day=1)
    values = []
    for rate in reversed(CNY_PER_EUR):
        values.append({"currency_id": yuan.id, "name": start, "rate": rate, "company_id": False})
        start = (start - timedelta(days=1)).replace(day=1)
    values.append({"currency_id": euro.id, "name": start, "rate": 1.0, "company_id": False})
    env["res.currency.rate"].create(values)

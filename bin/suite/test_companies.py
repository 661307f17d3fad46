"""Companies with a chart of accounts, made once for all tests that keep accounts."""


def make(env):
    """One company in dollars and one in euros, where Odoo keeps accounts."""
    if "account.chart.template" in env:
        for currency in ("USD", "EUR"):
            _make(env, currency)


def _make(env, currency):
    xmlid = f"suite_tests.company_{currency.lower()}"
    if env.ref(xmlid, raise_if_not_found=False):
        return
    money = env.ref(f"base.{currency}")
    money.active = True
    company = env["res.company"].create(
        {"name": f"Company of the tests ({currency})", "currency_id": money.id}
    )
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.currency_id = money
    if not company.account_fiscal_country_id:
        company.account_fiscal_country_id = env.ref("base.us")
    env["ir.model.data"]._update_xmlids([{"xml_id": xmlid, "record": company}])

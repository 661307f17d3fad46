"""What installed addons do with loaded data. No addon is imported: models are looked up by name."""

from odoo.exceptions import UserError

from . import marketing


def run(env, source, progress):
    """Let each installed addon take in what was loaded; doing it twice changes nothing.

    Each is committed on its own: when one fails, what the others did remains.
    """
    for model, take_in in HOOKS.items():
        if model in env:
            with progress.phase(model):
                take_in(env, source)
                env.cr.commit()


def fill_ledger(env, _source):
    """Touch ledger of crm_customer_insight."""
    env["crm.touchpoint"]._fill()


def refresh_figures(env, _source):
    """Customer figures of crm_customer_insight as of the last day of the data, and its history.

    Figures of today would find nothing in their window of months, so the data date is kept as a
    system parameter, which later refreshes follow.
    """
    env.cr.execute("SELECT MAX(invoice_date) FROM account_move")
    [last] = env.cr.fetchone()
    env["ir.config_parameter"].set_param("crm_customer_insight.data_date", str(last))
    snapshots = env["crm.customer.snapshot"]
    snapshots._refresh(full=True)
    snapshots._backfill()
    snapshots._refresh()  # current figures name the tier of the month before


def compute_churn(env, _source):
    """States of churn, with limits that the gaps between the purchases of the data propose.

    Rules that somebody set stay. A part with fewer than a hundred gaps keeps the defaults.
    """
    rules = env["crm.churn.rule"]
    if not rules.search_count([], limit=1):
        try:
            with env.cr.savepoint():
                rules.create({}).action_propose()
        except UserError as error:
            print(f"  … churn rules: {error}", flush=True)
    env["crm.insight.run"]._run_now(["churn"])


def run_analyses(env, _source):
    """What the night would compute; alerts are left to somebody who is there to answer them."""
    runs = env["crm.insight.run"]
    later = {"alerts", "churn"}
    runs._run_now([one.code for one in runs._analyses() if one.code not in later])


def fill_profiles(env, source):
    """Profile facts of crm_customer_insight: an attribute per title, a choice per value."""
    customers = [customer for customer in source.customers() if customer.profile]
    attributes = _attributes(env, sorted({fact for c in customers for fact in c.profile}))
    values = env["crm.profile.value"].with_context(active_test=False)
    if values.search_count([("attribute_id.code", "=like", "dataset_%")], limit=1):
        return
    partners = {
        partner.ref: partner.id
        for partner in env["res.partner"].search([("ref", "in", [str(c.code) for c in customers])])
    }
    values.create(
        [
            {
                "partner_id": partners[str(customer.code)],
                **attributes[fact],
                "source": "dataset",
                "source_note": source.title,
                "date": source.known_since,
            }
            for customer in customers
            for fact in customer.profile
        ]
    )


def attribute_code(title):
    """The technical name of a profile attribute.

    >>> attribute_code("Home ownership")
    'dataset_home_ownership'
    """
    return f"dataset_{title.lower().replace(' ', '_')}"


def _attributes(env, facts):
    """{(title, value): values that refer to the attribute and its choice}, created when missing."""
    return {
        fact: {"attribute_id": attribute.id, "value_option_id": option.id}
        for title in dict.fromkeys(title for title, _value in facts)
        for attribute in [_attribute(env, title, [v for t, v in facts if t == title])]
        for option in attribute.option_ids
        for fact in [(title, option.name)]
    }


def _attribute(env, title, choices):
    code = attribute_code(title)
    attribute = env["crm.profile.attribute"].search([("code", "=", code)])
    options = [
        {"name": name, "code": f"c{position}", "sequence": position}
        for position, name in enumerate(choices, 1)
    ]
    values = {
        "name": title,
        "code": code,
        "type": "selection",
        "section": "Household",
        "option_ids": [(0, 0, option) for option in options],
    }
    return attribute or attribute.create(values)


#: Model of an addon -> what takes the data into it, in this order.
HOOKS = {
    "crm.profile.value": fill_profiles,
    # Campaigns come before the ledger, which then reads them in the same run.
    "crm.campaign.kind": marketing.plan,
    "crm.campaign.target": marketing.choose,
    "crm.campaign.material": marketing.print_coupons,
    "crm.campaign.wave": marketing.send,
    "crm.campaign.response": marketing.redeem,
    "crm.touchpoint": fill_ledger,
    "crm.customer.snapshot": refresh_figures,
    "crm.customer.churn": compute_churn,
    "crm.insight.run": run_analyses,
}

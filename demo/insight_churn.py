"""Who is about to leave: one was lost over the price, one came back, a large one hesitates.

The mill *Bergmann* bought elsewhere after a lost deal, the builder *Steiner* came back after a
year (both by their orders, see ``history``). The chemical works are a key account: their
maintenance contract ends in a month, nobody has renewed it, and their machines run less.
"""

from datetime import timedelta

from .world import days_ago, get, remember

LOST_DEAL = "Spinning hall pumps"
#: Operating hours by month, the latest last: the mean of the earlier ones is 700.
HOURS = (720, 690, 710, 680, 310)
CONTRACT_DAYS = (340, -25)


def build(env):
    _why_the_mill_left(env)
    _the_works_hesitate(env)
    env["crm.insight.run"]._run_now(["churn"])


def _why_the_mill_left(env):
    """The deal was lost over the price, shortly before the mill's orders ended."""
    lead = env["crm.lead"].with_context(active_test=False).search([("name", "=", LOST_DEAL)])
    lead.write(
        {
            "lost_reason_id": env["crm.lost.reason"].create({"name": "Cheaper elsewhere"}).id,
            "date_closed": days_ago(env, 400),
        }
    )


def _the_works_hesitate(env):
    """A contract near its end, with readings that fall."""
    start, end = (days_ago(env, days).date() for days in CONTRACT_DAYS)
    contract = env["crm.customer.contract"].create(
        {
            "name": "Full maintenance, compressor hall",
            "partner_id": get(env, "customer_chemie").id,
            "date_start": start,
            "date_end": end,
            "renewal_kind": "manual",
            "monthly_value": 2_400,
            "usage_unit": "operating hours",
        }
    )
    contract.action_start()
    remember(env, "contract_chemie_hall", contract)
    last = days_ago(env, 6).date()
    env["crm.usage.reading"].create(
        [
            {
                "contract_id": contract.id,
                "date": last - timedelta(days=30 * months),
                "quantity": hours,
            }
            for months, hours in enumerate(reversed(HOURS))
        ]
    )

"""Segments in the demo company: an own one, profiles of two, and attribute analyses."""

from .world import get

#: Own segment: (name, description, conditions).
OWN = [
    (
        "Large customers who went quiet",
        "Tier A or B, last invoice more than 120 days ago",
        ("tier", "in", ["A", "B"]),
        ("days_since_purchase", ">", 120),
    ),
]
PROFILED = ("pyramid_inactive", "rfm_loyal", "silent")


def build(env):
    """Define, then compute all as the nightly job would."""
    for name, description, *conditions in OWN:
        env["crm.customer.segment"].create(
            {
                "name": name,
                "kind": "behaviour",
                "description": description,
                "sequence": 43,
                "conditions": {
                    "operator": "and",
                    "conditions": [
                        dict(zip(("fact", "operator", "value"), condition, strict=True))
                        for condition in conditions
                    ],
                },
            }
        )
    company = get(env, "company_de")
    _ask(env, company)
    env["crm.insight.run"]._run_now(["lookalikes", "clusters", "segments", "profiles"])


def _ask(env, company):
    """What the analyst wants to know."""
    if env.ref("base.main_company") != company:
        env["crm.customer.clustering"].create(
            {"name": "Customers by how they buy", "company_id": company.id}
        )
        env["crm.customer.lookalike"].create(
            {"name": "The best customers", "company_id": company.id}
        )
    loyal = env.ref("crm_customer_insight.segment_rfm_loyal")
    env["crm.customer.lookalike"].create(
        {
            "name": "Loyal customers",
            "target": "segment",
            "segment_id": loyal.id,
            "company_id": company.id,
        }
    )
    env["crm.segment.profile"].create(
        [
            {
                "segment_id": env.ref(f"crm_customer_insight.segment_{name}").id,
                "company_id": company.id,
            }
            for name in PROFILED
        ]
    )

"""On the demo company, one figure is the same wherever it is shown, to the cent (C360-1, ROI-3).

The customer 360 view, the columns on contacts, the list of customers, the dashboard, the pivot, the
customer months and Odoo's own invoice analysis of the same window, for each role.
"""

import pytest
from told import told_by


@pytest.fixture(scope="module")
def cases():
    """What each role sees of each customer in each company selection."""
    return told_by("figures_of_roles.py", "figures", "figures")


def each(cases):
    """(where, name, figures by place) of every customer of every case."""
    for case in cases:
        for name, figures in case["customers"].items():
            yield f"{case['role']}, {case['selection']}", name, figures


def test_every_role_is_there_with_customers(cases):
    sizes = {(case["role"], case["selection"]): len(case["customers"]) for case in cases}
    assert len(sizes) == 6
    assert min(sizes.values()) >= 10, sizes
    assert sizes["manager", "both"] > sizes["manager", "de"] >= sizes["sales", "de"]


def test_card_list_and_contact_show_the_same(cases):
    differ = [
        (where, name, figures)
        for where, name, figures in each(cases)
        if not figures["card"] == figures["list"] == figures["contact"]
    ]
    assert differ == []


def test_months_of_the_window_add_up_to_it(cases):
    differ = [
        (where, name, figures)
        for where, name, figures in each(cases)
        if figures.get("months", figures["list"]) != figures["list"]
    ]
    assert differ == []


def test_revenue_is_that_of_odoos_invoice_analysis(cases):
    compared = [row for row in each(cases) if "invoiced" in row[2]]
    assert len(compared) > 100
    differ = [row for row in compared if row[2]["invoiced"] != row[2]["list"][0]]
    assert differ == []


def test_totals_agree_with_each_other_and_with_their_customers(cases):
    for case in cases:
        figures = [row["list"] for row in case["customers"].values()]
        added = [sum(column) for column in zip(*figures, strict=True)]
        assert added[0] > 0
        assert set(map(tuple, case["totals"].values())) == {tuple(added)}, case["role"]

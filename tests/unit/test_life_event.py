"""Offers of life events: window, urgency and channel (C360-2); worked out by hand."""

from datetime import date

import pytest

from odoo.addons.crm_customer_insight.tools import life_event


def test_window():
    assert life_event.window(date(2026, 3, 1), 30, 60) == (date(2026, 1, 30), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("until", "urgency"),
    [
        ("2026-03-01", None),
        ("2026-03-02", "high"),
        ("2026-03-09", "high"),
        ("2026-03-10", "medium"),
    ],
)
def test_urgency_on_2_march(until, urgency):
    assert life_event.urgency(date.fromisoformat(until), date(2026, 3, 2)) == urgency


def test_preferred_where_allowed_else_the_first_allowed():
    post = {"name": "post", "allowed": True, "preferred": False}
    mail = {"name": "mail", "allowed": True, "preferred": True}
    call = {"name": "call", "allowed": False, "preferred": False}
    assert life_event.choose([call, post, mail]) is mail
    assert life_event.choose([call, post, {**mail, "allowed": False}]) is post
    assert life_event.choose([call]) is None

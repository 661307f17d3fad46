"""What a customer uses of a contract, against his own earlier use (C360-7)."""

from odoo.addons.crm_customer_insight.tools.usage import trend


def test_against_the_median_of_the_readings_before():
    # the median of 30, 28 and 32 is 30; 12 is 60 % less
    assert trend([30, 28, 32, 12]) == (12, 30, -0.6)


def test_twelve_readings_before_count():
    assert trend([1000] * 5 + [10] * 12 + [20]) == (20, 10, 1.0)


def test_too_few_readings():
    assert trend([]) is None
    assert trend([30, 28, 32]) is None


def test_no_share_of_nothing():
    assert trend([0, 0, 0, 5]) == (5, 0, None)

"""Tokens of links for people without log-in (SVC-T, ROI-1)."""

import pytest

from odoo.addons.crm_customer_insight.tools.signed_link import join_token, split_token


def test_a_token_says_when_it_ends():
    token = join_token(1772442000, "ab" * 32)
    assert token == "1772442000-" + "ab" * 32
    assert split_token(token) == (1772442000, "ab" * 32)


@pytest.mark.parametrize(
    "odd",
    [None, 7, "", "-", "abc", "-ab", "12", "1e3-ab", "١٢-ab", "1" * 13 + "-ab", "1-" + "a" * 99],
)
def test_what_is_no_token_gives_nothing(odd):
    assert split_token(odd)[0] == 0 or split_token(odd)[1] == ""


def test_letters_beyond_ascii_never_reach_the_comparison():
    assert split_token("12-ä") == (12, "")

"""What is dialed, and who may (CC-1, CC-6). Numbers are examples of the national plans."""

import pytest

from odoo.addons.crm_callcenter.tools.number_plan import (
    Decision,
    Number,
    Plan,
    Rule,
    Used,
    classify,
    decide,
    fits,
    numbers_of,
)

GERMANY = Plan("DE")
AMERICA = Plan("US")


@pytest.mark.parametrize(
    ("dialed", "plan", "kind", "dial", "region"),
    [
        # the + is kept, and 00 or 011 in its place becomes one
        ("+49 40 3009 0", GERMANY, "national", "+494030090", "DE"),
        ("040 30090", GERMANY, "national", "+494030090", "DE"),
        ("0049 40 30090", GERMANY, "national", "+494030090", "DE"),
        ("011 49 40 30090", AMERICA, "international", "+494030090", "DE"),
        ("+44 (0)20 7946 0018", GERMANY, "international", "+442079460018", "GB"),
        ("0151 12345678", GERMANY, "mobile", "+4915112345678", "DE"),
        # a mobile number abroad is a call abroad
        ("+33 6 12 34 56 78", GERMANY, "international", "+33612345678", "FR"),
        # one country code, several countries: Jamaica is not America
        ("+1 876 922 0000", AMERICA, "international", "+18769220000", "JM"),
        ("(415) 555-2671", AMERICA, "national", "+14155552671", "US"),
        ("0800 1234567", GERMANY, "toll_free", "+498001234567", "DE"),
        ("+1 800 253 0000", AMERICA, "toll_free", "+18002530000", ""),
        ("01805 123456", GERMANY, "shared_cost", "+491805123456", "DE"),
        ("0900 5 123456", GERMANY, "premium", "+499005123456", "DE"),
        ("+44 906 123 4567", GERMANY, "premium", "+449061234567", "GB"),
        ("+979 1 2345 6789", GERMANY, "premium", "+979123456789", ""),
        ("+881 6 1234 5678", GERMANY, "satellite", "+881612345678", ""),
        ("+882 13 300 000", GERMANY, "satellite", "+88213300000", ""),
        # a length that can be, a range that nobody has
        ("0137 123456", GERMANY, "unassigned", "+49137123456", "DE"),
    ],
)
def test_numbers_of_the_public_network(dialed, plan, kind, dial, region):
    found = classify(dialed, plan)
    assert (found.kind, found.dial, found.e164) == (kind, dial, dial)
    if region:
        assert found.region == region


@pytest.mark.parametrize(
    ("dialed", "plan", "kind"),
    [
        ("112", GERMANY, "emergency"), ("110", GERMANY, "emergency"),
        ("911", AMERICA, "emergency"), ("999", Plan("GB"), "emergency"),
        ("120", Plan("CN"), "emergency"), ("1 1 2", GERMANY, "emergency"),
        # not of this country: nobody answers there
        ("911", GERMANY, "extension"),
        # longer than an emergency number: an extension
        ("1120", GERMANY, "extension"), ("1001", GERMANY, "extension"),
        ("11833", GERMANY, "short"), ("411", AMERICA, "short"),
        ("*21#", GERMANY, "feature"), ("#1", GERMANY, "feature"),
    ],
)  # fmt: skip
def test_short_numbers(dialed, plan, kind):
    assert classify(dialed, plan).kind == kind


def test_an_emergency_number_with_the_digit_for_outside():
    plan = Plan("DE", outside="0")
    assert [classify(text, plan).kind for text in ("112", "0112", "0 112")] == ["emergency"] * 3
    assert classify("0040 30090", plan).dial == "+494030090"


def test_an_emergency_number_of_the_house_and_an_extension_that_looks_like_a_short_number():
    plan = Plan("US", extensions=frozenset({"411"}), emergency=frozenset({"5555"}))
    assert classify("5555", plan).kind == "emergency"
    assert classify("411", plan) == Number("extension", "411")


def test_an_extension_cannot_hide_an_emergency_number():
    assert classify("112", Plan("DE", extensions=frozenset({"112"}))).kind == "emergency"


@pytest.mark.parametrize(
    "dialed",
    ["", None, "anonymous", "s", "+", "0800-FLOWERS", "+49 40 3009 0 3009 0 3009 0 30", "1" * 300,
     "+999 12345", "4030090;rm -rf", "+4930\r\nAction: X"],
)  # fmt: skip
def test_what_is_no_number_is_refused(dialed):
    number = classify(dialed, Plan(""))
    assert number.kind == "invalid"
    assert decide(number, [Rule("all", True)]).allowed is False


def test_without_a_country_only_whole_numbers_and_extensions():
    nowhere = Plan("")
    assert classify("+494030090", nowhere).kind == "international"
    assert classify("04030090", nowhere).kind == "invalid"
    assert classify("1001", nowhere).kind == "extension"
    assert classify("112", Plan("XX")).kind == "extension"


# -- rules --------------------------------------------------------------------------------------

ALL = Rule("all", True)
NO_PREMIUM = Rule("premium", False, kinds=frozenset({"premium", "satellite"}))
HOME = Rule(
    "home", True, kinds=frozenset({"national", "mobile", "toll_free"}), per_hour=20, per_day=50
)
EUROPE = Rule("near", True, countries=frozenset({"FR", "GB"}), all_per_hour=5, all_per_day=9)
CUBA = Rule("far", False, prefixes=("+53", "+1876"))


def verdict(dialed, *rules, plan=GERMANY, used=None):
    found = decide(classify(dialed, plan), rules, used)
    return found.allowed, found.why, found.rule


def test_the_first_rule_that_fits_decides():
    assert verdict("0900 5 123456", NO_PREMIUM, ALL) == (False, "denied", "premium")
    assert verdict("0900 5 123456", ALL, NO_PREMIUM) == (True, "rule", "all")
    assert verdict("040 30090", NO_PREMIUM, HOME, ALL) == (True, "rule", "home")
    assert verdict("+53 7 8612345", CUBA, ALL) == (False, "denied", "far")
    assert verdict("+18769220000", CUBA, ALL) == (False, "denied", "far")


def test_what_no_rule_fits_is_refused():
    assert verdict("+33 1 42 68 53 00", HOME) == (False, "no_rule", None)
    assert verdict("+33 1 42 68 53 00", HOME, EUROPE) == (True, "rule", "near")
    assert verdict("040 30090") == (False, "no_rule", None)


def test_colleagues_need_no_rule_and_can_be_forbidden_by_one():
    assert verdict("1001") == (True, "inside", None)
    assert verdict("1001", Rule("none", False)) == (False, "denied", "none")


def test_emergency_numbers_are_dialed_against_every_rule_and_beyond_every_limit():
    nothing = Rule("nothing", False)
    full = {"all": Used(99, 99, 99, 99)}
    assert verdict("112", nothing) == (True, "emergency", None)
    assert verdict("112", Rule("all", True, per_hour=1), used=full) == (True, "emergency", None)


@pytest.mark.parametrize(
    ("used", "why"),
    [
        (Used(hour=19, day=49), "rule"),  # the 20th of the hour, the 50th of the day
        (Used(hour=20, day=20), "per_hour"),
        (Used(hour=3, day=50), "per_day"),
        (Used(hour=20, day=50), "per_hour"),
        (Used(all_hour=500, all_day=500), "rule"),  # that limit is not set
    ],
)
def test_limits_of_a_person(used, why):
    assert verdict("040 30090", HOME, used={"home": used})[1] == why


def test_limits_of_all_and_the_alarm():
    number = classify("+33142685300", GERMANY)
    found = decide(number, [EUROPE], {"near": Used(1, 1, 5, 5)})
    assert found == Decision(False, "all_per_hour", number, "near", 5)
    assert found.is_alarm
    assert decide(number, [EUROPE], {"near": Used(1, 1, 4, 9)}).why == "all_per_day"
    assert not decide(number, [EUROPE], {"near": Used(9, 9, 4, 8)}).is_alarm
    assert not decide(number, []).is_alarm


def test_every_condition_of_a_rule_has_to_fit():
    rule = Rule(
        "x", True, kinds=frozenset({"mobile"}), countries=frozenset({"DE"}), prefixes=("+4915",)
    )
    assert fits(rule, classify("0151 12345678", GERMANY))
    assert not fits(rule, classify("0170 1234567", GERMANY))  # +49170
    assert not fits(rule, classify("040 30090", GERMANY))


# -- commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "values", "dialed"),
    [
        ("originate", {"channel": "PJSIP/1001", "context": "from-agent", "exten": "+14155550999"},
         ("+14155550999", "1001")),
        ("originate", {"channel": "PJSIP/+14155550999@trunk", "context": "fax-out", "exten": "s"},
         ("+14155550999",)),
        ("originate", {"channel": "PJSIP/trunk/sip:+14155550999@carrier", "exten": "s"},
         ("+14155550999",)),
        ("originate", {"channel": "Local/00495551234@outbound/n", "exten": "1001"},
         ("1001", "00495551234")),
        ("transfer", {"channel": "PJSIP/1001-00000001", "context": "c", "exten": "+18769220000"},
         ("+18769220000",)),
        # signs between digits, which the exchange would leave away, hide nothing
        ("originate", {"channel": "Local/0049-55.51234@outbound", "exten": "s"},
         ("00495551234",)),
        ("hangup", {"channel": "PJSIP/1001-00000001"}, ()),
        ("queue_pause", {"interface": "PJSIP/1001"}, ()),
        ("originate", {}, ()),
        # an action nobody thought of when this was written dials nothing unseen
        ("new_action", {"exten": "+18769220000"}, ("+18769220000",)),
    ],
)  # fmt: skip
def test_all_that_a_command_dials_is_looked_at(action, values, dialed):
    assert numbers_of(action, values) == dialed

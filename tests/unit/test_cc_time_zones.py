"""Time zones of customers by country and state (CC-6)."""

from zoneinfo import ZoneInfo

import pytest

from odoo.addons.crm_callcenter.tools.time_zones import ONE, STATES, zones_of

MEXICO = ("America/Mexico_City", "America/Cancun", "America/Tijuana")


@pytest.mark.parametrize(
    ("asked", "zones"),
    [
        (("US", "CA", ()), ("America/Los_Angeles",)),
        # two clocks in one state: both have to be open
        (("US", "TX", ()), ("America/Chicago", "America/Denver")),
        (("AU", "WA", ()), ("Australia/Perth",)),
        (("FR", "", ("Europe/Paris",)), ("Europe/Paris",)),
        (("DE", "", ("Europe/Berlin", "Europe/Busingen")), ("Europe/Berlin",)),
        # the number tells where the address does not
        (("MX", "", MEXICO, ("America/Tijuana",)), ("America/Tijuana",)),
        # a number of another country tells nothing
        (("MX", "", MEXICO, ("Europe/Paris",)), MEXICO),
        (("", "", (), ("Europe/Paris",)), ("Europe/Paris",)),
        (("", "", (), (), "Europe/Berlin"), ("Europe/Berlin",)),
        (("", "", ()), ("UTC",)),
    ],
)
def test_zones(asked, zones):
    assert zones_of(*asked) == zones


def test_every_zone_exists():
    names = {zone for states in STATES.values() for zones in states.values() for zone in zones}
    for name in sorted(names | {zone for zones in ONE.values() for zone in zones}):
        assert ZoneInfo(name).key == name


def test_all_states_of_the_united_states():
    assert len(STATES["US"]) == 50 + 3  # with Washington, Puerto Rico and the Virgin Islands

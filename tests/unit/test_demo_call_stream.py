"""The messages of the demo's calls are folded to what the story tells (CC-8)."""

import pytest

from odoo.addons.crm_callcenter.tools.call_events import normalize
from odoo.addons.crm_callcenter.tools.call_fold import Setting, fold

from demo.call_stream import Told, messages

AT = 1_790_000_000.0


def told(**values):
    story = Told(**{"serial": 7, "at": AT, "number": "+494044556677", "queue": "support"} | values)
    rows = messages(story)
    events = [normalize(row["message"], "demo", row["at"]) for row in rows]
    assert all(events), "a message of no interest is one too many"
    return fold(events, Setting())


def test_answered_after_a_wait():
    call = told(agent="1001", wait=12, ring=4, talk=90, hold=30)
    assert (call.direction, call.result, call.number) == ("inbound", "answered", "+494044556677")
    assert call.queue == "support"
    assert call.hung_up_by == "customer"
    # a few milliseconds lie between two messages
    assert call.wait == pytest.approx(12, abs=0.05)
    assert call.ring == pytest.approx(4, abs=0.05)
    assert call.talk == pytest.approx(60, abs=0.05)
    assert call.hold == pytest.approx(30, abs=0.05)
    assert not call.incomplete


def test_hung_up_by_the_agent():
    assert told(agent="1001", agent_hangs_up=True).hung_up_by == "agent"


@pytest.mark.parametrize(("wait", "result"), [(3, "short_abandoned"), (45, "abandoned")])
def test_given_up(wait, result):
    call = told(wait=wait)
    assert (call.result, call.talk) == (result, 0)
    assert call.wait == pytest.approx(wait, abs=0.05)


def test_solved_in_the_menu():
    call = told(menu="23", contained=True, talk=20, queue="")
    assert call.result == "ivr_contained"


@pytest.mark.parametrize(
    ("status", "result"), [("ANSWER", "answered"), ("BUSY", "busy"), ("NOANSWER", "no_answer")]
)
def test_called_by_an_agent(status, result):
    call = told(agent="1001", outbound=True, status=status, talk=50)
    assert (call.direction, call.result, call.number) == ("outbound", result, "+494044556677")

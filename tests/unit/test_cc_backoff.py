"""CC-1: the waits before another attempt."""

import pytest

from odoo.addons.crm_callcenter.tools.backoff import Backoff, Policy, delay

PLAIN = Policy(first=0.5, factor=2, cap=30, jitter=0, stable=10)


def test_waits_double_up_to_the_cap():
    # 0.5 × 2^(n−1): 0.5, 1, 2, 4, 8, 16, then 32 > 30
    waits = [delay(PLAIN, failures, 0.7) for failures in range(1, 9)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_jitter_is_a_share_of_the_wait():
    # third wait 2 s, half of it random: 2 × (0.5 + 0.5 × share)
    policy = Policy(first=0.5, factor=2, cap=30, jitter=0.5)
    assert [delay(policy, 3, share) for share in (0, 0.5, 1)] == [1, 1.5, 2]
    assert delay(Policy(first=2, jitter=1), 1, 0) == 0


def test_random_numbers_of_the_machine_stay_in_range():
    waits = {Backoff(Policy(first=2, jitter=0.5)).failed(0) for _ in range(200)}
    assert 1 <= min(waits) < 1.2  # 200 draws: 0.9^200 ≈ 7e-10 that none is in the lowest tenth
    assert 1.8 < max(waits) <= 2


def test_a_night_of_failures_does_not_overflow():
    assert delay(PLAIN, 100_000, 0.5) == 30


def test_a_stable_time_makes_the_next_failure_a_first_one():
    backoff = Backoff(PLAIN)
    assert [backoff.failed(now) for now in (0, 1, 2)] == [0.5, 1, 2]
    backoff.worked(100)
    assert backoff.failed(110) == 0.5  # it has worked for the 10 s that count as stable


def test_a_server_that_drops_at_once_does_not_count_as_working():
    backoff = Backoff(PLAIN)
    assert backoff.failed(0) == 0.5
    backoff.worked(1)
    assert backoff.failed(10.9) == 1  # 9.9 s
    backoff.worked(20)
    assert backoff.failed(20) == 2


def test_saying_that_it_works_resets_while_it_works():
    backoff = Backoff(PLAIN)
    backoff.failed(0)
    backoff.worked(1)
    assert backoff.failures == 1
    backoff.worked(11)
    assert backoff.failures == 0


@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"first": 31}, {"factor": 0.5}, {"jitter": 1.1}, {"jitter": -0.1}]
)
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="Not a policy"):
        Policy(**wrong)


def test_no_failure_has_no_wait():
    with pytest.raises(ValueError, match="0 failures"):
        delay(PLAIN, 0, 0.5)

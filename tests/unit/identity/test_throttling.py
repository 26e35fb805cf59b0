"""How attempts are slowed down, on literal times."""

from __future__ import annotations

import pytest

from liyu.identity.settings import IdentitySettings
from liyu.identity.throttling import (
    Rule,
    Tries,
    address_rule,
    give_back,
    login_rule,
    network_of,
    per_minute_rule,
    take,
    throttle_key,
)

RULE = Rule(free=3, window_ms=60_000, first_wait_ms=1_000, longest_wait_ms=4_000)


def waits(*times: int) -> list[int]:
    """The wait that each attempt at these times meets."""
    tries, found = Tries(times[0]), []
    for now in times:
        tries, wait = take(tries, RULE, now)
        found.append(wait)
    return found


def test_the_first_ones_are_free_then_each_costs_twice_the_wait() -> None:
    assert waits(0, 0, 0, 0) == [0, 0, 0, 1_000]
    assert waits(0, 0, 0, 999, 1_000, 2_000, 3_000, 6_999, 7_000, 10_999) == [0, 0, 0, 1, 0, 1_000, 0, 1, 0, 1]


def test_attempts_at_the_same_moment_are_not_all_free() -> None:
    assert waits(*[5] * 10).count(0) == 3


def test_waiting_attempts_are_not_counted() -> None:
    tries = Tries(0, 3, 1_000)
    assert take(tries, RULE, 500) == (tries, 500)


def test_a_new_window_starts_afresh_but_not_inside_a_wait() -> None:
    assert take(Tries(0, 2, 0), RULE, 60_000) == (Tries(60_000, 1, 0), 0)
    assert take(Tries(0, 9, 61_000), RULE, 60_500)[1] == 500
    assert take(Tries(0, 9, 61_000), RULE, 61_000) == (Tries(61_000, 1, 0), 0)


def test_a_clock_that_goes_back_locks_nobody_out() -> None:
    assert take(Tries(1_000_000, 9, 1_004_000), RULE, 500) == (Tries(500, 1, 0), 0)
    assert take(Tries(0, 9, 1_000_000), RULE, 10) == (Tries(10, 1, 0), 0)


def test_a_good_attempt_is_given_back() -> None:
    assert give_back(Tries(0, 3, 1_000)) == Tries(0, 2, 0)
    assert give_back(Tries(0)) == Tries(0)


def test_the_rules_of_the_settings() -> None:
    settings = IdentitySettings(sign_in_attempts=8, sign_in_window_minutes=15)
    assert login_rule(settings) == Rule(8, 900_000, 2_000, 60_000)
    assert address_rule(settings) == Rule(32, 900_000, 5_000, 900_000)
    assert per_minute_rule(120) == Rule(120, 60_000, 5_000, 60_000)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_keys_tell_nothing() -> None:
    assert throttle_key("login", "chenjing") != throttle_key("address", "chenjing")
    assert "chenjing" not in throttle_key("login", "chenjing")

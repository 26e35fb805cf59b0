"""How attempts are slowed down: some are free, then each costs a longer wait. Pure.

An attempt is counted before it is examined, so attempts made at the same moment cannot all be free.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass, replace

from liyu.identity.settings import MINUTE_MS, IdentitySettings


@dataclass(frozen=True, slots=True)
class Rule:
    """``free`` attempts in ``window_ms``, then waits that double from ``first_wait_ms`` to ``longest_wait_ms``."""

    free: int
    window_ms: int
    first_wait_ms: int
    longest_wait_ms: int


@dataclass(frozen=True, slots=True)
class Tries:
    """What is known of one key: since when, how many, and when the next is allowed."""

    window_at: int
    attempts: int = 0
    free_at: int = 0


def take(tries: Tries, rule: Rule, now: int) -> tuple[Tries, int]:
    """Count one attempt. Returns what to keep and how long to wait; with a wait above 0 nothing was counted."""
    clock_went_back = tries.window_at > now or tries.free_at - now > rule.longest_wait_ms
    if clock_went_back or (now - tries.window_at >= rule.window_ms and now >= tries.free_at):
        tries = Tries(now)
    if now < tries.free_at:
        return tries, tries.free_at - now
    attempts = tries.attempts + 1
    if attempts < rule.free:
        return replace(tries, attempts=attempts), 0
    doubled = rule.first_wait_ms << min(attempts - rule.free, 20)
    return replace(tries, attempts=attempts, free_at=now + min(doubled, rule.longest_wait_ms)), 0


def give_back(tries: Tries) -> Tries:
    """Uncount an attempt that turned out to be a good one."""
    return replace(tries, attempts=max(0, tries.attempts - 1), free_at=0)


def login_rule(settings: IdentitySettings) -> Rule:
    """Guesses at one login. The wait ends at a minute, so that nobody can lock a guide out for long."""
    return Rule(settings.sign_in_attempts, settings.sign_in_window_minutes * MINUTE_MS, 2_000, MINUTE_MS)


def address_rule(settings: IdentitySettings) -> Rule:
    """Guesses from one address, behind which a whole shop may sit."""
    return Rule(4 * settings.sign_in_attempts, settings.sign_in_window_minutes * MINUTE_MS, 5_000, 15 * MINUTE_MS)


def per_minute_rule(count: int) -> Rule:
    """Anything that an address may do ``count`` times in a minute."""
    return Rule(count, MINUTE_MS, 5_000, MINUTE_MS)


def throttle_key(kind: str, value: str) -> str:
    """The name under which attempts are kept: hashed, for addresses and logins are personal."""
    return kind + ":" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 one (a household has all of it)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

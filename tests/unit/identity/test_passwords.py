"""Passwords: what is accepted, and that strangers cannot buy any number of checks."""

from __future__ import annotations

import asyncio

import pytest

from liyu.identity import passwords as module
from liyu.identity.errors import BusySigningIn, WeakPassword
from liyu.identity.passwords import Passwords
from liyu.identity.settings import IdentitySettings

CHEAP = IdentitySettings(password_memory_kib=8_192)


@pytest.mark.parametrize("password", ["short", "123456789", "x" * 257, "chenjing-2026", "CHENJING-2026"])
def test_weak_passwords(password: str) -> None:
    with pytest.raises(WeakPassword):
        Passwords(CHEAP).refuse_weak(password, "chenjing-2026")


async def test_a_hash_fits_its_own_password_only() -> None:
    passwords = Passwords(CHEAP)
    encoded = await passwords.hash("平江路八十八号，春天")
    assert encoded.startswith("$argon2id$v=19$m=8192,t=3,p=4$")
    assert await passwords.matches(encoded, "平江路八十八号，春天")
    assert not await passwords.matches(encoded, "平江路八十八号，秋天")
    assert not await passwords.matches("not a hash", "x")
    passwords.close()


async def test_nobodys_password_is_checked_all_the_same() -> None:
    passwords = Passwords(CHEAP)
    assert not await passwords.matches(None, "decoy")
    passwords.close()


async def test_older_parameters_are_noticed() -> None:
    old, new = Passwords(CHEAP), Passwords(IdentitySettings(password_memory_kib=16_384))
    encoded = await old.hash("some password")
    assert new.outdated(encoded)
    assert not old.outdated(encoded)


async def test_more_than_the_queue_holds_is_refused_with_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE", 1)
    passwords = Passwords(IdentitySettings(password_memory_kib=8_192, password_threads=1))
    outcomes = await asyncio.gather(*(passwords.hash("some password") for _ in range(5)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BusySigningIn)]
    assert len(refused) == 3
    assert {refusal.retry_after_ms for refusal in refused} == {2_000}
    assert (await passwords.hash("again")).startswith("$argon2id$")

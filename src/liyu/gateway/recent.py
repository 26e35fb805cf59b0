"""Who was connected a moment ago: so that a mere network drop needs no query when the client comes back.

A token is remembered, as a digest, only after it was looked up, and only for a short while after its connection is
gone. Whatever ends the session or changes the person forgets it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from liyu.gateway.ports import Principal
from liyu.kit.ids import ChainId, PersonId, SessionId

KEPT_MS = 30_000  # twice the longest wait between two attempts of a client
KEPT = 20_000  # sessions; beyond it the oldest are forgotten


def digest(token: str) -> bytes:
    """What is kept in place of a token."""
    return hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Left(NamedTuple):
    principal: Principal
    until_ms: int


class Recent:
    """Sessions whose last connection was lost within ``KEPT_MS``."""

    def __init__(self) -> None:
        self._left: dict[bytes, _Left] = {}

    def remember(self, proof: bytes, principal: Principal, now_ms: int) -> None:
        """A connection of this session was lost."""
        self._left.pop(proof, None)
        self._left[proof] = _Left(principal, now_ms + KEPT_MS)
        while self._left:
            oldest = next(iter(self._left))
            if len(self._left) <= KEPT and self._left[oldest].until_ms > now_ms:
                break
            del self._left[oldest]

    def recall(self, proof: bytes, now_ms: int) -> Principal | None:
        """Who held the token with this digest, if that was a moment ago."""
        found = self._left.get(proof)
        return found.principal if found is not None and now_ms < found.until_ms else None

    def forget_sessions(self, sessions: Iterable[SessionId]) -> None:
        """These sessions have ended."""
        ended = set(sessions)
        self._left = {proof: left for proof, left in self._left.items() if left.principal.session not in ended}

    def forget_person(self, person: PersonId) -> None:
        """What this person is, or may do, changed."""
        self._left = {proof: left for proof, left in self._left.items() if left.principal.person != person}

    def forget_chain(self, chain: ChainId) -> None:
        """This node no longer listens to what happens in ``chain``."""
        self._left = {proof: left for proof, left in self._left.items() if left.principal.chain != chain}

    def forget_all(self) -> None:
        """Something may have ended unheard."""
        self._left.clear()

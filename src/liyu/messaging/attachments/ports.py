"""What this part needs of the conversation log, and what the log needs of it."""

from __future__ import annotations

from typing import Any, Protocol

from liyu.identity.model import Principal
from liyu.kit.ids import ChainId, ConversationId


class Readable(Protocol):
    """What somebody may read and do in one conversation (``liyu.messaging.model.Access``)."""

    @property
    def conversation(self) -> ConversationId: ...
    @property
    def chain(self) -> ChainId: ...
    @property
    def classes(self) -> frozenset[Any]: ...
    @property
    def from_seq(self) -> int: ...
    @property
    def may_send(self) -> bool: ...


class Conversations(Protocol):
    """The access function of conversations."""

    async def access(self, principal: Principal, conversation: ConversationId) -> Readable:
        """What ``principal`` may do there. Raises a not-found refusal when that is nothing."""
        ...

"""How these endpoints reach the domain."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from liyu.identity.service import Identity


def identity_of(request: Request) -> Identity:
    """The running identity domain."""
    identity: Identity = request.app.state.services.identity
    return identity


TheIdentity = Annotated[Identity, Depends(identity_of)]

"""The HTTP side of the identity domain, one file per use case, joined here."""

from __future__ import annotations

from fastapi import APIRouter

from liyu.identity.endpoints import sessions, shops

router = APIRouter()
for part in (sessions, shops):
    router.include_router(part.router)

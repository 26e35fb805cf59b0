"""The HTTP side of the identity domain, one file per use case, joined here."""

from __future__ import annotations

from fastapi import APIRouter

from liyu.identity.endpoints import devices, people, sessions, shops, sites
from liyu.identity.links import endpoints as links

router = APIRouter()
for part in (sessions, devices, shops, people, sites, links):
    router.include_router(part.router)

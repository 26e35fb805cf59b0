"""The catalogue over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from liyu.catalog.endpoints import editing, reading, stock

router = APIRouter()
for part in (reading, editing, stock):
    router.include_router(part.router)

"""The catalogue over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from liyu.catalog.endpoints import reading

router = APIRouter()
for part in (reading,):
    router.include_router(part.router)

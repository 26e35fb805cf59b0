"""The catalogue over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from liyu.catalog.endpoints import editing, importing, reading, stock

router = APIRouter()
for part in (reading, editing, stock, importing):
    router.include_router(part.router)

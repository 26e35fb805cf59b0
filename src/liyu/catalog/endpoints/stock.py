"""Stock over HTTP: where a product is, setting it right, what happened to it. For staff."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from liyu.catalog.endpoints.parameters import CatalogService, Cursor, Key, Limit, after_id, next_cursor
from liyu.catalog.managed import LocationOut, ManagedStock, location, stock_of
from liyu.catalog.stock.model import MOST_PIECES
from liyu.http.authentication import Me
from liyu.http.fields import Id, Line
from liyu.kit.ids import LocationId, VariantId

router = APIRouter(tags=["catalog staff"])


class ProductStock(BaseModel):
    """Where a product is."""

    items: list[ManagedStock] = Field(description="Every variant at every place where it lies.")
    locations: list[LocationOut] = Field(description="All places of the chain.")
    next_cursor: None = Field(default=None, description="Always null: all fit on one page.", examples=[None])


class StockBody(BaseModel):
    """A count (`on_hand`) or a change (`by`) of one variant at one place."""

    model_config = ConfigDict(extra="forbid")

    variant: Id = Field(description="Id of the variant.", examples=["var_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    location: Id = Field(description="Id of the place.", examples=["loc_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    on_hand: int | None = Field(
        default=None, ge=0, le=MOST_PIECES, description="So many lie there; repeating it is harmless.", examples=[12]
    )
    by: int | None = Field(
        default=None, ge=-MOST_PIECES, le=MOST_PIECES, description="So many came, or went.", examples=[None]
    )
    word: Line = Field(default="", description="Why.", examples=["盘点"])

    @model_validator(mode="after")
    def one_of_two(self) -> StockBody:
        """Exactly one of ``on_hand`` and ``by``."""
        if (self.on_hand is None) == (self.by is None):
            raise ValueError("give on_hand or by, not both")
        return self


class MoveOut(BaseModel):
    """One change of stock."""

    id: str = Field(description="Id of the record.", examples=["mov_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    variant: str = Field(description="Id of the variant.", examples=["var_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    location: str = Field(description="Id of the place.", examples=["loc_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    kind: Literal["counted", "adjusted", "reserved", "released", "expired", "taken", "imported"] = Field(
        description="What happened.", examples=["counted"]
    )
    on_hand_by: int = Field(description="Pieces that came, or went.", examples=[2])
    reserved_by: int = Field(description="Pieces promised, or given back.", examples=[0])
    on_hand_after: int = Field(description="Pieces afterwards.", examples=[12])
    reserved_after: int = Field(description="Promised afterwards.", examples=[0])
    actor: str = Field(description="Who did it.", examples=["per_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    word: str = Field(description="Why.", examples=["盘点"])
    at: int = Field(description="When, ms since 1970.", examples=[1764000000000])


class MovePage(BaseModel):
    """A page of changes, newest first."""

    items: list[MoveOut] = Field(description="The changes.")
    next_cursor: str | None = Field(description="For the next page; null on the last one.", examples=["WyJtb3YiXQ"])


@router.get("/products/{product}/stock", summary="Read where a product is")
async def read_stock(product: Key, catalog: CatalogService, me: Me) -> ProductStock:
    """Every count, in all shops and warehouses of the chain."""
    found = await catalog.counting.product(me, product)
    places = await catalog.places.locations(me)
    return ProductStock(items=stock_of(found), locations=[location(place) for place in places])


@router.put("/stock", summary="Set stock right")
async def set_stock(body: StockBody, catalog: CatalogService, me: Me) -> ManagedStock:
    """Say how many lie there, or how many came or went. By the people of the place; recorded."""
    line = await catalog.counting.set_stock(
        me,
        VariantId(body.variant),
        LocationId(body.location),
        on_hand=body.on_hand,
        by=body.by,
        word=body.word,
    )
    return ManagedStock(
        variant=line.variant,
        location=line.location,
        on_hand=line.on_hand,
        reserved=line.reserved,
        available=line.available,
    )


@router.get("/products/{product}/stock-moves", summary="Read what happened to stock")
async def list_stock_moves(
    product: Key, catalog: CatalogService, me: Me, cursor: Cursor = None, limit: Limit = 50
) -> MovePage:
    """Every change of the product's stock with who made it and why, newest first."""
    found = await catalog.counting.moves(me, product, after_id(cursor), limit)
    items = [MoveOut.model_validate(move, from_attributes=True) for move in found]
    return MovePage(items=items, next_cursor=next_cursor([move.id for move in found], limit))

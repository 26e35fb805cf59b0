"""Who may change what in the catalogue. Pure, built on ``Principal``.

Products of the whole chain are for those who run the chain; a product that only some shops sell may be changed by who
runs all of them. Stock is counted by the people of the place; a warehouse by those who run the chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from liyu.catalog.errors import NotStaff
from liyu.catalog.model import Location
from liyu.identity.model import Principal
from liyu.kit.ids import ShopId


def require_staff(principal: Principal) -> None:
    """Raise ``NotStaff`` unless the person serves some shop of the chain."""
    if not principal.staff_shops:
        raise NotStaff()


def require_editor(principal: Principal, shops: Sequence[ShopId]) -> None:
    """Raise ``NotStaff`` unless the person may change a product that ``shops`` sell (empty: every shop)."""
    if not (all(principal.runs(shop) for shop in shops) if shops else principal.runs(None)):
        raise NotStaff()


def require_chain(principal: Principal) -> None:
    """Raise ``NotStaff`` unless the person runs the chain."""
    if not principal.runs(None):
        raise NotStaff()


def require_counter(principal: Principal, location: Location) -> None:
    """Raise ``NotStaff`` unless the person may count what lies at ``location``."""
    allowed = principal.runs(None) if location.shop is None else principal.staff_of(location.shop)
    if not allowed:
        raise NotStaff()

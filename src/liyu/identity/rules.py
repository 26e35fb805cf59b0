"""Who may change what in this domain. Pure.

Owners of the chain may do everything in it; managers of the chain everything but make owners; those of one shop run
that shop: its guides, designers and (owners only) managers.
"""

from __future__ import annotations

from collections.abc import Sequence

from liyu.identity.model import Grant, Principal, Role
from liyu.kit.ids import ShopId


def may_grant(principal: Principal, grant: Grant) -> bool:
    """Whether ``principal`` may give ``grant``, or take it away."""
    if grant.chain != principal.chain or not principal.runs(grant.shop):
        return False
    if grant.role is Role.OWNER:
        return _owns(principal, None)
    if grant.role is Role.MANAGER:
        return principal.runs(None) or _owns(principal, grant.shop)
    return True


def may_see_customers(principal: Principal) -> bool:
    """Whether ``principal`` may list the customers of the chain."""
    return principal.runs_any()


def may_mark_vip(principal: Principal) -> bool:
    """Whether ``principal`` may mark a customer as VIP."""
    return principal.runs_any()


def may_erase(principal: Principal) -> bool:
    """Whether ``principal`` may erase somebody else's personal data."""
    return _owns(principal, None)


def audited_shops(principal: Principal) -> Sequence[ShopId] | None:
    """The shops whose record ``principal`` may read; ``None``: all, and what concerns no shop. Empty: none."""
    if principal.runs(None):
        return None
    return [shop for shop in principal.staff_shops if principal.runs(shop)]


def _owns(principal: Principal, shop: ShopId | None) -> bool:
    return any(grant.role is Role.OWNER and grant.covers(shop) for grant in principal.grants)

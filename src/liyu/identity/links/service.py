"""Capability links as others see them."""

from __future__ import annotations

from liyu.identity.context import Context
from liyu.identity.links.entering import LinkEntering
from liyu.identity.links.making import LinkMaking


class Links(LinkMaking, LinkEntering):
    """Making and entering, over one context."""

    def __init__(self, context: Context) -> None:
        LinkMaking.__init__(self, context)
        LinkEntering.__init__(self, context)

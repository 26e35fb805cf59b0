"""What a section of the settings is made of: a frozen struct whose fields each carry a description and bounds.

A section stands with the part that uses it; ``liyu.app.settings`` joins the sections and reads them, once.
"""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section. Each field is ``Annotated[type, Meta(description=…)]`` and has a default."""

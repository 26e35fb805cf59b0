"""Kinds of text that the HTTP edge accepts: cleaned of what nobody can see, bounded, never with a NUL.

PostgreSQL cannot store NUL, and lone surrogates cannot be encoded at all: both are refused here as invalid input.
Directional overrides are taken out of names, for they make one name look like another.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints

_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEWLINES: Final = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n"})


def clean_line(value: Any) -> Any:
    """One line: control characters become nothing, line ends and tabs a space, outer space is cut."""
    if not isinstance(value, str):
        return value
    refuse_unstorable(value)
    spaced = "".join(" " if sign in "\n\r\t\v\f\u0085\u2028\u2029" else sign for sign in value)
    return "".join(sign for sign in spaced if _visible(sign)).strip()


def clean_paragraph(value: Any) -> Any:
    """Several lines: like ``clean_line``, but line ends stay (as ``\\n``), and tabs."""
    if not isinstance(value, str):
        return value
    refuse_unstorable(value)
    lined = value.replace("\r\n", "\n").translate(_NEWLINES)
    return "".join(sign for sign in lined if sign in "\n\t" or _visible(sign)).strip()


def refuse_unstorable(value: str) -> str:
    """Raise ``ValueError`` for NUL and for lone surrogates."""
    if "\x00" in value:
        raise ValueError("must not contain NUL")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError("must be Unicode text")
    return value


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) != "Cc" and sign not in _OVERRIDES


#: A name, a title: one line of 1 to 80 characters.
Name = Annotated[str, BeforeValidator(clean_line), StringConstraints(min_length=1, max_length=80)]
#: One line of at most 200 characters, perhaps none.
Line = Annotated[str, BeforeValidator(clean_line), StringConstraints(max_length=200)]
#: A few lines, at most 2,000 characters, perhaps none.
Paragraph = Annotated[str, BeforeValidator(clean_paragraph), StringConstraints(max_length=2000)]
#: A secret of ours as it travels (session token, link secret): printable ASCII.
Secret = Annotated[str, StringConstraints(min_length=8, max_length=4096, pattern=r"^[!-~]+$")]
#: Text that must be kept exactly (a password): only what cannot be stored is refused.
Exact = Annotated[str, AfterValidator(refuse_unstorable)]

ID_PATTERN: Final = r"^[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}$"
SLUG_PATTERN: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

#: An id such as ``shp_01k3…``.
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
#: The permanent part of a shop's address.
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, min_length=2, max_length=40)]

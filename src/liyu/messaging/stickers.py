"""The stickers that the applications carry, by name. A name stays for ever: old messages show it."""

from __future__ import annotations

STICKERS = frozenset(
    {
        "hello",
        "thanks",
        "gift",
        "love",
        "rose",
        "lantern",
        "firecracker",
        "moon-cake",
        "red-envelope",
        "birthday",
        "party",
        "clap",
        "thumbs-up",
        "ok",
        "hug",
        "laugh",
        "shy",
        "thinking",
        "surprise",
        "cry",
        "please",
        "wait",
        "good-night",
        "tea",
    }
)

"""Liyu 礼遇: a self-hosted real-time gift shop."""

from typing import Final

__version__: Final = "0.1.0"

"""What routing refuses, and in which words."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class NobodyWaits(Refusal):
    """There is no conversation to take."""

    code = "queue.empty"
    reason = Reason.NOT_FOUND
    zh = "现在没有客人在等。"
    en = "Nobody is waiting right now."


class NoQueue(Refusal):
    """This person serves no such shop."""

    code = "queue.forbidden"
    reason = Reason.FORBIDDEN
    zh = "您不在这家店接待客人。"
    en = "You do not serve customers of this shop."

"""Which fault strikes when: drawn from a seed, so that a run can be repeated. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Fault(Enum):
    """What the nemesis can do. The value is the name used on the command line and in reports."""

    KILL = "kill"  # kill -9 of a node in the middle of its commits, then a start
    PAUSE = "pause"  # SIGSTOP of a node, then SIGCONT
    LOST_ACKS = "lost-acks"  # the way back is held, then the connection breaks
    ONE_WAY = "one-way"  # the way to the server is held while the way back works
    SLOW_READER = "slow-reader"  # a reader takes a few kilobytes a second
    CUT = "cut"  # connections break without a goodbye
    BUS_LOSS = "bus-loss"  # Redis ends and comes back
    DATABASE_RESTART = "database-restart"  # PostgreSQL stops at once and comes back
    DISK_FULL = "disk-full"  # the data folder's file system has no space, then has it again
    CLOCK_JUMP = "clock-jump"  # a node comes back with its clock hours away


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault: it begins ``at_s`` after the start and lasts ``for_s``; ``victim`` is a draw in [0, 1)."""

    at_s: float
    for_s: float
    fault: Fault
    victim: float


#: How long each fault lasts at the least and at the most, in seconds.
DURATIONS: dict[Fault, tuple[float, float]] = {
    Fault.KILL: (0.0, 0.5),
    Fault.PAUSE: (1.0, 4.0),
    Fault.LOST_ACKS: (0.5, 1.5),
    Fault.ONE_WAY: (1.0, 3.0),
    Fault.SLOW_READER: (2.0, 5.0),
    Fault.CUT: (0.0, 0.0),
    Fault.BUS_LOSS: (0.5, 2.0),
    Fault.DATABASE_RESTART: (0.5, 2.0),
    Fault.DISK_FULL: (1.0, 2.5),
    Fault.CLOCK_JUMP: (0.0, 0.5),
}


def draw(seed: int, length_s: float, faults: Sequence[Fault], *, pause_s: float = 1.0) -> list[Strike]:
    """A schedule of ``length_s`` seconds in which every fault of ``faults`` comes round before any comes again.

    At least ``pause_s`` lies between the end of one and the begin of the next, so that progress happens between.
    """
    chance = random.Random(seed)
    strikes: list[Strike] = []
    deck: list[Fault] = []
    at_s = pause_s
    while faults:
        if not deck:
            deck = chance.sample(list(faults), len(faults))
        fault = deck.pop()
        for_s = chance.uniform(*DURATIONS[fault])
        if at_s + for_s > length_s:
            break
        strikes.append(Strike(at_s, for_s, fault, chance.random()))
        at_s += for_s + pause_s + chance.random()
    return strikes

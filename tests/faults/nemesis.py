"""Carries a schedule of faults out against a cluster and its clients' networks, and heals everything at the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from tests.faults.cluster import Cluster, Node
from tests.faults.participants import Participant
from tests.faults.schedule import Fault, Strike

CLOCK_HOURS = (5.0, -3.0, 26.0)  # sessions live longer than a day


class Nemesis:
    """One per run. ``struck`` counts what really happened."""

    def __init__(self, cluster: Cluster, participants: Sequence[Participant]) -> None:
        self.cluster = cluster
        self.participants = participants
        self.struck: Counter[str] = Counter()

    @staticmethod
    def possible(cluster: Cluster) -> list[Fault]:
        """What can be done to this system."""
        faults = [
            Fault.KILL,
            Fault.PAUSE,
            Fault.LOST_ACKS,
            Fault.ONE_WAY,
            Fault.SLOW_READER,
            Fault.CUT,
            Fault.CLOCK_JUMP,
        ]
        if cluster.disk is not None:
            faults.append(Fault.DISK_FULL)
        if cluster.postgres is not None:
            faults.append(Fault.DATABASE_RESTART)
        if cluster.redis_port is not None:
            faults.append(Fault.BUS_LOSS)
        return faults

    async def run(self, strikes: Sequence[Strike]) -> None:
        """Strike by the schedule; a fault that outlasts its span pushes the later ones back."""
        started = time.monotonic()
        for strike in strikes:
            await asyncio.sleep(max(0.0, started + strike.at_s - time.monotonic()))
            await self._strike(strike)
            self.struck[strike.fault.value] += 1

    async def heal(self) -> None:
        """Undo everything that may still be broken."""
        for participant in self.participants:
            participant.relay.heal()
        self.cluster.free_disk()
        for node in self.cluster.nodes:
            node.move_clock(0)
            node.resume()

    async def _strike(self, strike: Strike) -> None:
        nodes = self.cluster.nodes
        node = nodes[int(strike.victim * len(nodes))]
        victims = [one for place, one in enumerate(self.participants) if (place + int(strike.victim * 7)) % 3 == 0]
        match strike.fault:
            case Fault.KILL:
                node.kill()
                await asyncio.sleep(strike.for_s)
                await node.start()
            case Fault.PAUSE:
                node.pause()
                await asyncio.sleep(strike.for_s)
                node.resume()
            case Fault.CLOCK_JUMP:
                await self._jump(node, strike)
            case Fault.DISK_FULL:
                await asyncio.to_thread(self.cluster.fill_disk)
                await asyncio.sleep(strike.for_s)
                self.cluster.free_disk()
            case Fault.BUS_LOSS:
                await asyncio.to_thread(self.cluster.stop_redis)
                await asyncio.sleep(strike.for_s)
                await asyncio.to_thread(self.cluster.start_redis)
            case Fault.DATABASE_RESTART:
                await asyncio.to_thread(self.cluster.stop_postgres)
                await asyncio.sleep(strike.for_s)
                await asyncio.to_thread(self.cluster.start_postgres)
            case _:
                await self._network(strike, victims)

    async def _jump(self, node: Node, strike: Strike) -> None:
        node.move_clock(CLOCK_HOURS[int(strike.victim * 997) % len(CLOCK_HOURS)])
        await asyncio.sleep(1.5 + strike.for_s)  # libfaketime looks at its file once a second
        node.move_clock(0)

    async def _network(self, strike: Strike, victims: Sequence[Participant]) -> None:
        for victim in victims:
            if strike.fault is Fault.LOST_ACKS:
                victim.relay.down.open.clear()
            elif strike.fault is Fault.ONE_WAY:
                victim.relay.up.open.clear()
            elif strike.fault is Fault.SLOW_READER:
                victim.relay.down.bytes_per_s = 4_000
            else:
                victim.relay.cut()
        await asyncio.sleep(strike.for_s)
        for victim in victims:
            if strike.fault is Fault.LOST_ACKS:
                victim.relay.cut()  # what was held never arrives
            victim.relay.heal()

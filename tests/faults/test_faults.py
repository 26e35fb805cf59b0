"""Short fault runs on both systems, and the checker held against planted defects and the sync trace."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from liyu.client import Liyu
from tests.faults.cluster import postgres_cluster, sqlite_cluster
from tests.faults.run import SETTINGS, Report, run
from tests.faults.schedule import Fault
from tests.faults.sync_trace import SyncTrace, read_trace
from tests.servers import ROOT, running_shop

PLANTED = Path(__file__).parent / "planted"
SHORT_S = 24.0
LONG_S = 150.0
MESSAGES = 20

pytestmark = pytest.mark.timeout(400)


def kept(report: Report) -> None:
    verdict = report.verdict
    assert verdict.kept, (verdict.lost[:5], verdict.doubled[:5], verdict.reordered[:5], verdict.divergent[:5])
    assert report.unanswered == 0
    assert report.stale == 0
    assert report.acked > 100
    assert report.struck


def test_one_node_on_sqlite_keeps_the_promise(tmp_path: Path) -> None:
    with sqlite_cluster(tmp_path, SETTINGS) as cluster:
        kept(asyncio.run(run(cluster, seed=11, length_s=SHORT_S)))


def test_two_nodes_on_postgresql_and_redis_keep_the_promise(tmp_path: Path) -> None:
    with postgres_cluster(tmp_path, SETTINGS) as cluster:
        kept(asyncio.run(run(cluster, seed=12, length_s=SHORT_S)))


@pytest.mark.matrix
@pytest.mark.parametrize("seed", [21, 22])
@pytest.mark.parametrize("system", [sqlite_cluster, postgres_cluster], ids=["sqlite", "postgres"])
def test_long_runs_keep_the_promise(tmp_path: Path, system: object, seed: int) -> None:
    with system(tmp_path, SETTINGS) as cluster:  # type: ignore[operator]
        kept(asyncio.run(run(cluster, seed=seed, length_s=LONG_S)))


@pytest.mark.parametrize(
    ("defect", "faults", "broken"),
    [
        ("ack_before_commit", [Fault.KILL], "lost"),
        ("fanout_before_commit", [Fault.KILL], "divergent"),
        ("dedupe_dropped", [Fault.LOST_ACKS, Fault.CUT], "doubled"),
    ],
)
def test_a_planted_defect_is_found(tmp_path: Path, defect: str, faults: list[Fault], broken: str) -> None:
    planted = {"PYTHONPATH": os.pathsep.join([str(PLANTED), str(ROOT / "src")]), "PLANTED_DEFECT": defect}
    with sqlite_cluster(tmp_path, SETTINGS, planted) as cluster:
        report = asyncio.run(run(cluster, seed=31, length_s=7.0, faults=faults, settle_s=10.0))
    assert report.struck
    assert report.verdict.counts()[broken] > 0


def traced(folder: Path, synchronous: str) -> SyncTrace:
    """Send messages to a server on SQLite under ``strace`` and read its trace."""
    trace = folder / "trace"
    calls = "trace=pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync"
    prefix = ["strace", "-f", "-y", "-s", "65536", "-e", calls, "-e", "signal=none", "-o", str(trace)]
    settings = {"database": {"synchronous": synchronous}}
    with running_shop(folder / "data", settings, prefix=prefix) as shop:
        asyncio.run(_say(shop.url))
        children = Path(f"/proc/{shop.pid}/task/{shop.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)  # the server itself: strace ends with it, not the other way round
        shop.process.wait(30)
    with trace.open(errors="replace") as lines:
        return read_trace(lines, key_pattern=r"traced-\d+")


async def _say(url: str) -> None:
    async with Liyu(url) as shop:
        await shop.visit("pingjiang")
        conversation = await shop.open_conversation("pingjiang")
        await shop.follow(conversation)
        said = [
            shop.post(conversation, "text", {"text": f"number {number}"}, cid=f"traced-{number}")
            for number in range(MESSAGES)
        ]
        await asyncio.wait_for(asyncio.gather(*said), 60)


def test_no_acknowledgement_leaves_before_its_sync(tmp_path: Path) -> None:
    trace = traced(tmp_path, "FULL")
    assert len(trace.acked) == MESSAGES
    assert trace.early == []


def test_the_trace_finds_a_server_that_does_not_sync(tmp_path: Path) -> None:
    assert len(traced(tmp_path, "OFF").early) == MESSAGES

"""What each figure is to reach."""

from __future__ import annotations

from typing import Final

TARGETS: Final[dict[str, str]] = {
    "messaging.durable_rate.sqlite": "≥ 0.7 of the probe",
    "messaging.durable_rate.postgres": "≥ 0.7 of the probe",
    "messaging.ack_p99_ms.sqlite": "≤ 20 ms and ≤ 2 × the probe",
    "messaging.ack_p99_ms.postgres": "≤ 20 ms and ≤ 2 × the probe",
    "messaging.deliver_p99_ms.sqlite": "≤ 30 ms",
    "messaging.deliver_p99_ms.postgres": "≤ 30 ms",
    "gateway.fanout_per_s": "≥ 1.0 of C and ≥ 1.2 of centrifuge",
    "gateway.echo_per_s": "≥ 1.2 of centrifuge",
    "gateway.kb_per_idle_socket": "≤ 12 KiB",
    "gateway.resume_5000_s": "≤ 15 s",
    "inbox.first_screen_ms": "p95 ≤ 150 ms",
    "growth.append.sqlite": "≤ 1.3",
    "growth.append.postgres": "≤ 1.3",
    "growth.inbox": "≤ 1.5",
    "growth.search": "≤ 3",
    "growth.fanout_per_reader": "≤ 1.2",
    "catalog.search_p95_ms": "≤ 20 ms",
    "catalog.import_s": "≤ 30 s",
    "app.second_start_s": "≤ 3 s",
    "app.memory_mb": "≤ 300 MB",
}

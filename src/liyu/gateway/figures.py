"""What the gateway counts about itself, in Prometheus' form. Counting is one addition; collecting only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class Figures(Collector):
    """``topics`` says how many there are now."""

    def __init__(self, topics: Callable[[], int]) -> None:
        self._topics = topics
        self.closed: Counter[int] = Counter()  # by close code, as far as this side closed
        self.collapsed = 0  # streams of slow readers that were replaced by one resync

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        yield GaugeMetricFamily("liyu_gateway_topics", "Conversations kept in memory.", value=self._topics())
        closed = CounterMetricFamily("liyu_gateway_closed", "Sockets closed by the server.", labels=("code",))
        for code, count in sorted(self.closed.items()):
            closed.add_metric((str(code),), count)
        yield closed
        yield CounterMetricFamily(
            "liyu_gateway_collapsed", "Streams of slow readers told to load afresh.", value=self.collapsed
        )

"""What the gateway counts; one registry for each application, so that two in a process do not mix."""

from collections.abc import Iterable
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.upstream import Upstream

_STATES = {"closed": 0, "half-open": 1, "open": 2}
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    def __init__(self, upstreams: Iterable[Upstream]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "gateway_requests",
            "Requests answered, by service (or `gateway`), method and class of status; 4xx includes hung-up clients",
            ("upstream", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gateway_request_seconds",
            "Seconds from the request's head to the end of its answer",
            ("upstream",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.rate_limited = Counter("gateway_rate_limited", "Requests refused with 429", registry=self.registry)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._watch(upstreams)

    def _watch(self, upstreams: Iterable[Upstream]) -> None:
        in_flight = Gauge("gateway_in_flight", "Requests at a service now", ("upstream",), registry=self.registry)
        waiting = Gauge(
            "gateway_waiting", "Requests that queue for a service now", ("upstream",), registry=self.registry
        )
        breaker = Gauge(
            "gateway_breaker_state",
            "0 closed, 1 half-open, 2 open",
            ("upstream",),
            registry=self.registry,
        )
        for upstream in upstreams:
            in_flight.labels(upstream.name).set_function(partial(getattr, upstream.slots, "taken"))
            waiting.labels(upstream.name).set_function(partial(getattr, upstream.slots, "waiting"))
            breaker.labels(upstream.name).set_function(partial(_state, upstream))

    def served(self, upstream: str, method: str, status: int, seconds: float) -> None:
        key = (upstream, method, status // 100)
        children = self._children.get(key)
        if children is None:
            # Methods are from the allow-list and upstreams from the table: the number of children is bounded.
            children = self._requests.labels(upstream, method, f"{key[2]}xx"), self._seconds.labels(upstream)
            self._children[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def render(self) -> bytes:
        return generate_latest(self.registry)


def _state(upstream: Upstream) -> int:
    return _STATES[upstream.breaker.state]

"""Token buckets, on a clock that the test turns."""

import pytest

from gateway.limits.rates import Buckets, RateLimits
from gateway.settings import Settings
from kit.problems import TooManyRequests
from tests.gateway.conftest import OpenFront, Service


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_refills_by_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(rate=2, burst=3, kept=10, clock=clock)
    assert [buckets.take(b"a") for _ in range(3)] == [2, 1, 0]
    short = buckets.take(b"a")
    assert short < 0
    assert buckets.wait(short) == 1
    clock.now += 0.5
    assert buckets.take(b"a") == 0
    clock.now += 3600
    assert buckets.take(b"a") == 2, "never more than the burst"


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    buckets = Buckets(rate=1, burst=1, kept=10, clock=clock)
    buckets.take(b"a")
    for _ in range(100):
        assert buckets.take(b"a") < 0
    clock.now += 1
    assert buckets.take(b"a") == 0


def test_callers_do_not_share_a_bucket_and_the_number_of_buckets_is_bounded() -> None:
    buckets = Buckets(rate=1, burst=2, kept=100, clock=Clock())
    for number in range(1000):
        assert buckets.take(str(number).encode()) == 1
    assert len(buckets) == 100


def test_the_headers_tell_quota_window_rest_and_time() -> None:
    buckets = Buckets(rate=10, burst=50, kept=10, clock=Clock())
    left = buckets.take(b"a")
    assert buckets.headers(b"caller", left) == [
        (b"ratelimit-policy", b'"caller";q=50;w=5'),
        (b"ratelimit", b'"caller";r=49;t=1'),
    ]


def test_inventing_tokens_does_not_get_around_the_limit_of_an_address() -> None:
    limits = RateLimits(Settings(rate_burst=5, address_rate_burst=20, address_rate_per_second=0.001))
    for number in range(20):
        limits.admit(f"Bearer invented-{number}".encode(), "192.0.2.1")
    with pytest.raises(TooManyRequests):
        limits.admit(b"Bearer invented-20", "192.0.2.1")
    limits.admit(b"Bearer invented-1", "192.0.2.2")


def test_two_tokens_behind_one_address_have_a_bucket_each() -> None:
    limits = RateLimits(Settings(rate_burst=1, rate_per_second=0.001))
    limits.admit(b"Bearer a", "192.0.2.1")
    limits.admit(b"Bearer b", "192.0.2.1")
    with pytest.raises(TooManyRequests):
        limits.admit(b"Bearer a", "192.0.2.9")


async def test_a_caller_over_its_limit_is_told_when_to_come_back(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, rate_burst=2, rate_per_second=0.01)
    token = {"authorization": "Bearer a", "accept-language": "en"}
    for left in (1, 0):
        async with gate.client.get("/v1/funds/x", headers=token) as response:
            assert response.status == 200
            assert response.headers["ratelimit-policy"] == '"caller";q=2;w=200'
            assert response.headers["ratelimit"].startswith(f'"caller";r={left};t=')
    async with gate.client.get("/v1/funds/x", headers=token) as response:
        assert response.status == 429
        assert (await response.json(content_type=None))["code"] == "too-many-requests"
        assert 1 <= int(response.headers["retry-after"]) <= 100
        assert response.headers["ratelimit"].startswith('"caller";r=0;t=')
    async with gate.client.get("/v1/funds/x", headers={"authorization": "Bearer b"}) as response:
        assert response.status == 200
    assert len(funds.asked) == 3
    assert "gateway_rate_limited_total 1.0" in await gate.metrics()


async def test_probes_are_never_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, anonymous_rate_burst=1, anonymous_rate_per_second=0.01)
    for _ in range(5):
        async with gate.client.get("/livez") as response:
            assert response.status == 200

"""The circuit breaker, on a clock that the test turns, and in front of a service that is not there."""

from gateway.limits.breaker import Breaker
from tests.gateway.conftest import Asked, OpenFront, StartService, until
from tests.gateway.limits.test_rates import Clock


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(3, 10, Clock())
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"
    breaker.failed()
    breaker.failed()
    assert breaker.admit() == 0
    breaker.failed()
    assert breaker.state == "open"
    assert breaker.admit() == 10


def test_after_its_rest_one_request_goes_first() -> None:
    clock = Clock()
    breaker = Breaker(1, 10, clock)
    breaker.failed()
    clock.now += 10
    assert breaker.state == "half-open"
    assert breaker.admit() == 0
    assert breaker.admit() > 0, "the others wait for its outcome"
    breaker.succeeded()
    assert breaker.state == "closed"
    assert breaker.admit() == 0


def test_a_probe_that_fails_opens_it_again() -> None:
    clock = Clock()
    breaker = Breaker(5, 10, clock)
    for _ in range(5):
        breaker.failed()
    clock.now += 10
    assert breaker.admit() == 0
    breaker.failed()
    assert breaker.state == "open"
    assert breaker.admit() == 10


def test_a_probe_whose_client_left_lets_the_next_one_go() -> None:
    clock = Clock()
    breaker = Breaker(1, 10, clock)
    breaker.failed()
    clock.now += 10
    assert breaker.admit() == 0
    breaker.unknown()
    assert breaker.admit() == 0


async def test_a_service_that_is_down_is_left_alone_and_found_again(
    front: OpenFront, service: StartService, nobody: str
) -> None:
    gate = await front(funds=nobody, loans=await service(), breaker_failures=2, breaker_open_seconds=0.3)
    seen = []
    for _ in range(4):
        async with gate.client.post("/v1/funds/x", headers={"accept-language": "en"}) as response:
            seen.append(response.status)
            last = await response.json(content_type=None)
            retry_after = response.headers.get("retry-after")
    assert seen == [502, 502, 503, 503]
    assert (last["code"], retry_after) == ("unavailable", "1")
    assert 'gateway_breaker_state{upstream="funds"} 2.0' in await gate.metrics()
    async with gate.client.get("/v1/loans/x") as response:
        assert response.status == 200, "the other services are not concerned"

    back = await service()
    gate.gateway.upstreams["funds"].origin = back.url
    await until(lambda: gate.gateway.upstreams["funds"].breaker.state == "half-open")
    async with gate.client.post("/v1/funds/x") as response:
        assert response.status == 200
    assert 'gateway_breaker_state{upstream="funds"} 0.0' in await gate.metrics()


async def test_timeouts_open_it_too(front: OpenFront, service: StartService) -> None:
    async def never(asked: Asked) -> None:
        await asked.reader.read()

    funds = await service(never)
    gate = await front(funds=funds, deadline_seconds=0.1, breaker_failures=2, breaker_open_seconds=60)
    seen = []
    for _ in range(3):
        async with gate.client.get("/v1/funds/x") as response:
            seen.append(response.status)
    assert seen == [504, 504, 503]
    assert len(funds.asked) <= 2, "the third was not sent"


async def test_a_service_that_says_500_is_there(front: OpenFront, service: StartService) -> None:
    async def fail(asked: Asked) -> None:
        await asked.answer(b"", "500 X")

    gate = await front(funds=await service(fail), breaker_failures=1)
    for _ in range(3):
        async with gate.client.get("/v1/funds/x") as response:
            assert response.status == 500

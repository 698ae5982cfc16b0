"""What an orchestrator and a monitor are told."""

import json

import pytest

from tests.gateway.conftest import Asked, Front, Handler, OpenFront, Service, StartService


def says(status: str) -> Handler:
    async def answer(asked: Asked) -> None:
        assert asked.line == b"GET /readyz HTTP/1.1"
        await asked.answer(b"{}", status)

    return answer


async def ready(gate: Front) -> tuple[int, dict[str, object]]:
    async with gate.client.get("/readyz") as response:
        return response.status, json.loads(await response.read())


async def test_it_is_ready_when_all_services_are(front: OpenFront, service: StartService) -> None:
    gate = await front(funds=await service(says("200 OK")), loans=await service(says("200 OK")))
    assert await ready(gate) == (
        200,
        {"status": "ready", "services": {"funds": "ready", "loans": "ready"}, "missing": []},
    )


async def test_what_is_missing_is_named_and_the_rest_is_still_served(
    front: OpenFront, service: StartService, nobody: str
) -> None:
    gate = await front(beneficiaries=nobody, funds=await service(says("200 OK")), loans=await service(says("503 X")))
    status, body = await ready(gate)
    assert (status, body["status"], body["missing"]) == (200, "degraded", ["beneficiaries", "loans"])
    assert body["services"] == {"beneficiaries": "unreachable", "funds": "ready", "loans": "not ready"}


async def test_it_is_not_ready_when_nobody_can_be_reached(front: OpenFront, nobody: str) -> None:
    gate = await front(funds=nobody, loans=nobody)
    status, body = await ready(gate)
    assert (status, body["status"]) == (503, "unavailable")


async def test_a_service_that_does_not_answer_in_time_is_unreachable(front: OpenFront, service: StartService) -> None:
    async def never(asked: Asked) -> None:
        await asked.reader.read()

    gate = await front(funds=await service(never), readiness_timeout_seconds=0.1)
    assert (await ready(gate))[0] == 503


async def test_asking_often_does_not_ask_the_services_often(front: OpenFront, service: StartService) -> None:
    funds = await service(says("200 OK"))
    gate = await front(funds=funds, readiness_seconds=3600)
    for _ in range(5):
        await ready(gate)
    assert len(funds.asked) == 1


async def test_a_draining_gateway_is_not_ready_but_still_answers_and_asks_clients_to_leave(
    front: OpenFront, funds: Service
) -> None:
    gate = await front(funds=funds)
    gate.gateway.drain()
    status, body = await ready(gate)
    assert (status, body["status"]) == (503, "draining")
    async with gate.client.get("/v1/funds/x") as response:
        assert (response.status, response.headers["connection"]) == (200, "close")
    async with gate.client.get("/livez") as response:
        assert response.status == 200


async def test_requests_are_counted_by_service_method_and_class(front: OpenFront, service: StartService) -> None:
    async def answer(asked: Asked) -> None:
        await asked.answer(b"", "404 X" if b"none" in asked.line else "200 OK")

    gate = await front(funds=await service(answer))
    for path in ("/v1/funds/x", "/v1/funds/y", "/v1/funds/none", "/nowhere"):
        async with gate.client.get(path):
            pass
    told = await gate.metrics()
    assert 'gateway_requests_total{method="GET",status="2xx",upstream="funds"} 2.0' in told
    assert 'gateway_requests_total{method="GET",status="4xx",upstream="funds"} 1.0' in told
    assert 'gateway_requests_total{method="GET",status="4xx",upstream="gateway"} 1.0' in told
    assert 'gateway_request_seconds_count{upstream="funds"} 3.0' in told
    assert 'gateway_in_flight{upstream="funds"} 0.0' in told


@pytest.mark.parametrize(("given", "status"), [({}, 401), ({"authorization": "Bearer no"}, 401)])
async def test_metrics_may_need_a_token(front: OpenFront, funds: Service, given: dict[str, str], status: int) -> None:
    gate = await front(funds=funds, metrics_token="of-the-monitor")
    async with gate.client.get("/metrics", headers=given) as response:
        assert response.status == status
    async with gate.client.get("/metrics", headers={"authorization": "Bearer of-the-monitor"}) as response:
        assert response.status == 200

"""How much, how long, how many: each limit refuses with its own problem, and the service never hears of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.gateway.conftest import PATIENCE, Asked, OpenFront, Service, StartService, until


async def test_a_body_that_says_it_is_too_large_is_not_read(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_body_bytes=1000)
    raw = await gate.raw()
    await raw.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
    status, headers, body = await raw.answer()
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert b"too-large" in body
    assert not funds.asked


async def test_a_body_is_counted_while_it_streams(front: OpenFront, service: StartService) -> None:
    ended: list[str] = []

    async def take(asked: Asked) -> None:
        try:
            await asked.body()
        except asyncio.IncompleteReadError:
            ended.append("broken")
            raise
        ended.append("whole")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    gate = await front(funds=await service(take), max_body_bytes=1000)
    async with gate.client.post("/v1/funds/x", data=endless()) as response:
        assert response.status == 413
        assert (await response.json(content_type=None))["code"] == "too-large"
    await until(lambda: ended or not gate.gateway.upstreams["funds"].slots.taken)
    assert "whole" not in ended
    assert gate.gateway.upstreams["funds"].breaker.state == "closed"


async def test_a_body_of_exactly_the_limit_passes(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_body_bytes=1000)
    async with gate.client.post("/v1/funds/x", data=b"x" * 1000) as response:
        assert response.status == 200


async def test_an_import_may_be_larger_and_its_neighbour_may_not(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_body_bytes=100, routes={"/v1/funds/imports": {"max_body_bytes": 5000}})
    for path, status in (
        ("/v1/funds/imports", 200),
        ("/v1/funds/imports/7/rows", 200),
        ("/v1/funds/importsx", 413),
        ("/v1/funds/x", 413),
    ):
        async with gate.client.post(path, data=b"x" * 5000) as response:
            assert response.status == status, path


async def test_too_many_header_bytes_are_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_header_bytes=2000)
    async with gate.client.get("/v1/funds/x", headers={"x-note": "x" * 2000}) as response:
        assert response.status == 431
        assert (await response.json(content_type=None))["code"] == "headers-too-large"
    assert not funds.asked


async def test_too_many_headers_are_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_header_count=20)
    async with gate.client.get("/v1/funds/x", headers={f"x-note-{i}": "1" for i in range(20)}) as response:
        assert response.status == 431
    assert not funds.asked


@pytest.mark.parametrize("start", [b"X-Endless: ", b"X-Name-"])
async def test_headers_without_end_are_cut_off(front: OpenFront, funds: Service, start: bytes) -> None:
    gate = await front(funds=funds, max_header_bytes=1000, max_target_bytes=1000)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nAccept-Language: en\r\n" + start + b"x" * 20_000)
    answer = await raw.rest()
    assert answer.startswith(b"HTTP/1.1 431")
    assert b"/problems/headers-too-large" in answer
    assert not funds.asked


async def test_headers_that_trickle_are_cut_off(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, header_seconds=0.2)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n")
    assert await raw.rest() == b""
    assert not funds.asked


async def test_an_address_that_is_too_long_is_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_target_bytes=200)
    async with gate.client.get("/v1/funds/x?q=" + "x" * 200) as response:
        assert response.status == 414
        assert (await response.json(content_type=None))["code"] == "uri-too-long"
    assert not funds.asked


@pytest.mark.parametrize(("method", "status"), [("TRACE", 405), ("PROPFIND", 501), ("PURGE", 501), ("LINK", 501)])
async def test_a_method_out_of_the_list_is_refused(front: OpenFront, funds: Service, method: str, status: int) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(f"{method} /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    answered, headers, _ = await raw.answer()
    assert (answered, headers["content-type"]) == (status, "application/problem+json")
    assert ("allow" in headers) == (status == 405)
    assert not funds.asked


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_the_methods_of_the_interface_pass(front: OpenFront, funds: Service, method: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.request(method, "/v1/funds/x") as response:
        assert response.status == 200
    assert funds.last.line.startswith(method.encode() + b" ")


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/v1/impact", "/livez", "/problems/not-found"])
async def test_our_own_addresses_are_for_reading(front: OpenFront, funds: Service, path: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.post(path) as response:
        assert (response.status, response.headers["allow"]) == (405, "GET, HEAD")


async def test_a_service_that_is_too_slow_is_a_timeout(front: OpenFront, service: StartService) -> None:
    async def never(asked: Asked) -> None:
        await asked.reader.read()

    funds = await service(never)
    gate = await front(funds=funds, deadline_seconds=0.2)
    async with gate.client.get("/v1/funds/x", headers={"accept-language": "en"}) as response:
        assert response.status == 504
        assert (await response.json(content_type=None))["code"] == "gateway-timeout"
    assert gate.gateway.upstreams["funds"].slots.taken == 0


async def test_a_body_that_trickles_runs_out_of_time_and_is_not_the_services_fault(
    front: OpenFront, funds: Service
) -> None:
    gate = await front(funds=funds, deadline_seconds=0.2, breaker_failures=1)
    raw = await gate.raw()
    await raw.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1")
    status, headers, body = await raw.answer()
    assert (status, headers["content-type"]) == (408, "application/problem+json")
    assert b"body-too-slow" in body
    assert gate.gateway.upstreams["funds"].breaker.state == "closed"


async def test_an_answer_that_trickles_past_the_deadline_is_cut_short(front: OpenFront, service: StartService) -> None:
    async def trickle(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await asked.reader.read()

    gate = await front(funds=await service(trickle), deadline_seconds=0.3)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await raw.head())[0] == 200
    assert await raw.rest() == b"5\r\nfirst\r\n"


async def test_a_client_that_does_not_read_its_answer_frees_its_place(front: OpenFront, service: StartService) -> None:
    async def flood(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        while True:
            await asked.send(b"x" * 100_000)

    gate = await front(funds=await service(flood), deadline_seconds=0.5)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n")
    slots = gate.gateway.upstreams["funds"].slots
    await until(lambda: slots.taken == 1)
    await until(lambda: slots.taken == 0)


async def test_a_longer_deadline_holds_below_its_path_only(front: OpenFront, service: StartService) -> None:
    release = asyncio.Event()

    async def wait(asked: Asked) -> None:
        await release.wait()
        await asked.answer()

    gate = await front(
        funds=await service(wait), deadline_seconds=0.2, routes={"/v1/funds/imports": {"deadline_seconds": 60}}
    )
    patient = asyncio.create_task(gate.client.get("/v1/funds/imports/1"))
    async with gate.client.get("/v1/funds/x") as response:
        assert response.status == 504
    release.set()
    async with asyncio.timeout(PATIENCE):
        assert (await patient).status == 200


async def test_a_place_is_waited_for_and_the_queue_is_short(front: OpenFront, service: StartService) -> None:
    release = asyncio.Event()

    async def wait(asked: Asked) -> None:
        await release.wait()
        await asked.answer()

    funds = await service(wait)
    gate = await front(funds=funds, upstream_concurrency=2, upstream_queue=1, upstream_queue_seconds=60)
    slots = gate.gateway.upstreams["funds"].slots
    waiting = [asyncio.create_task(gate.client.get("/v1/funds/x")) for _ in range(3)]
    await until(lambda: (slots.taken, slots.waiting) == (2, 1))
    async with gate.client.get("/v1/funds/x", headers={"accept-language": "en"}) as response:
        assert (response.status, response.headers["retry-after"]) == (503, "1")
        assert (await response.json(content_type=None))["code"] == "unavailable"
    release.set()
    assert [(await answer).status for answer in waiting] == [200, 200, 200]
    assert len(funds.asked) == 3


async def test_patience_in_the_queue_ends(front: OpenFront, service: StartService) -> None:
    async def never(asked: Asked) -> None:
        await asked.reader.read()

    funds = await service(never)
    gate = await front(funds=funds, upstream_concurrency=1, upstream_queue_seconds=0.1)
    first = asyncio.create_task(gate.client.get("/v1/funds/x"))
    await until(lambda: funds.asked)
    async with gate.client.get("/v1/funds/x") as response:
        assert response.status == 503
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5, 5",
        b"Content-Length: +5",
        b"Content-Length: -1",
        b"Content-Length: 99999999999999999999999999",
        b"Content-Length: 0x5",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Content-Length : 5",
        b" Content-Length: 5",
        b"X-A: 1\r\n folded: 2",
        b"X-A: 1\nTransfer-Encoding: chunked",
        b"X-A: a\x00b",
        b"X A: 1",
    ],
)
async def test_requests_with_two_readings_are_refused(front: OpenFront, funds: Service, head: bytes) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    smuggled = b"GET /v1/funds/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    await raw.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n0\r\n\r\n" + smuggled)
    answer = await raw.rest()
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"application/problem+json" in answer
    assert not [asked for asked in funds.asked if b"smuggled" in asked.line]
    assert not funds.asked


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"HELLO\r\n\r\n", b"GET  HTTP/9\r\n\r\n"])
async def test_what_is_no_request_gets_a_problem_too(front: OpenFront, funds: Service, garbage: bytes) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(garbage)
    answer = await raw.rest()
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"/problems/malformed" in answer


async def test_a_websocket_is_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(
        b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    status, headers, body = await raw.answer()
    assert (status, headers["connection"]) == (400, "close")
    assert b"upgrade-refused" in body
    assert await raw.rest() == b""
    assert not funds.asked


async def test_an_offer_of_another_protocol_is_passed_over(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
    status, headers, _ = await raw.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert not funds.last.all("upgrade")

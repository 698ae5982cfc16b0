"""A request is repeated at most once, and only where nothing can happen twice."""

import asyncio

import pytest

from tests.gateway.conftest import Asked, OpenFront, StartService, until


async def hang_up(asked: Asked) -> None:
    await asked.body()
    asked.writer.close()


@pytest.mark.parametrize(
    ("method", "headers", "times"),
    [
        ("GET", {}, 2),
        ("HEAD", {}, 2),
        ("OPTIONS", {}, 2),
        ("POST", {}, 1),
        ("POST", {"idempotency-key": "k"}, 1),
        ("PUT", {"if-match": '"1"'}, 1),
        ("PATCH", {"if-match": '"1"'}, 1),
        ("DELETE", {"if-match": '"1"'}, 1),
    ],
)
async def test_a_request_that_left_is_repeated_only_if_it_reads(
    front: OpenFront, service: StartService, method: str, headers: dict[str, str], times: int
) -> None:
    funds = await service(hang_up)
    gate = await front(funds=funds)
    body = b"{}" if method in {"POST", "PUT", "PATCH"} else None
    async with gate.client.request(method, "/v1/funds/x", headers=headers, data=body) as response:
        assert response.status == 502
    assert len(funds.asked) == times


async def test_a_reading_request_that_lost_its_connection_is_answered_by_the_second_try(
    front: OpenFront, service: StartService
) -> None:
    async def once(asked: Asked) -> None:
        if len(funds.asked) == 1:
            asked.writer.close()
        else:
            await asked.answer(b"second")

    funds = await service(once)
    gate = await front(funds=funds)
    async with gate.client.get("/v1/funds/x") as response:
        assert (response.status, await response.read()) == (200, b"second")
    assert len(funds.asked) == 2


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("POST", {}, 502),
        ("POST", {"idempotency-key": "k"}, 200),
        ("DELETE", {}, 502),
        ("DELETE", {"idempotency-key": "k"}, 200),
    ],
)
async def test_a_request_that_never_left_is_repeated_if_it_reads_or_has_a_key(
    front: OpenFront, service: StartService, nobody: str, method: str, headers: dict[str, str], status: int
) -> None:
    back = await service()
    gate = await front(funds=nobody, retry_seconds=0.5 if status == 200 else 0)
    upstream = gate.gateway.upstreams["funds"]
    answer = asyncio.create_task(gate.client.request(method, "/v1/funds/x", headers=headers))
    await until(lambda: upstream.slots.taken == 1 or answer.done())
    upstream.origin = back.url
    async with await answer as response:
        assert response.status == status
    assert len(back.asked) == (1 if status == 200 else 0)


async def test_a_streamed_body_with_a_key_is_sent_whole_by_the_second_try(
    front: OpenFront, service: StartService, nobody: str
) -> None:
    back = await service()
    gate = await front(funds=nobody, retry_seconds=0.5)
    upstream = gate.gateway.upstreams["funds"]
    raw = await gate.raw()
    await raw.say(
        b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    )
    await until(lambda: upstream.slots.taken == 1)
    upstream.origin = back.url
    await raw.say(b"3\r\ndef\r\n0\r\n\r\n")
    status, _, body = await raw.answer()
    assert status == 200
    assert b'"body": "abcdef"' in body
    assert len(back.asked) == 1


async def test_a_broken_answer_is_not_asked_for_again(front: OpenFront, service: StartService) -> None:
    async def half(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        asked.writer.close()

    funds = await service(half)
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n")
    await raw.head()
    assert await raw.rest() == b"half"
    assert len(funds.asked) == 1


async def test_connections_are_kept_and_used_again(front: OpenFront, service: StartService) -> None:
    funds = await service()
    gate = await front(funds=funds)
    for _ in range(5):
        async with gate.client.post("/v1/funds/x", data=b"{}") as response:
            assert response.status == 200
    assert (len(funds.asked), funds.connections) == (5, 1)

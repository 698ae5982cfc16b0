"""What goes in comes out: bytes, order, status; nothing gathered on the way."""

import asyncio

import pytest
from aiohttp import ClientPayloadError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from tests.gateway.conftest import PATIENCE, Asked, OpenFront, Service, StartService, until

TARGETS = (
    "/v1/funds/a%20b/%E1%BB%99?q=%2F%2e+x&empty=&q=2",
    "/v1/funds/~t!$&'()*+,;=:@-._/",
    "/v1/funds/%c3%A9%7e",
    "/v1/funds/x?a=%25zz",
    "/v1/funds/x??a=b/c",
    "/v1/funds/x?filter[name]=a|b&j={}",
)


@pytest.mark.parametrize("target", TARGETS)
async def test_an_address_arrives_as_it_was_written(front: OpenFront, funds: Service, target: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get(URL(gate.url + target, encoded=True)) as response:
        assert response.status == 200
    assert funds.last.line == f"GET {target} HTTP/1.1".encode()


async def test_any_text_in_a_segment_arrives_as_it_was_encoded(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    loop = asyncio.get_running_loop()
    found: list[bytes] = []
    for data in _examples():
        target = "/v1/funds/s" + "".join(f"%{byte:02X}" for byte in data)
        async with gate.client.get(URL(gate.url + target, encoded=True)) as response:
            assert response.status == 200, target
        found.append(funds.last.line)
        assert funds.last.line == f"GET {target} HTTP/1.1".encode()
    assert loop.is_running()
    assert found


def _examples() -> list[bytes]:
    """A sample of hypothesis's texts; the loop of the test cannot be entered from hypothesis's own."""
    collected: list[bytes] = []

    @settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="./\\"), max_size=12))
    def collect(text: str) -> None:
        collected.append(text.encode())

    collect()
    return collected


async def test_headers_pass_both_ways_repeated_ones_too(front: OpenFront, service: StartService) -> None:
    async def answer(asked: Asked) -> None:
        await asked.answer(b"x", "201 Created", 'ETag: "1"', "Link: </a>; rel=next", "Link: </b>; rel=prev", "X-Own: é")

    funds = await service(answer)
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(
        b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nAccept: x/y\r\n"
        + 'X-Note: giấy\r\nX-Note: two\r\nIf-Match: "3"\r\n\r\n'.encode()
    )
    head = await raw.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201")
    assert head.count(b"link: ") == 2
    assert b'etag: "1"' in head
    assert "x-own: é".encode() in head
    assert funds.last.all("x-note") == ["giấy", "two"]
    assert (funds.last.one("accept"), funds.last.one("if-match")) == ("x/y", '"3"')
    assert funds.last.one("user-agent") is None


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "409 Conflict", "500 X", "502 X", "503 X"])
async def test_what_a_service_refuses_or_fails_is_passed_on_as_it_is(
    front: OpenFront, service: StartService, status: str
) -> None:
    async def refuse(asked: Asked) -> None:
        await asked.body()
        await asked.answer(b'{"code":"own"}', status, "content-type: application/problem+json", "retry-after: 7")

    gate = await front(funds=await service(refuse))
    async with gate.client.post("/v1/funds/x", data=b"{}") as response:
        assert response.status == int(status[:3])
        assert response.headers["retry-after"] == "7"
        assert await response.read() == b'{"code":"own"}'


async def test_an_answer_arrives_in_pieces_as_the_service_sends_them(front: OpenFront, service: StartService) -> None:
    seen = asyncio.Event()

    async def drip(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await seen.wait()
        await asked.send(b"6\r\nsecond\r\n0\r\n\r\n")

    gate = await front(funds=await service(drip))
    async with asyncio.timeout(PATIENCE), gate.client.get("/v1/funds/x") as response:
        assert await response.content.readany() == b"first"
        seen.set()
        assert await response.content.read() == b"second"


async def test_a_body_leaves_in_pieces_as_the_client_sends_them(front: OpenFront, service: StartService) -> None:
    arrived: list[bytes] = []

    async def take(asked: Asked) -> None:
        while part := await asked.chunk():
            arrived.append(part)
        await asked.answer()

    async def pieces() -> object:
        yield b"one"
        await until(lambda: arrived == [b"one"])
        yield b"two"
        await until(lambda: arrived == [b"one", b"two"])

    gate = await front(funds=await service(take))
    async with gate.client.post("/v1/funds/x", data=pieces()) as response:
        assert response.status == 200
    assert arrived == [b"one", b"two"]


async def test_a_body_of_known_length_keeps_its_length(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_body_bytes=1 << 20)
    body = bytes(range(256)) * 2000
    raw = await gate.raw()
    await raw.say(b"PUT /v1/funds/x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:9])
    await until(lambda: funds.asked)
    await raw.say(body[9:])
    status, _, answer = await raw.answer()
    assert status == 200
    assert len(answer) > len(body)
    assert funds.last.one("content-length") == str(len(body))
    assert funds.last.one("transfer-encoding") is None


async def test_a_large_answer_arrives_whole(front: OpenFront, service: StartService) -> None:
    page = bytes(range(256)) * 20_000

    async def answer(asked: Asked) -> None:
        await asked.answer(page)

    gate = await front(funds=await service(answer))
    async with gate.client.get("/v1/funds/x") as response:
        assert await response.read() == page


async def test_head_gets_the_headers_without_the_body(front: OpenFront, service: StartService) -> None:
    async def answer(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n")

    gate = await front(funds=await service(answer))
    raw = await gate.raw()
    await raw.say(
        b"HEAD /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/funds/y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    status, headers = await raw.head()
    assert (status, headers["content-length"]) == (200, "1234")
    assert (await raw.head())[0] == 200


async def test_a_problem_of_ours_has_no_body_for_head(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"HEAD /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    status, headers = await raw.head()
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert await raw.rest() == b""


@pytest.mark.parametrize("length", [b"", b"content-length: 99\r\n"])
async def test_not_modified_passes_without_a_body(front: OpenFront, service: StartService, length: bytes) -> None:
    async def answer(asked: Asked) -> None:
        await asked.send(b'HTTP/1.1 304 Not Modified\r\netag: "7"\r\n' + length + b"\r\n")

    gate = await front(funds=await service(answer))
    raw = await gate.raw()
    for _ in range(2):
        await raw.say(b'GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nIf-None-Match: "7"\r\n\r\n')
        status, headers = await raw.head()
        assert (status, headers["etag"]) == (304, '"7"')
        assert "content-length" not in headers


async def test_no_content_passes(front: OpenFront, service: StartService) -> None:
    async def answer(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 204 No Content\r\n\r\n")

    gate = await front(funds=await service(answer))
    async with gate.client.delete("/v1/funds/x") as response:
        assert (response.status, await response.read()) == (204, b"")


async def test_an_answer_that_breaks_off_breaks_off_for_the_client_too(front: OpenFront, service: StartService) -> None:
    async def break_off(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        asked.writer.close()

    gate = await front(funds=await service(break_off))
    async with gate.client.get("/v1/funds/x") as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()


async def test_a_chunked_answer_that_breaks_off_is_never_closed_as_if_it_were_whole(
    front: OpenFront, service: StartService
) -> None:
    async def break_off(asked: Asked) -> None:
        await asked.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        asked.writer.close()

    gate = await front(funds=await service(break_off))
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n")
    await raw.head()
    assert await raw.rest() == b"4\r\nhalf\r\n"


async def test_an_answer_before_the_body_was_read_does_not_spoil_the_next_request(
    front: OpenFront, service: StartService
) -> None:
    async def refuse_early(asked: Asked) -> None:
        if b"early" in asked.line:
            await asked.answer(b"no", "413 X")
        else:
            await asked.answer(b"fine")

    funds = await service(refuse_early)
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"POST /v1/funds/early HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1234")
    assert (await raw.answer())[0] == 413
    await raw.say(b"567890GET /v1/funds/next HTTP/1.1\r\nHost: a\r\n\r\n")
    status, _, body = await raw.answer()
    assert (status, body) == (200, b"fine")
    assert [asked.line for asked in funds.asked] == [b"POST /v1/funds/early HTTP/1.1", b"GET /v1/funds/next HTTP/1.1"]


async def test_a_client_that_hangs_up_while_sending_leaves_the_service_no_whole_body(
    front: OpenFront, service: StartService
) -> None:
    got: list[str] = []

    async def take(asked: Asked) -> None:
        got.append("started")
        try:
            await asked.body()
        except asyncio.IncompleteReadError:
            got.append("broken")
            raise
        got.append("whole")

    gate = await front(funds=await service(take))
    raw = await gate.raw()
    await raw.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    await until(lambda: got == ["started"])
    raw.writer.close()
    await until(lambda: len(got) == 2)
    assert got == ["started", "broken"]


async def test_a_client_that_hangs_up_while_waiting_frees_its_place(front: OpenFront, service: StartService) -> None:
    ended = asyncio.Event()

    async def wait(asked: Asked) -> None:
        await asked.reader.read()
        ended.set()

    funds = await service(wait)
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\n\r\n")
    await until(lambda: funds.asked)
    raw.writer.close()
    async with asyncio.timeout(PATIENCE):
        await ended.wait()
    await until(lambda: gate.gateway.upstreams["funds"].slots.taken == 0)
    await until(lambda: 'status="4xx",upstream="funds"' in gate.gateway.metrics.render().decode())


async def test_a_body_is_asked_for_only_when_it_will_be_taken(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, max_body_bytes=10)
    raw = await gate.raw()
    await raw.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    assert await raw.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    await raw.say(b"abcd")
    assert (await raw.answer())[0] == 200
    assert funds.last.one("expect") is None

    other = await gate.raw()
    await other.say(b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")
    assert (await other.head())[0] == 413
    assert len(funds.asked) == 1


async def test_a_redirect_is_the_clients_to_follow(front: OpenFront, service: StartService) -> None:
    async def redirect(asked: Asked) -> None:
        await asked.answer(b"", "307 Temporary Redirect", "location: /v1/funds/elsewhere", "set-cookie: a=b")

    funds = await service(redirect)
    gate = await front(funds=funds)
    for _ in range(2):
        async with gate.client.get("/v1/funds/x", allow_redirects=False) as response:
            assert (response.status, response.headers["location"]) == (307, "/v1/funds/elsewhere")
    assert len(funds.asked) == 2
    assert funds.last.one("cookie") is None


async def test_a_packed_answer_stays_packed(front: OpenFront, service: StartService) -> None:
    packed = b"\x1f\x8b not really gzip"

    async def answer(asked: Asked) -> None:
        await asked.answer(packed, "200 OK", "content-encoding: gzip")

    gate = await front(funds=await service(answer))
    async with gate.client.get("/v1/funds/x") as response:
        assert (await response.read(), response.headers["content-encoding"]) == (packed, "gzip")


@pytest.mark.parametrize(
    "garbage", [b"not http at all\r\n\r\n", b"HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"]
)
async def test_a_service_that_does_not_speak_http_is_a_bad_gateway(
    front: OpenFront, service: StartService, garbage: bytes
) -> None:
    async def babble(asked: Asked) -> None:
        await asked.send(garbage)
        asked.writer.close()

    gate = await front(funds=await service(babble))
    async with gate.client.post("/v1/funds/x", headers={"accept-language": "en"}) as response:
        assert response.status == 502
        assert (await response.json(content_type=None))["code"] == "bad-gateway"

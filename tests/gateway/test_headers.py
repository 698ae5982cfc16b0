"""Nobody but the gateway tells a service who is calling, from where, and under which id."""

import re

import pytest

from tests.gateway.conftest import Asked, OpenFront, Service, StartService

FORGED = {
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/admin",
    "X-Forwarded-User": "district-admin",
    "Forwarded": "for=10.0.0.1;proto=https",
    "Via": "1.1 nobody",
    "X-Real-Ip": "10.0.0.1",
    "True-Client-Ip": "10.0.0.1",
    "X-Actor": "district-admin",
    "X-Actor-Roles": "treasurer",
    "X-User": "1",
    "X-User-Id": "1",
    "X-Authenticated-User": "1",
    "X-Auth-Request-Email": "a@b",
    "On-Behalf-Of": "treasurer",
    "X-On-Behalf-Of": "treasurer",
    "Remote-User": "root",
    "X-Remote-User": "root",
    "X-Scopes": "funds.write",
    "X-Roles": "treasurer",
    "X-Internal-Secret": "1",
    "X-Http-Method-Override": "DELETE",
    "X-Original-Url": "/v1/loans",
    "X-Rewrite-Url": "/v1/loans",
    "X-Client-Request-Id": "forged-by-client",
    "X_Actor": "district-admin",
    "Baggage": "actor=district-admin",
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_a_client_claims_about_itself_ends_here(front: OpenFront, funds: Service, name: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get("/v1/funds/x", headers={name: FORGED[name]}) as response:
        assert response.status == 200
    assert FORGED[name] not in funds.last.all(name)


async def test_the_gateway_says_where_a_request_came_from(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, public_url="https://vinguoingheo.example")
    async with gate.client.get(
        "/v1/funds/x", headers={"host": "evil.example", "x-forwarded-for": "1.2.3.4"}
    ) as response:
        assert response.status == 200
    asked = funds.last
    assert asked.one("x-forwarded-for") == "127.0.0.1"
    assert asked.one("x-forwarded-proto") == "https"
    assert asked.one("x-forwarded-host") == "vinguoingheo.example"
    assert asked.one("host") == f"127.0.0.1:{funds.port}"


async def test_a_trusted_proxy_is_believed_as_far_as_the_chain_is_trusted(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds, trusted_proxies=["127.0.0.0/8", "10.0.0.0/8"])
    async with gate.client.get(
        "/v1/funds/x", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.1.2.3"}
    ) as response:
        assert response.status == 200
    assert funds.last.one("x-forwarded-for") == "203.0.113.9"
    async with gate.client.get("/v1/funds/x", headers={"x-forwarded-for": "6.6.6.6, <script>"}) as response:
        assert response.status == 200
    assert funds.last.one("x-forwarded-for") == "127.0.0.1"


async def test_every_request_gets_an_id_that_the_answer_and_the_service_share(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    seen = set()
    for _ in range(3):
        async with gate.client.get("/v1/funds/x") as response:
            seen.add(response.headers["x-request-id"])
            assert funds.last.one("x-request-id") == response.headers["x-request-id"]
    assert len(seen) == 3


async def test_a_clients_own_id_is_kept_beside_ours(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    async with gate.client.get("/v1/funds/x", headers={"x-request-id": "phone-7-000123"}) as response:
        assert response.headers["x-request-id"] != "phone-7-000123"
    assert funds.last.one("x-request-id") != "phone-7-000123"
    assert funds.last.one("x-client-request-id") == "phone-7-000123"


@pytest.mark.parametrize("odd", ["short", "x" * 129, "a b c d e f g h", "<script>alert(1)</script>", "giấy-tờ-123"])
async def test_an_odd_id_is_not_kept(front: OpenFront, funds: Service, odd: str) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(f"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nX-Request-Id: {odd}\r\n\r\n".encode())
    assert (await raw.answer())[0] == 200
    assert funds.last.one("x-client-request-id") is None


async def test_a_trace_is_continued(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    async with gate.client.get("/v1/funds/x", headers={"traceparent": trace, "tracestate": "a=1"}) as response:
        assert response.status == 200
    assert (funds.last.one("traceparent"), funds.last.one("tracestate")) == (trace, "a=1")


@pytest.mark.parametrize(
    "trace",
    [
        None,
        "",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    ],
)
async def test_a_new_trace_starts_where_there_is_no_valid_one(
    front: OpenFront, funds: Service, trace: str | None
) -> None:
    gate = await front(funds=funds)
    headers = {"tracestate": "a=1"} if trace is None else {"traceparent": trace, "tracestate": "a=1"}
    async with gate.client.get("/v1/funds/x", headers=headers) as response:
        request_id = response.headers["x-request-id"]
    started = funds.last.one("traceparent")
    assert started is not None
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", started)
    assert started[3:35] == request_id.replace("-", "")
    assert funds.last.one("tracestate") is None


async def test_two_traces_are_none(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    first, second = f"00-{'a' * 32}-{'b' * 16}-01", f"00-{'c' * 32}-{'d' * 16}-01"
    await raw.say(
        f"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\ntraceparent: {first}\r\ntraceparent: {second}\r\n\r\n".encode()
    )
    assert (await raw.answer())[0] == 200
    assert funds.last.one("traceparent") not in {first, second}


async def test_hop_by_hop_headers_end_here_in_both_directions(front: OpenFront, service: StartService) -> None:
    async def answer(asked: Asked) -> None:
        await asked.answer(
            b"x",
            "200 OK",
            "connection: keep-alive, x-hop",
            "x-hop: 1",
            "keep-alive: timeout=5",
            "proxy-authenticate: Basic",
            "server: secret/1.0",
            "x-end: 1",
        )

    funds = await service(answer)
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(
        b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop, Authorization\r\nX-Hop: 1\r\n"
        b"Keep-Alive: 1\r\nTE: trailers\r\nProxy-Authorization: Basic eDp4\r\nAuthorization: Bearer t\r\n\r\n"
    )
    status, headers, _ = await raw.answer()
    assert (status, headers["x-end"]) == (200, "1")
    assert not {"x-hop", "keep-alive", "proxy-authenticate", "server"} & headers.keys()
    asked = funds.last
    assert not [name for name in ("x-hop", "keep-alive", "te", "proxy-authorization") if asked.all(name)]
    assert asked.one("authorization") == "Bearer t", "a token is for the service, whatever Connection says"


async def test_credentials_and_keys_pass(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    sent = {"authorization": "DPoP abc", "dpop": "proof", "idempotency-key": "k-1", "accept-language": "fr"}
    async with gate.client.get("/v1/funds/x", headers=sent) as response:
        assert response.status == 200
    assert {name: funds.last.one(name) for name in sent} == sent


async def test_trailers_do_not_become_headers(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(
        b"POST /v1/funds/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"
        b"2\r\n{}\r\n0\r\nX-Late: 1\r\nAuthorization: Bearer late\r\n\r\n"
    )
    assert (await raw.answer())[0] == 200
    assert not funds.last.all("x-late")
    assert not funds.last.all("authorization")


async def test_header_bytes_that_are_no_text_are_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nX-Note: \xff\xfe\r\n\r\n")
    assert (await raw.answer())[0] == 400
    assert not funds.asked


async def test_two_hosts_are_refused(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET /v1/funds/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    assert (await raw.answer())[0] == 400
    assert not funds.asked

"""Addresses that two readers could understand differently go nowhere."""

import pytest

from tests.gateway.conftest import OpenFront, Service

AMBIGUOUS = (
    "/v1/funds/../loans/x",
    "/v1/funds/./x",
    "/v1/funds/x/..",
    "/v1/funds/%2e%2e/loans/x",
    "/v1/funds/.%2E/loans/x",
    "/v1/funds/a%2Fb",
    "/v1/funds/a%2fb",
    "/v1/funds/a%5cb",
    "/v1/funds/a\\b",
    "/v1//funds/x",
    "//v1/funds/x",
    "/v1/funds//x",
    "/v1/funds/a%00b",
    "/v1/funds/a%0d%0aX: y",
    "/v1/funds/a%7f",
    "/v1/funds/%zz",
    "/v1/funds/%",
    "/v1/funds/a<b>",
    '/v1/funds/a"b',
    "/v1/funds/x?a=%zz",
    "/v1/funds/x?a=<b>",
)


@pytest.mark.parametrize("target", AMBIGUOUS)
async def test_an_ambiguous_address_is_refused(front: OpenFront, funds: Service, target: str) -> None:
    gate = await front(funds=funds, loans=funds)
    raw = await gate.raw()
    await raw.say(f"GET {target} HTTP/1.1\r\nHost: a\r\nAccept-Language: en\r\n\r\n".encode())
    status, headers, body = await raw.answer()
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert b'"title"' in body
    assert not funds.asked


@pytest.mark.parametrize("target", [b"/v1/funds/\xc3\xa9", b"/v1/funds/\x00", b"/v1/funds/x?\x01", b"*"])
async def test_raw_bytes_are_refused(front: OpenFront, funds: Service, target: bytes) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    status, headers, _ = await raw.answer()
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert not funds.asked


@pytest.mark.parametrize(
    "path", ["/v1/nobody/x", "/v1/fund/x", "/v1/funds", "/v1/Funds/x", "/v2/funds/x", "/funds/x", "/docs/x", "/v1/"]
)
async def test_an_address_of_nobody_is_not_found(front: OpenFront, funds: Service, path: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get(path, headers={"accept-language": "fr"}) as response:
        problem = await response.json(content_type="application/problem+json")
        assert (response.status, problem["code"]) == (404, "not-found")
        assert response.headers["content-language"] == "fr"
        assert problem["request_id"] == response.headers["x-request-id"]
    assert not funds.asked


async def test_the_absolute_form_reaches_no_other_host(front: OpenFront, funds: Service) -> None:
    gate = await front(funds=funds)
    raw = await gate.raw()
    await raw.say(b"GET http://evil.example/v1/funds/x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert (await raw.answer())[0] == 200
    assert funds.last.line == b"GET /v1/funds/x HTTP/1.1"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("vi-VN,vi;q=0.9", "Không có gì ở đây, hoặc không có gì bạn được xem."),
        ("fr-CA, en;q=0.5", "Il n'y a rien ici, ou rien que vous puissiez voir."),
        ("en", "There is nothing here, or nothing that you may see."),
        ("", "Không có gì ở đây, hoặc không có gì bạn được xem."),
        ("de", "Không có gì ở đây, hoặc không có gì bạn được xem."),
    ],
)
async def test_problems_speak_the_callers_language(front: OpenFront, funds: Service, language: str, title: str) -> None:
    gate = await front(funds=funds)
    async with gate.client.get("/v1/nobody/x", headers={"accept-language": language}) as response:
        assert (await response.json(content_type=None))["title"] == title

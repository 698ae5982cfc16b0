"""Who is answered at all, and what browsers may see."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

ISSUER = "http://127.0.0.1:8080"
DISCOVERY = "/.well-known/openid-configuration"


async def get(app: Starlette, peer: str, path: str = DISCOVERY, **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app, client=(peer, 40000))
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("peer", ["192.168.1.7", "10.0.0.1", "203.0.113.9", "127.0.0.2", "fe80::1", "", "::"])
@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/authorize", "/unknown"])
async def test_another_machine_is_not_answered(app: Starlette, peer: str, path: str) -> None:
    refused = await get(app, peer, path)
    assert (refused.status_code, refused.json()["error"]) == (403, "access_denied")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
async def test_this_machine_is_answered(app: Starlette, peer: str) -> None:
    assert (await get(app, peer)).status_code == 200


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
async def test_nobody_is_answered_through_a_proxy(app: Starlette, name: str) -> None:
    assert (await get(app, "127.0.0.1", **{name: "127.0.0.1"})).status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "example.org:8080",
        "127.0.0.1.example.org",
        "127.0.0.1@example.org",
        "127.0.0.1:8080@example.org",
        "",
        "[::1",
        "[",
    ],
)
async def test_a_name_that_was_pointed_at_this_machine_is_not_answered(app: Starlette, host: str) -> None:
    assert (await get(app, "127.0.0.1", Host=host)).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST"])
async def test_each_name_of_loopback_is_answered(app: Starlette, host: str) -> None:
    assert (await get(app, "127.0.0.1", Host=host)).status_code == 200


async def test_a_connection_that_is_not_http_is_refused(app: Starlette) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/token", "headers": [], "client": ("127.0.0.1", 1)}
    await app({**scope, "extensions": {"websocket.http.response": {}}}, receive, send)
    assert sent[0]["status"] == 403


async def test_every_answer_says_that_it_is_not_to_be_kept(http: httpx2.AsyncClient) -> None:
    for path in (DISCOVERY, "/jwks", "/authorize", "/unknown"):
        answer = await http.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", [DISCOVERY, "/.well-known/oauth-authorization-server"])
async def test_discovery_names_addresses_that_exist(http: httpx2.AsyncClient, path: str) -> None:
    found = (await http.get(path)).json()
    assert found["issuer"] == ISSUER
    places = {name: url for name, url in found.items() if name.endswith(("_endpoint", "_uri"))}
    assert set(places) == {
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    }
    for url in places.values():
        assert (await http.get(url)).status_code != 404
    assert (await http.get(found["jwks_uri"])).json()["keys"][0]["alg"] == "ES256"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert found["dpop_signing_alg_values_supported"] == ["ES256"]
    assert "private_key_jwt" in found["token_endpoint_auth_methods_supported"]
    assert "none" not in found["token_endpoint_auth_signing_alg_values_supported"]
    assert {"openid", "loans.bank", "events.write"} <= set(found["scopes_supported"])


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://localhost:8000"])
async def test_the_api_pages_may_ask_for_a_token_from_the_browser(http: httpx2.AsyncClient, origin: str) -> None:
    preflight = await http.options(
        "/token",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, x-requested-with, dpop",
        },
    )
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, origin)
    for method, path in (("POST", "/token"), ("GET", DISCOVERY), ("GET", "/jwks"), ("GET", "/userinfo")):
        answer = await http.request(method, path, headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin


async def test_other_pages_and_other_addresses_are_not_shared(http: httpx2.AsyncClient) -> None:
    for origin, path in (
        ("https://example.org", "/token"),
        ("null", "/token"),
        ("http://127.0.0.1:8001", "/token"),
        ("http://127.0.0.1:8000", "/login"),
        ("http://127.0.0.1:8000", "/development/token"),
    ):
        answer = await http.post(path, headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers


async def test_what_is_not_there_is_said_in_json(http: httpx2.AsyncClient) -> None:
    for answer, status in (
        (await http.get("/unknown"), 404),
        (await http.get("/token"), 405),
        (await http.put("/jwks"), 405),
    ):
        assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")


async def test_probes_are_answered(http: httpx2.AsyncClient) -> None:
    assert [(await http.get(path)).status_code for path in ("/livez", "/readyz")] == [200, 200]


async def test_an_unexpected_error_does_not_show_its_text(app: Starlette, tmp_path: Path) -> None:
    (tmp_path / "clients.json").mkdir()
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as client:
        answer = await client.post("/development/clients", json={"client_id": "partner-bank:a", "jwks": KEYS})
    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")
    assert "clients.json" not in answer.text


KEYS = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    ]
}
"""The example key of RFC 7515, appendix A.3."""

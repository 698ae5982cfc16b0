"""A service's own token, from an issuer that puts its token endpoint where it likes and is known by another name."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kit.calls import NeighbourDown, ServiceClient

_PUBLIC = "https://id.example.vn/realms/forthepoor"
_INTERNAL = "http://keycloak:8080/realms/forthepoor"


class Wire(httpx2.AsyncBaseTransport):
    """The issuer is reached by its internal name alone; the neighbour answers whom the token was given to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        routes = [
            Route("/realms/forthepoor/.well-known/openid-configuration", self._discovery),
            Route("/realms/forthepoor/protocol/openid-connect/token", self._token, methods=["POST"]),
            Route("/who", self._who),
        ]
        self._app = httpx2.ASGITransport(Starlette(routes=routes))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        if request.url.host not in {"keycloak", "registry"}:
            raise httpx2.ConnectError("nobody listens there", request=request)
        return await self._app.handle_async_request(request)

    async def _discovery(self, _request: Request) -> JSONResponse:
        return JSONResponse({"issuer": _PUBLIC, "token_endpoint": f"{_PUBLIC}/protocol/openid-connect/token"})

    async def _token(self, request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("client_secret") != "a secret":
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": f"token-of-{form['client_id']}", "expires_in": 900})

    async def _who(self, request: Request) -> JSONResponse:
        return JSONResponse(request.headers["authorization"])


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire() as made:
        yield made


def _client(wire: Wire, secret: str) -> ServiceClient:
    return ServiceClient(
        "http://registry:8000", issuer=_INTERNAL, client_id="service:funds", client_secret=secret, transport=wire
    )


async def test_the_token_endpoint_is_the_one_the_issuer_names_as_it_is_reached_from_here(wire: Wire) -> None:
    client = _client(wire, "a secret")
    assert (await client.get("/who")).json() == "Bearer token-of-service:funds"
    assert (await client.get("/who")).json() == "Bearer token-of-service:funds"
    assert wire.asked.count("/realms/forthepoor/.well-known/openid-configuration") == 1
    assert wire.asked.count("/realms/forthepoor/protocol/openid-connect/token") == 1


async def test_an_issuer_that_refuses_us_is_a_neighbour_that_is_down(wire: Wire) -> None:
    with pytest.raises(NeighbourDown, match="the issuer answered 401"):
        await _client(wire, "another").get("/who")

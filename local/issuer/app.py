"""The application: its routes, what stands before them, and how it says no."""

import time
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local.issuer import authorize, development, discovery, exchange, userinfo
from local.issuer.answers import refusal
from local.issuer.context import Issuer
from local.issuer.errors import OAuthError
from local.issuer.guard import LoopbackOnly
from local.issuer.memory import Clock
from local.issuer.settings import Settings

_METADATA = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
#: What the API pages of the gateway call from the browser.
_FOR_PAGES = frozenset({*_METADATA, "/jwks", "/token", "/userinfo"})


class CrossOrigin:
    """CORS for the gateway's pages, on the addresses that they need and on no other."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "DPoP", "X-Requested-With"],
            expose_headers=["WWW-Authenticate"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._shared if scope.get("path") in _FOR_PAGES else self._app
        await app(scope, receive, send)


def create_app(settings: Settings, clock: Clock = time.time) -> Starlette:
    """Build the issuer; its keys are read from, or made in, `settings.data_dir`."""
    app = Starlette(
        routes=[
            *(Route(path, discovery.metadata) for path in _METADATA),
            Route("/jwks", discovery.jwks),
            Route("/livez", discovery.alive),
            Route("/readyz", discovery.alive),
            Route("/authorize", authorize.authorize, methods=["GET", "POST"]),
            Route("/login", authorize.login, methods=["POST"]),
            Route("/token", exchange.token, methods=["POST"]),
            Route("/userinfo", userinfo.userinfo, methods=["GET", "POST"]),
            Route("/development/token", development.token, methods=["POST"]),
            Route("/development/clients", development.clients, methods=["POST"]),
            Route("/development/keys", development.keys, methods=["POST"]),
        ],
        middleware=[
            Middleware(LoopbackOnly),
            Middleware(CrossOrigin, origins=settings.gateway_origins),
        ],
        exception_handlers={OAuthError: _refused, HTTPException: _not_here, Exception: _unexpected},
    )
    app.state.issuer = Issuer(settings, clock)
    return app


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, OAuthError)  # noqa: S101 - registered for this class only
    return refusal(error)


async def _not_here(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    phrase = HTTPStatus(error.status_code).phrase
    body = {"error": "invalid_request", "error_description": phrase}
    return JSONResponse(body, error.status_code, error.headers)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    body = {"error": "server_error", "error_description": "unexpected error"}
    return JSONResponse(body, HTTPStatus.INTERNAL_SERVER_ERROR)

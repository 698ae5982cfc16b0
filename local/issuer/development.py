"""Short ways for the command line and for tests, which no identity provider of a real installation has.

They are closed to web pages: a browser says where a request comes from, and whatever says so is refused.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.issuer.clients import register_client
from local.issuer.context import issuer_of
from local.issuer.errors import AccessDeniedError, InvalidRequestError
from local.issuer.exchange import for_themselves
from local.issuer.forms import body_of, form_of
from local.issuer.tokens import TTL_SECONDS
from local.people import UnknownLoginError, find

#: A working day: the longest life of a token made for trying things out.
_LONGEST_TTL_SECONDS = 12 * 3600


async def token(request: Request) -> Response:
    """Mint a token for the login in `as`, for `ttl` seconds, with `scope` where not all scopes are wanted."""
    _refuse_pages(request)
    issuer = issuer_of(request)
    form = await form_of(request)
    try:
        person = find(form.get("as", ""))
    except UnknownLoginError as error:
        raise InvalidRequestError("nobody in the directory has the login given in 'as'") from error
    ttl = _ttl(form.get("ttl", str(TTL_SECONDS)))
    thumbprint = issuer.proofs.thumbprint(request, issuer.url("/development/token"))
    return for_themselves(issuer, person, form, thumbprint, ttl=ttl, called="person")


async def clients(request: Request) -> Response:
    """Register a partner's keys: JSON `{"client_id": "partner-bank:…", "jwks": {"keys": […]}}`."""
    _refuse_pages(request)
    try:
        asked: dict[str, Any] = json.loads(await body_of(request))
        client_id, jwks = asked["client_id"], asked["jwks"]
        register_client(issuer_of(request).settings.data_dir, client_id, jwks)
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise InvalidRequestError("the body must be a JSON object with client_id and jwks") from error
    except ValueError as error:
        raise InvalidRequestError(str(error)) from error
    return JSONResponse({"client_id": client_id, "keys": len(jwks["keys"])}, 201)


async def keys(request: Request) -> Response:
    """Change the signing key, as a real issuer does from time to time; older keys stay published."""
    _refuse_pages(request)
    return JSONResponse(issuer_of(request).rotate_keys(), 201)


def _refuse_pages(request: Request) -> None:
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        raise AccessDeniedError("this address is for the command line and for tests, not for browsers")


def _ttl(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_TTL_SECONDS))):
        raise InvalidRequestError("ttl must be a whole number of seconds")
    ttl = int(text)
    if not 1 <= ttl <= _LONGEST_TTL_SECONDS:
        raise InvalidRequestError("ttl must be between 1 second and 12 hours")
    return ttl

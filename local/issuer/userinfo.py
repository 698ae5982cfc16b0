"""Who is signed in, asked with the access token (OpenID Connect Core §5.3)."""

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.issuer.answers import resource_refusal
from local.issuer.context import Issuer, issuer_of
from local.issuer.dpop import UNREADABLE, seconds
from local.issuer.errors import InsufficientScopeError, InvalidProofError, InvalidTokenError, OAuthError
from local.issuer.tokens import AUDIENCE

_SHOWN = ("sub", "name", "roles", "area", "bank")


async def userinfo(request: Request) -> Response:
    """Answer with subject, name, roles, and area or bank where there is one."""
    try:
        claims = _verified(issuer_of(request), request)
    except OAuthError as error:
        return resource_refusal(error)
    return JSONResponse({name: claims[name] for name in _SHOWN if name in claims})


def _verified(issuer: Issuer, request: Request) -> dict[str, Any]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in {"bearer", "dpop"}:
        raise InvalidTokenError("an access token is required")
    claims = _claims(issuer, token)
    bound_to = claims.get("cnf", {}).get("jkt")
    if (bound_to is not None) != (scheme.lower() == "dpop"):
        raise InvalidTokenError("the token is bound to a key and used as Bearer, or the reverse")
    if bound_to is not None:
        thumbprint = issuer.proofs.thumbprint(request, issuer.url("/userinfo"), access_token=token)
        if thumbprint is None or not hmac.compare_digest(thumbprint, bound_to):
            raise InvalidProofError("the proof is missing or made with another key")
    if "openid" not in claims["scope"].split():
        raise InsufficientScopeError("the scope openid is required")
    return claims


def _claims(issuer: Issuer, token: str) -> dict[str, Any]:
    try:
        read = issuer.keys.verify(token)
    except UNREADABLE as error:
        raise InvalidTokenError("the token is not one of this issuer") from error
    expires = seconds(read.claims.get("exp"))
    ours = (read.header.get("typ"), read.claims.get("iss"), read.claims.get("aud")) == (
        "at+jwt",
        issuer.settings.issuer,
        AUDIENCE,
    )
    if not ours or expires is None or expires <= issuer.clock():
        raise InvalidTokenError("the token has expired or is not an access token of this platform")
    return read.claims

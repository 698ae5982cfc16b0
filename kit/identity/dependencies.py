"""Callers as dependencies; a service names its own in its `auth.py`."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowAuthorizationCode, OAuthFlows
from fastapi.security import OAuth2, SecurityScopes

from kit.identity.actor import Actor
from kit.identity.proof import check_proof
from kit.problems import Forbidden, Unauthenticated

_ACTOR = "forthepoor.actor"
_SCHEMES = 'Bearer realm="for-the-poor", DPoP algs="ES256 EdDSA PS256"'


async def caller(request: Request) -> Actor | None:
    """Return who calls, None without credentials. Errors: Unauthenticated for any credentials that do not hold."""
    # Asked by the route and by its transaction: the second finds what the first established.
    if _ACTOR in request.scope:
        known: Actor | None = request.scope[_ACTOR]
        return known
    headers = request.headers.getlist("authorization")
    if not headers:
        return request.scope.setdefault(_ACTOR)
    scheme, _, token = headers[0].partition(" ")
    token = token.strip()
    if len(headers) > 1 or not token or scheme.lower() not in {"bearer", "dpop"}:
        raise Unauthenticated(reason="send one bearer or DPoP token", headers={"WWW-Authenticate": _SCHEMES})
    actor: Actor = await request.app.state.verifier.actor(token)
    if actor.key_thumbprint or scheme.lower() == "dpop":
        await _proved(request, actor, scheme.lower(), token)
    request.scope[_ACTOR] = actor
    return actor


async def _proved(request: Request, actor: Actor, scheme: str, token: str) -> None:
    proofs = request.headers.getlist("dpop")
    if scheme != "dpop" or len(proofs) != 1 or not actor.key_thumbprint:
        raise Unauthenticated(
            reason="this token is bound to a key: send it as DPoP, with one proof",
            headers={"WWW-Authenticate": 'DPoP algs="ES256 EdDSA PS256"'},
        )
    state = request.app.state
    await check_proof(
        state.database.engine,
        proofs[0],
        method=request.method,
        url=f"{state.settings.public_url.rstrip('/')}{request.url.path}",
        token=token,
        thumbprint=actor.key_thumbprint,
    )


Caller = Annotated[Actor | None, Depends(caller)]
"""Whoever calls, also nobody: for what the public may read."""


class _SignedIn(OAuth2):
    """The caller, who holds every scope of the route; also what the documents' Authorize button speaks to."""

    async def __call__(self, request: Request, needed: SecurityScopes) -> Actor:  # type: ignore[override]
        """Errors: Unauthenticated, Forbidden."""
        actor = await caller(request)
        if actor is None:
            raise Unauthenticated(reason="no token was sent", headers={"WWW-Authenticate": _SCHEMES})
        missing = sorted(set(needed.scopes) - actor.scopes)
        if missing:
            raise Forbidden(
                needed=", ".join(missing),
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{" ".join(missing)}"'},
            )
        return actor


# The addresses are filled in by the gateway, which knows the issuer's discovery document.
signed_in = _SignedIn(
    scheme_name="oauth2",
    description="Authorization code with PKCE, against the platform's OpenID Connect issuer.",
    flows=OAuthFlows(authorizationCode=OAuthFlowAuthorizationCode(authorizationUrl="authorize", tokenUrl="token")),
    auto_error=False,
)

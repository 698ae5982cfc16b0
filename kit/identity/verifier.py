"""Access tokens (RFC 9068) against the issuer's published keys."""

import asyncio
import time
from collections import OrderedDict
from typing import Any, Final

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kit.identity.actor import Actor
from kit.problems import Unauthenticated, Unavailable

# Asymmetric only: a shared secret, or `none`, can never be what the issuer signed with.
ALGORITHMS: Final = ("ES256", "ES384", "RS256", "PS256", "EdDSA")
_LEEWAY = 30
_FAR = 1 << 40
_KEEP = 4096
_REFRESH_AT_MOST_EVERY = 10.0
_LONGEST_TOKEN = 8192


class Verifier:
    """Turns a token into an Actor, or refuses it with `Unauthenticated` and a reason.

    A token that verified is remembered until it expires, so that a busy caller costs one signature check.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        jwks: dict[str, Any] | None = None,
        internal_url: str | None = None,
    ) -> None:
        """`jwks` pins the keys; without it they are fetched from the issuer's discovery document.

        `internal_url` is where the issuer is reached from here when that differs from the name it signs with.
        """
        self._issuer = issuer
        self._audience = audience
        self._base = (internal_url or issuer).rstrip("/")
        self._pinned = jwks is not None
        self._keys = KeySet.import_key_set(jwks) if jwks is not None else KeySet([])  # type: ignore[arg-type]
        self._fetched_at = -_REFRESH_AT_MOST_EVERY
        self._fetching = asyncio.Lock()
        self._known: OrderedDict[str, tuple[Actor, float]] = OrderedDict()

    async def actor(self, token: str) -> Actor:
        """Return who `token` speaks for. Errors: Unauthenticated; Unavailable if the issuer's keys cannot be had."""
        known = self._known.get(token)
        if known and known[1] > time.time():
            return known[0]
        if len(token) > _LONGEST_TOKEN:
            raise _refused("the token is too long")
        claims = self._claims(await self._decode(token))
        actor = _actor(claims)
        self._known[token] = (actor, float(claims["exp"]))
        while len(self._known) > _KEEP:
            self._known.popitem(last=False)
        return actor

    async def _decode(self, token: str) -> jwt.Token:
        for attempt in ("with the keys at hand", "with the keys of now"):
            tried = self._keys
            try:
                return jwt.decode(token, tried, algorithms=ALGORITHMS)
            except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
                if attempt == "with the keys of now" or not await self._refresh(tried):
                    raise _refused("the signature or form of the token is wrong") from error
        raise AssertionError  # the loop returns or raises

    async def _refresh(self, tried: KeySet) -> bool:
        """Fetch the issuer's keys again, at most every ten seconds; True if there are others than those tried."""
        if self._pinned:
            return False
        async with self._fetching:
            # Somebody else fetched them while this one waited.
            if self._keys is not tried:
                return True
            if time.monotonic() - self._fetched_at < _REFRESH_AT_MOST_EVERY:
                return False
            try:
                async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
                    discovery = await client.get(f"{self._base}/.well-known/openid-configuration")
                    discovery.raise_for_status()
                    address = str(discovery.json()["jwks_uri"]).replace(self._issuer.rstrip("/"), self._base, 1)
                    answer = await client.get(address)
                    answer.raise_for_status()
                    self._keys = KeySet.import_key_set(answer.json())
            except (httpx2.HTTPError, KeyError, ValueError, JoseError) as error:
                if not self._keys:
                    raise Unavailable(headers={"Retry-After": "5"}) from error
                return False
            self._fetched_at = time.monotonic()
            return True

    def _claims(self, token: jwt.Token) -> dict[str, Any]:
        claims: dict[str, Any] = dict(token.claims)
        now = time.time()
        if str(token.header.get("typ", "")).lower() not in {"at+jwt", "application/at+jwt"}:
            raise _refused("it is not an access token")
        if claims.get("iss") != self._issuer:
            raise _refused("it comes from another issuer")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise _refused("it is meant for another audience")
        if type(claims.get("exp")) not in {int, float} or not now < claims["exp"] < _FAR:
            raise _refused("it has expired")
        for name in ("iat", "nbf"):
            at = claims.get(name, 0)
            if type(at) not in {int, float} or not at <= now + _LEEWAY:
                raise _refused("it is not valid yet")
        if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 200:  # noqa: PLR2004
            raise _refused("it names nobody")
        return claims


def _actor(claims: dict[str, Any]) -> Actor:
    roles = claims.get("roles")
    scope = claims.get("scope")
    confirmation = claims.get("cnf")
    return Actor(
        subject=claims["sub"],
        client_id=str(claims.get("client_id") or claims.get("azp") or ""),
        scopes=frozenset(scope.split() if isinstance(scope, str) else ()),
        roles=frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset(),
        area=_text(claims.get("area")),
        bank=_text(claims.get("bank")),
        name=_text(claims.get("name")),
        key_thumbprint=_text(confirmation.get("jkt")) if isinstance(confirmation, dict) else None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(reason=reason, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})

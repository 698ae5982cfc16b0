"""DPoP (RFC 9449): a token bound to a key is worth nothing without a fresh proof made with that key."""

import hashlib
import time
import warnings
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry
from joserfc.jws import extract_compact
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kit.problems import Unauthenticated

_ALGORITHMS = ("ES256", "ES384", "PS256", "RS256", "EdDSA")
_WINDOW = 60
_LONGEST = 4096
_UNREADABLE = (JoseError, ValueError, KeyError, TypeError, OverflowError, RecursionError, Warning)

# Across processes: the database is the one place where they all meet.
_REMEMBER = text(
    "insert into dpop_proofs (proof, expires_at) values (:proof, :expires_at) on conflict do nothing returning 1"
)


async def check_proof(engine: AsyncEngine, proof: str, *, method: str, url: str, token: str, thumbprint: str) -> None:
    """Accept `proof` once for this method, address, token and key, or raise Unauthenticated with the reason."""
    header, claims = _decode(proof)
    if claims.get("htm") != method or _without_query(str(claims.get("htu"))) != _without_query(url):
        raise _refused("the proof was made for another request")
    issued: Any = claims.get("iat")
    now = time.time()
    # Compared, not subtracted: a NaN passes no such test, and an endless integer breaks no arithmetic.
    timely = isinstance(issued, int | float) and not isinstance(issued, bool)
    if not timely or not now - _WINDOW <= issued <= now + _WINDOW:
        raise _refused("the proof is not fresh")
    if claims.get("ath") != _digest(token):
        raise _refused("the proof was made for another token")
    if JWKRegistry.import_key(header["jwk"]).thumbprint() != thumbprint:
        raise _refused("the proof was made with another key")
    name = claims.get("jti")
    if not isinstance(name, str) or not 0 < len(name) <= 200:  # noqa: PLR2004
        raise _refused("the proof has no name of its own")
    # Kept in a transaction of its own: a refused request must not make its proof usable again.
    async with engine.begin() as connection:
        expires = datetime.fromtimestamp(issued + 2 * _WINDOW, UTC)
        key = hashlib.sha256(f"{thumbprint}\n{name}".encode()).digest()
        fresh = (await connection.execute(_REMEMBER, {"proof": key, "expires_at": expires})).first()
    if fresh is None:
        raise _refused("the proof was used before")


def _decode(proof: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        if len(proof) > _LONGEST:
            raise _refused("the proof is too long")
        header = dict(extract_compact(proof.encode()).headers())
        key = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or not isinstance(key, dict) or "d" in key or key.get("kty") == "oct":
            raise _refused("it is not a proof")
        with warnings.catch_warnings():
            # joserfc warns of a short RSA key; here that is a refusal like any other.
            warnings.simplefilter("error")
            decoded = jwt.decode(proof, JWKRegistry.import_key(key), algorithms=_ALGORITHMS)
    except _UNREADABLE as error:
        raise _refused("the signature or form of the proof is wrong") from error
    return header, dict(decoded.claims)


def _without_query(url: str) -> str:
    return url.split("#", 1)[0].split("?", 1)[0]


def _digest(token: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(
        reason=reason,
        headers={"WWW-Authenticate": 'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA PS256"'},
    )

"""Proofs that a client makes with its own key: DPoP (RFC 9449) and the client assertion (RFC 7523).

For tests and demonstration clients; the other side, which checks them, is `local.issuer.dpop` and
`local.issuer.clients` here, and the platform's own identity code in the services.
"""

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from joserfc import jwt
from joserfc.jwk import ECKey


def new_proof_key() -> ECKey:
    """Make a fresh P-256 key pair; its `kid` is its thumbprint (RFC 7638)."""
    return ECKey.generate_key("P-256", auto_kid=True)


def public_jwk(key: ECKey) -> dict[str, Any]:
    """Return only what describes the public point: kty, crv, x, y."""
    jwk = key.as_dict(private=False)
    return {name: jwk[name] for name in ("kty", "crv", "x", "y")}


def token_hash(access_token: str) -> str:
    """Base64url of the token's SHA-256: `ath` of a proof (RFC 9449 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).rstrip(b"=").decode()


def dpop_proof(
    key: ECKey,
    method: str,
    url: str,
    access_token: str | None = None,
    nonce: str | None = None,
    now: float | None = None,
    **overrides: object,
) -> str:
    """Make the value of a `DPoP` header for one request.

    `url` may carry a query; the proof names the address without it. `now` is in seconds since 1970.
    `overrides` replace claims, and a claim given as None is left out: for tests of refusals.
    """
    claims: dict[str, object] = {
        "jti": secrets.token_urlsafe(16),
        "htm": method.upper(),
        "htu": urlunsplit((*urlsplit(url)[:3], "", "")),
        "iat": int(time.time() if now is None else now),
        "ath": None if access_token is None else token_hash(access_token),
        "nonce": nonce,
        **overrides,
    }
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public_jwk(key)}
    return jwt.encode(header, _present(claims), key, algorithms=["ES256"])


def client_assertion(
    key: ECKey, client_id: str, audience: str, now: float | None = None, ttl: int = 60, **overrides: object
) -> str:
    """Make a `client_assertion` by which a client proves itself at the token endpoint (private_key_jwt).

    `audience` is the issuer or its token endpoint; `now` and `ttl` are seconds; `overrides` as for a proof.
    """
    issued = int(time.time() if now is None else now)
    claims: dict[str, object] = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": issued,
        "exp": issued + ttl,
        "jti": secrets.token_urlsafe(16),
        **overrides,
    }
    key.ensure_kid()
    header = {"typ": "JWT", "alg": "ES256", "kid": key.kid}
    return jwt.encode(header, _present(claims), key, algorithms=["ES256"])


def _present(claims: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in claims.items() if value is not None}

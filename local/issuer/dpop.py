"""Checking of DPoP proofs (RFC 9449 §4.3): a proof is good for one request, once, within a minute."""

import hmac
import math
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from starlette.requests import Request

from local.issuer.errors import InvalidProofError
from local.issuer.memory import Clock, Once
from local.issuer.proofs import token_hash

ALGORITHMS = ["ES256"]
#: Seconds that the clocks of client and issuer may differ, and that a proof may be old.
WINDOW_SECONDS = 60
_LONGEST_ID = 256
#: What hostile JOSE input raises: the library's own errors, and Python's on odd keys and deep JSON.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError)


class ProofChecker:
    """Checks proofs, and remembers those that were used."""

    def __init__(self, clock: Clock) -> None:
        """Start with no proof used."""
        self._clock = clock
        self._used = Once(clock)

    def thumbprint(self, request: Request, url: str, access_token: str | None = None) -> str | None:
        """Thumbprint (RFC 7638) of the key that proved this request; None where it carries no proof.

        `url` is the public address of the endpoint; `access_token` the token that the proof must name.
        InvalidProofError where there is a proof and it is not good.
        """
        proofs = request.headers.getlist("dpop")
        if not proofs:
            return None
        if len(proofs) > 1:
            raise InvalidProofError("there is more than one DPoP header")
        key, claims = _read(proofs[0])
        if claims.get("htm") != request.method:
            raise InvalidProofError("htm is not the method of this request")
        if not _same_address(claims.get("htu"), url):
            raise InvalidProofError("htu is not the address of this request")
        if access_token is not None and not _same(claims.get("ath"), token_hash(access_token)):
            raise InvalidProofError("ath is not the hash of the access token")
        thumbprint = key.thumbprint()
        self._spend(claims, thumbprint)
        return thumbprint

    def _spend(self, claims: dict[str, Any], thumbprint: str) -> None:
        issued, identifier = seconds(claims.get("iat")), claims.get("jti")
        if issued is None or abs(self._clock() - issued) > WINDOW_SECONDS:
            raise InvalidProofError("iat is not within a minute of now")
        if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
            raise InvalidProofError("jti is missing or longer than 256 characters")
        if not self._used.first_use(thumbprint, identifier, issued + WINDOW_SECONDS + 1):
            raise InvalidProofError("this proof was used before")


def seconds(value: object) -> float | None:
    """Return a NumericDate (RFC 7519 §2); None for anything else, NaN and infinity included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _read(proof: str) -> tuple[ECKey, dict[str, Any]]:
    try:
        header = jws.extract_compact(proof.encode()).headers()
        jwk = header["jwk"]
        if header.get("typ") != "dpop+jwt" or "d" in jwk:
            raise InvalidProofError("the header must read typ dpop+jwt and carry a public key")
        key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
        return key, jwt.decode(proof, key, algorithms=ALGORITHMS).claims
    except UNREADABLE as error:
        raise InvalidProofError("the proof is not a JWT signed with ES256 by the key in it") from error


def _same(value: object, expected: str) -> bool:
    return isinstance(value, str) and hmac.compare_digest(value.encode(), expected.encode())


def _same_address(value: object, url: str) -> bool:
    """Compare as RFC 3986 §6.2.2 and §6.2.3 say, without query and fragment."""
    return isinstance(value, str) and _plain_address(value) == _plain_address(url) is not None


def _plain_address(url: str) -> tuple[str, str | None, int | None, str] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname, port, parts.path or "/"

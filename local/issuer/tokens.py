"""Minting of tokens, without HTTP: the issuer, the command line and every test mint here.

An access token follows RFC 9068: `typ: at+jwt`, ES256, and the claims iss, aud, sub, client_id, iat, exp,
jti, scope, roles, name; area or bank where the role is bound to one; `cnf.jkt` where the token is bound to a
key (RFC 9449 §6.1).
"""

import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from local.issuer.grants import granted
from local.people import Client, Person, find

AUDIENCE = "forthepoor"
TTL_SECONDS = 900
#: `client_id` of tokens that no client asked for: minted by a test or by the command line.
DEVELOPMENT_CLIENT = "development"

_FILE = "issuer-keys.json"


class Keys:
    """The issuer's signing keys, newest first: the first one signs, all of them are published.

    A key that no longer signs stays published, so that tokens signed by it are good until they expire.
    """

    def __init__(self, keys: list[ECKey]) -> None:
        """Keep private P-256 keys in the order given; ValueError where there is none."""
        if not keys:
            raise ValueError("an issuer needs at least one signing key")
        for key in keys:
            key.ensure_kid()
        self._keys = keys

    @classmethod
    def generate(cls) -> Self:
        """Make one new key, kept nowhere."""
        return cls([_new_key()])

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Read the keys kept in the folder; where there are none, make and keep one."""
        path = directory / _FILE
        try:
            stored = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            keys = cls.generate()
            keys.save(directory)
            return keys
        path.chmod(0o600)
        return cls([ECKey.import_key(jwk) for jwk in stored["keys"]])

    def save(self, directory: Path) -> None:
        """Replace the kept keys in one step; the file is readable by its owner only."""
        content = json.dumps({"keys": [key.as_dict(private=True) for key in self._keys]})
        write_privately(directory / _FILE, content)

    def rotated(self, keep: int = 3) -> Self:
        """Return keys with a new one in front, and at most `keep` in all."""
        return type(self)([_new_key(), *self._keys][:keep])

    @property
    def signing_key(self) -> ECKey:
        """The key that signs."""
        return self._keys[0]

    def jwks(self) -> dict[str, Any]:
        """Public keys as a JWK set (RFC 7517 §5)."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """Sign claims as they are; `typ` goes into the header."""
        header = {"alg": "ES256", "typ": typ, "kid": self.signing_key.kid}
        return jwt.encode(header, claims, self.signing_key, algorithms=["ES256"])

    def verify(self, token: str) -> jwt.Token:
        """Check a signature of ours and return header and claims. JoseError where it is not ours.

        Neither time nor audience is looked at: that is the caller's question.
        """
        return jwt.decode(token, KeySet(list(self._keys)), algorithms=["ES256"])


def access_token(
    keys: Keys,
    person_or_client: Person | Client | str,
    *,
    issuer: str,
    audience: str = AUDIENCE,
    now: float | None = None,
    ttl: int = TTL_SECONDS,
    thumbprint: str | None = None,
    **overrides: object,
) -> str:
    """Mint an access token for a person, a service, or the login of either.

    `now` is in seconds since 1970, `ttl` in seconds; `thumbprint` binds the token to a key. The scopes are
    all that the role may have. `overrides` replace claims (`scope="funds.read"`, `sub="…"`), and a claim that
    is None is left out: for narrower tokens and for tests of refusals. UnknownLoginError where nobody has the
    login.
    """
    who = person_or_client
    if isinstance(who, str):
        who = Client(who) if who.startswith("service:") else find(who)
    issued = int(time.time() if now is None else now)
    own_client = isinstance(who, Client) or who.is_machine
    claims: dict[str, object] = {
        "iss": issuer,
        "aud": audience,
        "sub": who.login,
        "client_id": who.login if own_client else DEVELOPMENT_CLIENT,
        "iat": issued,
        "exp": issued + ttl,
        "jti": secrets.token_urlsafe(16),
        "scope": " ".join(granted(who.role)),
        "roles": [who.role],
        "area": who.area,
        "bank": who.bank,
        "name": who.name,
        "cnf": None if thumbprint is None else {"jkt": thumbprint},
        **overrides,
    }
    return keys.sign({name: value for name, value in claims.items() if value is not None}, "at+jwt")


def write_privately(path: Path, content: str) -> None:
    """Replace a file in one step, readable by its owner only (mode 600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    draft.replace(path)


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)

"""The clients of the issuer, and how each proves who it is at the token endpoint.

- `docs` (the API pages of the gateway) and `mobile` (an app on this machine) are public: they have no secret,
  and PKCE ties the code to whoever asked for it.
- `service:<name>` has a secret (client_secret_basic or client_secret_post).
- `partner-bank:<code>` and `social-registry:<code>` sign an assertion with one of their registered keys
  (private_key_jwt, RFC 7523).
"""

import base64
import binascii
import hmac
import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic import SecretStr
from starlette.requests import Request

from local.issuer.dpop import UNREADABLE, seconds
from local.issuer.errors import InvalidClientError, InvalidRequestError
from local.issuer.memory import Clock, Once
from local.issuer.settings import Settings
from local.issuer.tokens import write_privately
from local.people import Client, Person, UnknownLoginError, find

DOCS, MOBILE = "docs", "mobile"
ASSERTION_ALGORITHMS = ["ES256", "PS256"]
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW_SECONDS = 10
#: An assertion is for one request now; a longer life would have to be remembered as long.
_LONGEST_ASSERTION_SECONDS = 300
_LONGEST_ID = 256
#: RFC 8252 §7.3: a native app listens on loopback, on whatever port it was given.
_NATIVE_REDIRECT = re.compile(r"http://(?:127\.0\.0\.1|\[::1\])(?::[1-9][0-9]{0,4})?/callback")
_FILE = "clients.json"


@dataclass(frozen=True, slots=True)
class PublicClient:
    """A client without a secret."""

    client_id: str


AnyClient = PublicClient | Client | Person


def may_redirect(settings: Settings, client_id: str, uri: str) -> bool:
    """Say whether a code for this public client may go to `uri`, compared exactly."""
    if client_id == DOCS:
        return uri in {f"{origin}/docs/oauth2-redirect" for origin in settings.gateway_origins}
    return client_id == MOBILE and _NATIVE_REDIRECT.fullmatch(uri) is not None


def register_client(data_dir: Path, client_id: str, jwks: dict[str, Any]) -> None:
    """Keep the public keys of a partner; they replace those it had.

    Several keys are good at the same time, so that a partner can change its key without a pause.
    ValueError where the id is neither `partner-bank:<code>` nor `social-registry:<code>`, or a key is not a public
    P-256 key or RSA key of 2048 bits or more.
    """
    try:
        known = client_id.startswith(("partner-bank:", "social-registry:")) and find(client_id)
    except UnknownLoginError:
        known = False
    if not known:
        raise ValueError("a registered client's id reads partner-bank:<code> or social-registry:<code>")
    _key_set(jwks)
    write_privately(data_dir / _FILE, json.dumps({**_registered(data_dir), client_id: jwks}, indent=1))


class Authenticator:
    """Finds out which client is asking at the token endpoint."""

    def __init__(self, settings: Settings, clock: Clock, audiences: tuple[str, ...]) -> None:
        """`audiences` are the names of this issuer that an assertion may be made for."""
        self._settings = settings
        self._clock = clock
        self._audiences = audiences
        self._used = Once(clock)

    def client(self, request: Request, form: dict[str, str]) -> AnyClient:
        """Return the client that proved itself in exactly one way; a public client names itself only.

        InvalidClientError where the proof is not good, InvalidRequestError where it is given in two ways.
        """
        basic = request.headers.get("authorization")
        ways = [basic is not None, "client_secret" in form, "client_assertion" in form]
        if sum(ways) > 1:
            raise InvalidRequestError("the client proves itself in more than one way")
        client: AnyClient
        if basic is not None:
            client = self._by_basic(basic)
        elif "client_assertion" in form:
            client = self._by_assertion(form)
        elif "client_secret" in form:
            client = self._by_secret([(form.get("client_id", ""), form["client_secret"])])
        else:
            client = _public(form.get("client_id"))
        proved = client.login if isinstance(client, Person) else client.client_id
        if form.get("client_id", proved) != proved:
            raise InvalidRequestError("client_id is not that of the client that proved itself")
        return client

    def _by_basic(self, header: str) -> Client:
        scheme, _, encoded = header.partition(" ")
        try:
            pair = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise InvalidClientError("the Authorization header is not well-formed") from error
        if scheme.lower() != "basic":
            raise InvalidClientError("a client proves itself by Basic, in the form or by an assertion")
        name, _, secret = pair.partition(":")
        # RFC 6749 §2.3.1 form-encodes both parts. Many clients do not, and our ids hold a colon themselves.
        plain = [(known, pair[len(known) + 1 :]) for known in self._secrets if pair.startswith(f"{known}:")]
        return self._by_secret([(unquote_plus(name), unquote_plus(secret)), *plain])

    def _by_secret(self, candidates: list[tuple[str, str]]) -> Client:
        for client_id, secret in candidates:
            expected = self._secrets.get(client_id)
            if expected and hmac.compare_digest(expected.get_secret_value().encode(), secret.encode()):
                return Client(client_id)
        raise InvalidClientError("client and secret do not match")

    @property
    def _secrets(self) -> dict[str, SecretStr]:
        return self._settings.service_clients

    def _by_assertion(self, form: dict[str, str]) -> Person:
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise InvalidRequestError("client_assertion_type is not jwt-bearer")
        client_id, claims = self._verified(form["client_assertion"])
        audience = claims.get("aud")
        if isinstance(audience, list) and len(audience) == 1:
            audience = audience[0]
        if audience not in self._audiences:
            raise InvalidClientError("aud of the assertion is neither this issuer nor its token endpoint")
        expires = self._time_of(claims)
        identifier = claims.get("jti")
        if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
            raise InvalidClientError("jti of the assertion is missing or longer than 256 characters")
        if not self._used.first_use(client_id, identifier, expires + _SKEW_SECONDS):
            raise InvalidClientError("the assertion was used before")
        return find(client_id)

    def _verified(self, assertion: str) -> tuple[str, dict[str, Any]]:
        """Return the client and its claims, once the signature is that of one of its keys."""
        try:
            unverified = json.loads(jws.extract_compact(assertion.encode()).payload)
            client_id = unverified["sub"]
            keys = _key_set(_registered(self._settings.data_dir)[client_id])
            claims = jwt.decode(assertion, keys, algorithms=ASSERTION_ALGORITHMS).claims
        except UNREADABLE as error:
            reason = "the assertion is not signed by a registered key of the client"
            raise InvalidClientError(reason) from error
        if not claims.get("iss") == claims.get("sub") == client_id:
            raise InvalidClientError("iss and sub of the assertion must both be the client_id")
        return client_id, claims

    def _time_of(self, claims: dict[str, Any]) -> float:
        now, expires = self._clock(), seconds(claims.get("exp"))
        if expires is None or not now - _SKEW_SECONDS < expires <= now + _LONGEST_ASSERTION_SECONDS:
            raise InvalidClientError("exp of the assertion is missing, past, or more than 5 minutes ahead")
        for name in ("iat", "nbf"):
            begins = seconds(claims.get(name, now))
            if begins is None or begins > now + _SKEW_SECONDS:
                raise InvalidClientError(f"{name} of the assertion is not a time that has come")
        return expires


def _public(client_id: str | None) -> PublicClient:
    if client_id not in {DOCS, MOBILE}:
        raise InvalidClientError("the client is unknown or did not prove itself")
    return PublicClient(client_id)


def _registered(data_dir: Path) -> dict[str, Any]:
    try:
        clients: dict[str, Any] = json.loads((data_dir / _FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return clients


def _key_set(jwks: dict[str, Any]) -> KeySet:
    """Read public keys. ValueError where one is of another kind, private or weak, or where there is none."""
    try:
        # The library warns of RSA keys under 2048 bits; here that is a refusal.
        with warnings.catch_warnings(action="error", category=SecurityWarning):
            keys = KeySet.import_key_set({"keys": jwks["keys"]})
    except (*UNREADABLE, SecurityWarning) as error:
        raise ValueError("jwks must be a JWK set of at least one good key") from error
    for key in keys:
        of_a_kind = isinstance(key, RSAKey) or (isinstance(key, ECKey) and key.curve_name == "P-256")
        if key.is_private or not of_a_kind:
            raise ValueError("each key must be a public P-256 key, or a public RSA key of 2048 bits or more")
    return keys

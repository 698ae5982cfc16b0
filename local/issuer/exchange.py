"""The token endpoint: a code, or a client's own proof, for tokens."""

import base64
import hashlib
import hmac
import re
from typing import assert_never

from starlette.requests import Request
from starlette.responses import Response

from local.issuer.answers import token_answer
from local.issuer.clients import PublicClient
from local.issuer.context import Consent, Issuer, issuer_of
from local.issuer.errors import (
    InvalidGrantError,
    InvalidProofError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
    UnsupportedGrantError,
)
from local.issuer.forms import form_of
from local.issuer.grants import IDENTITY_SCOPES, granted
from local.issuer.tokens import TTL_SECONDS, access_token
from local.people import Client, Person

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


async def token(request: Request) -> Response:
    """Answer RFC 6749 §4.1.3 (authorization_code) and §4.4.2 (client_credentials)."""
    issuer = issuer_of(request)
    form = await form_of(request)
    thumbprint = issuer.proofs.thumbprint(request, issuer.url("/token"))
    grant = form.get("grant_type")
    if grant is None:
        raise InvalidRequestError("grant_type is missing")
    if grant not in {"authorization_code", "client_credentials"}:
        raise UnsupportedGrantError("grant_type must be authorization_code or client_credentials")
    client = issuer.clients.client(request, form)
    match client:
        case PublicClient():
            if grant != "authorization_code":
                raise UnauthorizedClientError("a client without a secret signs people in, not itself")
            return _for_code(issuer, client, form, thumbprint)
        case Client() | Person():
            if grant != "client_credentials":
                raise UnauthorizedClientError("this client signs in for itself, with client_credentials")
            return for_themselves(issuer, client, form, thumbprint)
        case _:
            assert_never(client)


def for_themselves(
    issuer: Issuer,
    who: Client | Person,
    form: dict[str, str],
    thumbprint: str | None,
    *,
    ttl: int = TTL_SECONDS,
    called: str = "client",
) -> Response:
    """Answer with a token of `who`, for the scopes asked for that they may have. InvalidProofError, InvalidScopeError.

    A partner bank without a key is refused: its tokens are always bound to one.
    """
    if who.bank and thumbprint is None:
        raise InvalidProofError("tokens of partner banks are bound to a key: send a DPoP proof")
    scope = " ".join(granted(who.role, form.get("scope", "").split()))
    if not scope:
        raise InvalidScopeError(f"the {called} may have none of the scopes that were asked for")
    minted = access_token(
        issuer.keys,
        who,
        issuer=issuer.settings.issuer,
        now=issuer.clock(),
        ttl=ttl,
        thumbprint=thumbprint,
        scope=scope,
    )
    return token_answer(minted, ttl=ttl, scope=scope, bound=thumbprint is not None)


def _for_code(issuer: Issuer, client: PublicClient, form: dict[str, str], thumbprint: str | None) -> Response:
    consent = _consent(issuer, client, form, thumbprint)
    asked = consent.request.scopes
    identity = [scope for scope in IDENTITY_SCOPES if scope in asked]
    scope = " ".join([*identity, *granted(consent.person.role, asked)])
    minted = access_token(
        issuer.keys,
        consent.person,
        issuer=issuer.settings.issuer,
        now=issuer.clock(),
        thumbprint=thumbprint,
        scope=scope,
        client_id=client.client_id,
    )
    id_token = _id_token(issuer, consent, minted) if "openid" in identity else None
    return token_answer(minted, ttl=TTL_SECONDS, scope=scope, bound=thumbprint is not None, id_token=id_token)


def _consent(issuer: Issuer, client: PublicClient, form: dict[str, str], thumbprint: str | None) -> Consent:
    """Take what the code stands for. A code is gone after the first try, good or bad."""
    verifier = form.get("code_verifier", "")
    if "code" not in form or not _VERIFIER.fullmatch(verifier):
        raise InvalidRequestError("code and code_verifier (43 to 128 characters) are required")
    consent = issuer.codes.take(form["code"])
    if consent is None:
        raise InvalidGrantError("the code is unknown, used or expired")
    wanted = consent.request
    if (wanted.client_id, wanted.redirect_uri) != (client.client_id, form.get("redirect_uri")):
        raise InvalidGrantError("the code was given to another client or for another redirect_uri")
    if not hmac.compare_digest(_digest(verifier), wanted.challenge):
        raise InvalidGrantError("code_verifier does not match the challenge")
    if wanted.thumbprint not in {None, thumbprint}:
        raise InvalidProofError("the code is bound to another key (dpop_jkt)")
    return consent


def _id_token(issuer: Issuer, consent: Consent, minted: str) -> str:
    """OpenID Connect Core §2; `at_hash` is the left half of the access token's SHA-256 (§3.1.3.6)."""
    half = hashlib.sha256(minted.encode()).digest()[:16]
    now = int(issuer.clock())
    claims = {
        "iss": issuer.settings.issuer,
        "sub": consent.person.login,
        "aud": consent.request.client_id,
        "iat": now,
        "exp": now + TTL_SECONDS,
        "auth_time": consent.at,
        "at_hash": _encoded(half),
        "name": consent.person.name,
    }
    if consent.request.nonce is not None:
        claims["nonce"] = consent.request.nonce
    return issuer.keys.sign(claims)


def _digest(verifier: str) -> str:
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

"""Tokens that must not open anything, each with its reason, and the ones that do."""

import base64
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from local.issuer.proofs import dpop_proof, new_proof_key
from local.issuer.tokens import Keys
from tests.kit.conftest import Kit

ADDRESS = "http://127.0.0.1:18000/v1/kit/things"
BANK = "partner-bank:vbsp"


def _b64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(service: Kit) -> str:
    claims = service.token().split(".")[1]
    return f"{_b64({'alg': 'none', 'typ': 'at+jwt'})}.{claims}."


def _signed_with_the_public_key(service: Kit) -> str:
    """The old confusion: a public key used as if it were a shared secret."""
    public = json.dumps(service.keys.jwks()["keys"][0]).encode()
    claims = dict(service.keys.verify(service.token()).claims)
    return jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(public), algorithms=["HS256"])


def _forged(service: Kit) -> str:
    stranger = Keys.generate()
    return stranger.sign(dict(service.keys.verify(service.token()).claims), typ="at+jwt")


def _altered(service: Kit) -> str:
    head, claims, signature = service.token().split(".")
    body = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{head}.{_b64({**body, 'sub': 'district-admin'})}.{signature}"


def _own_key_in_the_header(service: Kit) -> str:
    key = ECKey.generate_key("P-256")
    claims = dict(service.keys.verify(service.token()).claims)
    header = {"alg": "ES256", "typ": "at+jwt", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key, algorithms=["ES256"])


def _identity_token(service: Kit) -> str:
    return service.keys.sign(dict(service.keys.verify(service.token()).claims), typ="JWT")


def _signed(key: ECKey, payload: bytes) -> str:
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, payload, key, algorithms=["ES256"])


def _with_a_short_rsa_key() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        key = RSAKey.generate_key(1024)
        header = {"alg": "RS256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
        return jws.serialize_compact(header, b"{}", key, algorithms=["RS256"])


REFUSED: dict[str, Callable[[Kit], str]] = {
    "alg none": _unsigned,
    "signed with the public key as a secret": _signed_with_the_public_key,
    "signed by a stranger": _forged,
    "altered": _altered,
    "own key in the header": _own_key_in_the_header,
    "an identity token": _identity_token,
    "expired": lambda service: service.token(now=time.time() - 3600),
    "not valid yet": lambda service: service.token(now=time.time() + 3600),
    "another audience": lambda service: service.token(aud="somebody-else"),
    "another issuer": lambda service: service.token(iss="http://127.0.0.1:1"),
    "no expiry": lambda service: service.token(exp=None),
    "nobody": lambda service: service.token(sub=""),
    "a number for a subject": lambda service: service.token(sub=7),
    "not a token": lambda _: "abc",
    "three empty parts": lambda _: "..",
    "too long": lambda _: "a." * 9000,
    "letters of another alphabet": lambda _: "đ.đ.đ",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_token_is_refused(kit: Callable[..., Kit], name: str) -> None:
    service = kit()
    async with service.client(token=None, login=None) as http:
        value = b"Bearer " + REFUSED[name](service).encode()
        answer = await http.get(ADDRESS, headers=[(b"Authorization", value)])
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer  ", "token abc", ""])
async def test_credentials_of_another_kind_are_refused(kit: Callable[..., Kit], header: str) -> None:
    async with kit().client(login=None) as http:
        answer = await http.get(ADDRESS, headers={"Authorization": header})
    assert answer.status_code == 401


async def test_two_authorization_headers_are_one_too_many(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client(login=None) as http:
        both = [("Authorization", f"Bearer {service.token()}")] * 2
        answer = await http.get(ADDRESS, headers=both)
    assert answer.status_code == 401


async def test_a_role_without_the_scope_is_told_what_it_lacks(kit: Callable[..., Kit]) -> None:
    async with kit().client("auditor") as http:
        answer = await http.get(ADDRESS)
    assert (answer.status_code, answer.json()["detail"]) == (403, "Needed: donations.write.")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


async def test_a_token_remembered_as_good_is_refused_once_it_expires(
    kit: Callable[..., Kit], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = kit()
    async with service.client() as http:
        assert (await http.get(ADDRESS)).status_code == 200
        later = time.time() + 901
        monkeypatch.setattr("kit.identity.verifier.time.time", lambda: later)
        assert (await http.get(ADDRESS)).status_code == 401


async def test_a_key_that_the_issuer_retired_opens_nothing(kit: Callable[..., Kit]) -> None:
    service = kit()
    old = service.token()
    fresh = kit(jwks=Keys.generate().jwks())
    async with fresh.client(token=old) as http:
        assert (await http.get(ADDRESS)).status_code == 401


class TestTokensBoundToAKey:
    @staticmethod
    def bound(service: Kit, key: ECKey) -> str:
        return service.token(BANK, thumbprint=key.thumbprint(), scope="donations.write")

    @staticmethod
    def headers(token: str, proof: str, scheme: str = "DPoP") -> dict[str, str]:
        return {"Authorization": f"{scheme} {token}", "DPoP": proof}

    async def test_a_fresh_proof_opens_once_also_across_processes(self, kit: Callable[..., Kit]) -> None:
        one, other = kit(), kit()
        key = new_proof_key()
        token = self.bound(one, key)
        headers = self.headers(token, dpop_proof(key, "GET", ADDRESS, token))
        async with one.client(login=None) as here, other.client(login=None) as there:
            assert (await here.get(ADDRESS, headers=headers)).status_code == 200
            for http in (here, there):
                again = await http.get(ADDRESS, headers=headers)
                assert (again.status_code, again.json()["detail"]) == (401, "the proof was used before")

    async def test_a_bound_token_alone_is_worth_nothing(self, kit: Callable[..., Kit]) -> None:
        service = kit()
        token = self.bound(service, new_proof_key())
        async with service.client(login=None) as http:
            assert (await http.get(ADDRESS, headers={"Authorization": f"Bearer {token}"})).status_code == 401
            assert (await http.get(ADDRESS, headers={"Authorization": f"DPoP {token}"})).status_code == 401

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda key, token: dpop_proof(key, "POST", ADDRESS, token),
            lambda key, token: dpop_proof(key, "GET", ADDRESS + "/1", token),
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token + "x"),
            lambda key, token: dpop_proof(key, "GET", ADDRESS),
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token, now=time.time() - 600),
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token, now=time.time() + 600),
            lambda key, token: dpop_proof(new_proof_key(), "GET", ADDRESS, token),
            lambda key, token: "a.b.c",
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token)[:-6] + "AAAAAA",
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token, iat=float("nan")),
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token, iat=10**400),
            lambda key, token: dpop_proof(key, "GET", ADDRESS, token, iat=True),
            lambda key, token: _signed(key, b'{"a":' + b"[" * 2500),
            lambda key, token: _with_a_short_rsa_key(),
        ],
        ids=[
            "method",
            "address",
            "token",
            "no token",
            "old",
            "early",
            "key",
            "form",
            "signature",
            "not a number",
            "beyond time",
            "a truth for a time",
            "nested without end",
            "a short key",
        ],
    )
    async def test_a_proof_for_something_else_is_refused(
        self, kit: Callable[..., Kit], wrong: Callable[[ECKey, str], str]
    ) -> None:
        service = kit()
        key = new_proof_key()
        token = self.bound(service, key)
        async with service.client(login=None) as http:
            answer = await http.get(ADDRESS, headers=self.headers(token, wrong(key, token)))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("DPoP")

    async def test_a_plain_token_cannot_be_dressed_as_a_bound_one(self, kit: Callable[..., Kit]) -> None:
        service = kit()
        token = service.token()
        proof = dpop_proof(new_proof_key(), "GET", ADDRESS, token)
        async with service.client(login=None) as http:
            assert (await http.get(ADDRESS, headers=self.headers(token, proof))).status_code == 401

    async def test_a_private_or_shared_key_in_a_proof_is_refused(self, kit: Callable[..., Kit]) -> None:
        service = kit()
        key = RSAKey.generate_key(2048)
        token = self.bound(service, new_proof_key())
        for jwk in (key.as_dict(private=True), OctKey.generate_key(256).as_dict(private=True)):
            proof = f"{_b64({'alg': 'RS256', 'typ': 'dpop+jwt', 'jwk': jwk})}.{_b64({'jti': 'x'})}.AAAA"
            async with service.client(login=None) as http:
                assert (await http.get(ADDRESS, headers=self.headers(token, proof))).status_code == 401

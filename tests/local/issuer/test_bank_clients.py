"""Partner banks at the token endpoint, by their key (private_key_jwt)."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from local.issuer.clients import register_client
from local.issuer.proofs import client_assertion, new_proof_key, public_jwk
from tests.local.issuer.asking import BANK, ISSUER, TOKEN_URL, BuildForm, ask, refused, unsigned_part


@pytest.mark.parametrize("audience", [ISSUER, TOKEN_URL])
async def test_a_bank_signs_in_by_its_key_and_its_token_is_bound_to_another(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, audience: str
) -> None:
    proof_key = new_proof_key()
    given = await ask(http, assertion_form(bank_key, audience), proof_key)
    assert given.status_code == 200, given.text
    body = given.json()
    assert (body["token_type"], body["scope"]) == ("DPoP", "loans.read loans.bank")
    claims = unsigned_part(body["access_token"], 1)
    assert (claims["sub"], claims["client_id"], claims["bank"]) == (BANK, BANK, "vbsp")
    assert claims["cnf"] == {"jkt": proof_key.thumbprint()}


async def test_a_bank_without_a_proof_gets_no_token(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm
) -> None:
    assert refused(await ask(http, assertion_form(bank_key)), "invalid_dpop_proof")


async def test_an_assertion_is_good_once(http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm) -> None:
    form = assertion_form(bank_key)
    assert (await ask(http, form, new_proof_key())).status_code == 200
    assert refused(await ask(http, form, new_proof_key()), "invalid_client")


async def test_an_assertion_is_not_good_again_while_its_expiry_is_forgiven(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, clock: Any
) -> None:
    form = assertion_form(bank_key)
    assert (await ask(http, form, new_proof_key(), now=clock.now)).status_code == 200
    clock.now += 65
    assert refused(await ask(http, form, new_proof_key(), now=clock.now), "invalid_client")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "partner-bank:other"},
        {"sub": "partner-bank:other"},
        {"sub": "service:funds", "iss": "service:funds"},
        {"sub": ["partner-bank:vbsp"]},
        {"sub": None},
        {"iss": None},
        {"aud": "https://example.org"},
        {"aud": f"{ISSUER}/"},
        {"aud": [ISSUER, "https://example.org"]},
        {"aud": []},
        {"aud": {}},
        {"aud": None},
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"exp": True},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"nbf": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 300},
    ],
    ids=str,
)
async def test_a_wrong_assertion_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, wrong: dict[str, Any]
) -> None:
    form = assertion_form(bank_key, **wrong)
    assert refused(await ask(http, form, new_proof_key()), "invalid_client")


async def test_an_expired_or_long_lived_assertion_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, clock: Any
) -> None:
    old = assertion_form(bank_key, ttl=-11)
    long_lived = assertion_form(bank_key, ttl=301)
    assert refused(await ask(http, old, new_proof_key(), now=clock.now), "invalid_client")
    assert refused(await ask(http, long_lived, new_proof_key(), now=clock.now), "invalid_client")


async def test_an_assertion_by_another_key_or_by_none_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm
) -> None:
    form = assertion_form(bank_key)
    header, payload, signature = form["client_assertion"].split(".")
    none_header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    claims = unsigned_part(form["client_assertion"], 1)
    public = json.dumps(public_jwk(bank_key))
    shared = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(public), algorithms=["HS256"])
    stranger = client_assertion(new_proof_key(), BANK, ISSUER)
    deep = base64.urlsafe_b64encode(b"[" * 30_000).rstrip(b"=").decode()
    for assertion in (
        f"{none_header}.{payload}.",
        f"{none_header}.{payload}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{header}.{deep}.{signature}",
        f"{deep}.{payload}.{signature}",
        shared,
        stranger,
        "not a token",
        "..",
        "ủ.ủ.ủ",
    ):
        answer = await ask(http, {**form, "client_assertion": assertion}, new_proof_key())
        assert refused(answer, "invalid_client"), assertion


async def test_an_assertion_of_another_type_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm
) -> None:
    form = assertion_form(bank_key) | {"client_assertion_type": "urn:other"}
    assert refused(await ask(http, form, new_proof_key()), "invalid_request")


async def test_a_bank_that_is_not_registered_is_refused(http: httpx2.AsyncClient, assertion_form: BuildForm) -> None:
    assert refused(await ask(http, assertion_form(new_proof_key()), new_proof_key()), "invalid_client")


async def test_several_keys_are_good_at_once_and_a_removed_one_is_not(
    http: httpx2.AsyncClient, assertion_form: BuildForm, tmp_path: Path
) -> None:
    old, new = new_proof_key(), new_proof_key()
    register_client(tmp_path, BANK, {"keys": [key.as_dict(private=False) for key in (old, new)]})
    register_client(tmp_path, "partner-bank:other", {"keys": [public_jwk(new_proof_key())]})
    assert (await ask(http, assertion_form(old), new_proof_key())).status_code == 200
    assert (await ask(http, assertion_form(new), new_proof_key())).status_code == 200
    register_client(tmp_path, BANK, {"keys": [new.as_dict(private=False)]})
    assert refused(await ask(http, assertion_form(old), new_proof_key()), "invalid_client")
    assert (await ask(http, assertion_form(new), new_proof_key())).status_code == 200


async def test_a_bank_may_sign_with_an_rsa_key(
    http: httpx2.AsyncClient, assertion_form: BuildForm, tmp_path: Path
) -> None:
    key = RSAKey.generate_key(2048, auto_kid=True)
    register_client(tmp_path, BANK, {"keys": [key.as_dict(private=False)]})
    form = assertion_form(new_proof_key())
    claims = unsigned_part(form["client_assertion"], 1)
    signed = jwt.encode({"alg": "PS256", "kid": key.kid}, claims, key, algorithms=["PS256"])
    assert (await ask(http, {**form, "client_assertion": signed}, new_proof_key())).status_code == 200

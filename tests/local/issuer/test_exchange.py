"""Machines at the token endpoint: our services by their secret, partner banks by their key."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from local.issuer.clients import register_client
from local.issuer.proofs import client_assertion, dpop_proof, new_proof_key, public_jwk
from local.issuer.tokens import Keys

ISSUER = "http://127.0.0.1:8080"
TOKEN_URL = f"{ISSUER}/token"
BANK = "partner-bank:vbsp"
SECRET = "a secret: with 100% + signs"
BuildForm = Callable[..., dict[str, str]]


def unsigned_part(token: str, index: int) -> dict[str, Any]:
    part = token.split(".")[index]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


async def ask(
    http: httpx2.AsyncClient, form: dict[str, str], key: ECKey | None = None, **claims: Any
) -> httpx2.Response:
    """Ask for a token, with a DPoP proof by `key`; keyword arguments replace claims of the proof."""
    url = claims.pop("url", TOKEN_URL)
    headers = {"DPoP": dpop_proof(key, "POST", url, **claims)} if key else None
    return await http.post("/token", data=form, headers=headers)


def refused(answer: httpx2.Response, error: str) -> bool:
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    assert body["error_description"].isascii()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.status_code == (401 if error == "invalid_client" else 400), body
    return bool(body["error"] == error)


@pytest.mark.parametrize(
    "headers",
    [basic(quote_plus("service:funds"), quote_plus(SECRET)), basic("service:funds", SECRET)],
    ids=["form-encoded as RFC 6749 asks", "plain as most clients send it"],
)
async def test_a_service_signs_in_by_basic(http: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    given = await http.post("/token", data={"grant_type": "client_credentials"}, headers=headers)
    assert given.status_code == 200, given.text
    body = given.json()
    assert (body["token_type"], body["scope"]) == ("Bearer", "households.status events.write")
    claims = unsigned_part(body["access_token"], 1)
    assert (claims["sub"], claims["client_id"]) == ("service:funds", "service:funds")
    assert "id_token" not in body


async def test_a_service_signs_in_by_the_form(http: httpx2.AsyncClient) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": "service:funds",
        "client_secret": SECRET,
        "scope": "events.write campaigns.write",
    }
    assert (await http.post("/token", data=form)).json()["scope"] == "events.write"
    assert refused(await http.post("/token", data={**form, "scope": "campaigns.write"}), "invalid_scope")


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        (basic("service:funds", "wrong"), {}),
        (basic("service:loans", SECRET), {}),
        (basic("", ""), {}),
        ({"Authorization": "Basic ???"}, {}),
        ({"Authorization": "Basic /////w=="}, {}),
        ({"Authorization": "Bearer token"}, {}),
        ({}, {"client_id": "service:funds", "client_secret": "wrong"}),
        ({}, {"client_id": "service:funds"}),
        ({}, {"client_secret": SECRET}),
        ({}, {}),
    ],
)
async def test_a_client_that_does_not_prove_itself_is_refused(
    http: httpx2.AsyncClient, headers: dict[str, str], form: dict[str, str]
) -> None:
    answer = await http.post("/token", data={"grant_type": "client_credentials", **form}, headers=headers)
    assert refused(answer, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_a_client_proves_itself_in_one_way_and_by_one_name(http: httpx2.AsyncClient) -> None:
    good = basic("service:funds", SECRET)
    for more in ({"client_secret": SECRET}, {"client_assertion": "x"}, {"client_id": "service:loans"}):
        form = {"grant_type": "client_credentials", **more}
        assert refused(await http.post("/token", data=form, headers=good), "invalid_request")


async def test_a_service_cannot_sign_people_in(http: httpx2.AsyncClient) -> None:
    form = {"grant_type": "authorization_code", "code": "x"}
    answer = await http.post("/token", data=form, headers=basic("service:funds", SECRET))
    assert refused(answer, "unauthorized_client")


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b'{"grant_type":"client_credentials"}'),
        ("application/x-www-form-urlencoded", b"grant_type=a&grant_type=b"),
        ("application/x-www-form-urlencoded", b"grant_type=%ff"),
        ("application/x-www-form-urlencoded", "grant_type=ủ".encode()),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(60))),
        ("application/x-www-form-urlencoded", b"grant_type=" + b"x" * 70_000),
        ("application/x-www-form-urlencoded", b""),
        ("", b"grant_type=client_credentials"),
    ],
)
async def test_a_malformed_body_is_refused(http: httpx2.AsyncClient, content_type: str, content: bytes) -> None:
    answer = await http.post("/token", content=content, headers={"Content-Type": content_type})
    assert refused(answer, "invalid_request")


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


async def test_a_proof_is_good_once(http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm) -> None:
    key = new_proof_key()
    first = await ask(http, assertion_form(bank_key), key, jti="the same")
    again = await ask(http, assertion_form(bank_key), key, jti="the same")
    others = await ask(http, assertion_form(bank_key), new_proof_key(), jti="the same")
    assert (first.status_code, others.status_code) == (200, 200)
    assert refused(again, "invalid_dpop_proof")


@pytest.mark.parametrize(
    "wrong",
    [
        {"htm": "GET"},
        {"htm": None},
        {"htu": "http://127.0.0.1:8080/authorize"},
        {"htu": "http://127.0.0.1:8081/token"},
        {"htu": "https://127.0.0.1:8080/token"},
        {"htu": "http://example.org/token"},
        {"htu": "http://127.0.0.1:port/token"},
        {"htu": 1},
        {"htu": None},
        {"iat": 1},
        {"iat": 9_999_999_999},
        {"iat": float("nan")},
        {"iat": "now"},
        {"iat": None},
        {"jti": None},
        {"jti": 1},
        {"jti": ""},
        {"jti": "x" * 300},
    ],
    ids=str,
)
async def test_a_wrong_proof_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, wrong: dict[str, Any]
) -> None:
    answer = await ask(http, assertion_form(bank_key), new_proof_key(), **wrong)
    assert refused(answer, "invalid_dpop_proof")


async def test_a_refused_proof_does_not_use_up_the_assertion(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm
) -> None:
    form = assertion_form(bank_key)
    assert refused(await ask(http, form, new_proof_key(), htm="GET"), "invalid_dpop_proof")
    assert (await ask(http, form, new_proof_key())).status_code == 200


async def test_the_address_in_a_proof_is_compared_as_an_address(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm
) -> None:
    for url in (f"{TOKEN_URL}?a=b#c", "HTTP://127.0.0.1:8080/token"):
        assert (await ask(http, assertion_form(bank_key), new_proof_key(), url=url)).status_code == 200


async def test_a_proof_of_another_kind_is_refused(
    http: httpx2.AsyncClient, bank_key: ECKey, assertion_form: BuildForm, clock: Any
) -> None:
    key = new_proof_key()
    claims = {"htm": "POST", "htu": TOKEN_URL, "iat": int(clock.now), "jti": "x"}
    public = public_jwk(key)

    def signed(header: dict[str, Any]) -> str:
        return jwt.encode({"alg": "ES256", **header}, claims, key, default_type=None)

    proofs = [
        signed({"typ": "JWT", "jwk": public}),
        signed({"jwk": public}),
        signed({"typ": "dpop+jwt"}),
        signed({"typ": "dpop+jwt", "jwk": public_jwk(new_proof_key())}),
        signed({"typ": "dpop+jwt", "jwk": key.as_dict(private=True)}),
        signed({"typ": "dpop+jwt", "jwk": {**public, "crv": "P-999"}}),
        signed({"typ": "dpop+jwt", "jwk": {**public, "x": 7}}),
        signed({"typ": "dpop+jwt", "jwk": {}}),
        Keys.generate().sign(claims, "dpop+jwt"),
        "x",
        "",
    ]
    for proof in proofs:
        answer = await http.post("/token", data=assertion_form(bank_key), headers={"DPoP": proof})
        assert refused(answer, "invalid_dpop_proof"), proof
    two = [("DPoP", dpop_proof(key, "POST", TOKEN_URL)), ("DPoP", dpop_proof(key, "POST", TOKEN_URL))]
    answer = await http.post("/token", data=assertion_form(bank_key), headers=two)
    assert refused(answer, "invalid_dpop_proof")

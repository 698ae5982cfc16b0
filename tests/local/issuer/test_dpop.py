"""Proofs of possession at the token endpoint (RFC 9449)."""

from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from local.issuer.proofs import dpop_proof, new_proof_key, public_jwk
from local.issuer.tokens import Keys
from tests.local.issuer.asking import TOKEN_URL, BuildForm, ask, refused


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

"""Whatever is sent, the answer is a refusal and never an accident."""

import base64
import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from local.issuer.proofs import client_assertion, dpop_proof, new_proof_key, public_jwk

ISSUER = "http://127.0.0.1:8080"
KEY = new_proof_key()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
claim_names = st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "htm", "htu", "ath", "nonce", "cnf"])
odd_claims = st.dictionaries(claim_names, json_values.filter(lambda value: value is not None), min_size=1)
odd_headers = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "jwk", "crit", "b64", "cty", "x5c"]),
    json_values | st.just("ES256") | st.just("none") | st.just("dpop+jwt"),
)
odd_keys = st.fixed_dictionaries(
    {},
    optional={
        "kty": st.sampled_from(["EC", "RSA", "oct", "OKP", "", "X"]) | json_values,
        "crv": st.sampled_from(["P-256", "P-384", "secp256k1", "Ed25519", ""]) | json_values,
        "x": st.just(public_jwk(KEY)["x"]) | json_values,
        "y": st.just(public_jwk(KEY)["y"]) | json_values,
        "n": json_values,
        "e": json_values,
        "k": json_values,
        "d": json_values,
        "kid": json_values,
        "use": json_values,
        "key_ops": json_values,
    },
)
# One application answers all examples of a test: what it remembers between them is part of what is tried.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(value: object) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def is_a_refusal(answer: httpx2.Response) -> bool:
    assert answer.status_code in {400, 401, 403}, answer.text
    return set(answer.json()) == {"error", "error_description"} and answer.text.isascii()


@many
@given(claims=odd_claims)
async def test_odd_claims(http: httpx2.AsyncClient, bank_key: ECKey, claims: dict[str, Any]) -> None:
    bank = "partner-bank:vbsp"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    odd_assertion = client_assertion(bank_key, bank, ISSUER, **{"jti": "again", "aud": "", **claims})
    good_proof = dpop_proof(KEY, "POST", f"{ISSUER}/token")
    answer = await http.post("/token", data={**form, "client_assertion": odd_assertion}, headers={"DPoP": good_proof})
    assert is_a_refusal(answer)
    odd_proof = dpop_proof(KEY, "POST", "", **{"htu": "", **claims})
    good_assertion = client_assertion(bank_key, bank, ISSUER)
    answer = await http.post("/token", data={**form, "client_assertion": good_assertion}, headers={"DPoP": odd_proof})
    assert is_a_refusal(answer)


@many
@given(
    header=odd_headers | json_values,
    payload=json_values | st.binary(max_size=30),
    tail=st.text("aA-_.", max_size=5),
)
async def test_odd_tokens(http: httpx2.AsyncClient, header: object, payload: object, tail: str) -> None:
    token = f"{encoded(header)}.{encoded(payload)}.{tail}"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": token,
    }
    assert is_a_refusal(await http.post("/token", data=form))
    assert is_a_refusal(await http.post("/token", data=form, headers={"DPoP": token}))
    for scheme in ("Bearer", "DPoP"):
        headers = {"Authorization": f"{scheme} {token}", "DPoP": token}
        assert is_a_refusal(await http.get("/userinfo", headers=headers))


@many
@given(key=odd_keys)
async def test_odd_keys(http: httpx2.AsyncClient, key: dict[str, object]) -> None:
    proof = f"{encoded({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': key})}.{encoded({})}.AAAA"
    assert is_a_refusal(await http.post("/token", data={"grant_type": "x"}, headers={"DPoP": proof}))
    good = key.get("kty") == "EC" and {"crv", "x", "y"} <= set(key) and "d" not in key
    answer = (
        await http.post("/development/clients", json={"client_id": "partner-bank:odd", "jwks": {"keys": [key]}})
        if _is_json(key)
        else None
    )
    assert answer is None or is_a_refusal(answer) or good


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("path", ["/authorize", "/login", "/token", "/development/token", "/development/clients"])
@many
@given(body=st.binary(max_size=200))
async def test_odd_bodies(http: httpx2.AsyncClient, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await http.post(path, content=body, headers=headers)
    assert 400 <= answer.status_code < 500

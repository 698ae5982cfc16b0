"""The short ways for the command line and for tests."""

from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from local.issuer.proofs import dpop_proof, new_proof_key, public_jwk

ISSUER = "http://127.0.0.1:8080"
URL = f"{ISSUER}/development/token"


async def verified(http: httpx2.AsyncClient, token: str) -> dict[str, Any]:
    keys = KeySet([ECKey.import_key(key) for key in (await http.get("/jwks")).json()["keys"]])
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


async def test_a_token_for_a_login(http: httpx2.AsyncClient) -> None:
    body = (await http.post(URL, data={"as": "commune-officer:12345"})).json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    claims = await verified(http, body["access_token"])
    assert (claims["sub"], claims["area"]) == ("commune-officer:12345", "12345")
    assert claims["exp"] - claims["iat"] == 900


async def test_its_life_and_its_scopes_can_be_chosen(http: httpx2.AsyncClient) -> None:
    form = {"as": "treasurer", "ttl": "60", "scope": "funds.read"}
    body = (await http.post(URL, data=form)).json()
    claims = await verified(http, body["access_token"])
    assert (body["expires_in"], claims["exp"] - claims["iat"], claims["scope"]) == (60, 60, "funds.read")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"as": "nobody"}, "invalid_request"),
        ({"as": "service:funds"}, "invalid_request"),
        ({"as": ""}, "invalid_request"),
        ({}, "invalid_request"),
        ({"as": "donor", "ttl": "0"}, "invalid_request"),
        ({"as": "donor", "ttl": "-1"}, "invalid_request"),
        ({"as": "donor", "ttl": "43201"}, "invalid_request"),
        ({"as": "donor", "ttl": "9" * 5000}, "invalid_request"),
        ({"as": "donor", "ttl": "1.5"}, "invalid_request"),
        ({"as": "donor", "ttl": "٣"}, "invalid_request"),
        ({"as": "donor", "scope": "funds.write"}, "invalid_scope"),
        ({"as": "partner-bank:vbsp"}, "invalid_dpop_proof"),
    ],
)
async def test_a_wrong_wish_is_refused(http: httpx2.AsyncClient, form: dict[str, str], error: str) -> None:
    refused = await http.post(URL, data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, error)


async def test_a_bank_gets_a_token_bound_to_the_key_of_its_proof(http: httpx2.AsyncClient) -> None:
    key = new_proof_key()
    form, headers = {"as": "partner-bank:vbsp"}, {"DPoP": dpop_proof(key, "POST", URL)}
    body = (await http.post(URL, data=form, headers=headers)).json()
    assert body["token_type"] == "DPoP"
    assert (await verified(http, body["access_token"]))["cnf"] == {"jkt": key.thumbprint()}
    again = await http.post(URL, data=form, headers=headers)
    assert again.json()["error"] == "invalid_dpop_proof"


@pytest.mark.parametrize("path", ["/development/token", "/development/clients", "/development/keys"])
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.org"}, {"Origin": ISSUER}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_web_pages_cannot_use_the_short_ways(
    http: httpx2.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    refused = await http.post(path, data={"as": "district-admin"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (403, "access_denied")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"7",
        b"null",
        b"[" * 60_000,
        b"\xff",
        b'{"client_id":"partner-bank:vbsp"}',
        b'{"client_id":"partner-bank:vbsp","jwks":[]}',
        b'{"client_id":"partner-bank:vbsp","jwks":{"keys":[]}}',
        b'{"client_id":7,"jwks":{"keys":[]}}',
        b'{"client_id":"treasurer","jwks":{"keys":[]}}',
        b"{" + b" " * 70_000,
    ],
    ids=range(13),
)
async def test_a_wrong_registration_is_refused(http: httpx2.AsyncClient, content: bytes) -> None:
    refused = await http.post("/development/clients", content=content)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


async def test_a_private_key_is_not_taken(http: httpx2.AsyncClient) -> None:
    key = new_proof_key().as_dict(private=True)
    asked = {"client_id": "partner-bank:vbsp", "jwks": {"keys": [key]}}
    refused = await http.post("/development/clients", json=asked)
    assert refused.status_code == 400
    assert str(key["d"]) not in refused.text


async def test_several_keys_can_be_registered(http: httpx2.AsyncClient) -> None:
    keys = [public_jwk(new_proof_key()) for _ in range(2)]
    answer = await http.post("/development/clients", json={"client_id": "partner-bank:vbsp", "jwks": {"keys": keys}})
    assert (answer.status_code, answer.json()) == (201, {"client_id": "partner-bank:vbsp", "keys": 2})


async def test_the_signing_key_can_be_changed_while_old_tokens_live(http: httpx2.AsyncClient) -> None:
    old = (await http.post(URL, data={"as": "auditor"})).json()["access_token"]
    answer = await http.post("/development/keys")
    assert (answer.status_code, len(answer.json()["keys"])) == (201, 2)
    new = (await http.post(URL, data={"as": "auditor"})).json()["access_token"]
    assert (await verified(http, old))["sub"] == (await verified(http, new))["sub"] == "auditor"
    kids = [jwt.decode(token, _any_key(answer.json()), algorithms=["ES256"]).header["kid"] for token in (new, old)]
    assert kids == [key["kid"] for key in answer.json()["keys"]]


def _any_key(jwks: dict[str, Any]) -> KeySet:
    return KeySet([ECKey.import_key(key) for key in jwks["keys"]])

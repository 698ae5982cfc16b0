"""From a code to tokens, and to who is signed in."""

from typing import Any

import httpx2
import pytest

from local.issuer.proofs import dpop_proof, new_proof_key
from local.issuer.tokens import Keys
from tests.local.issuer.visits import ISSUER, Visit


async def test_without_openid_there_is_no_identity_token_and_no_userinfo(
    visit: Visit, http: httpx2.AsyncClient
) -> None:
    body = (await visit.exchange(await visit.code(scope="funds.read"))).json()
    assert "id_token" not in body
    assert body["scope"] == "funds.read"
    me = await http.get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert (me.status_code, me.json()["error"]) == (403, "insufficient_scope")


async def test_a_code_is_good_once(visit: Visit) -> None:
    code = await visit.code()
    assert (await visit.exchange(code)).status_code == 200
    again = await visit.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(visit: Visit, clock: Any) -> None:
    code = await visit.code()
    clock.now += 61
    assert (await visit.exchange(code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "v" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "v" * 42}, "invalid_request"),
        ({"redirect_uri": "http://localhost:8000/docs/oauth2-redirect"}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_grant"),
        ({"client_id": "mobile"}, "invalid_grant"),
        ({"client_id": "other"}, "invalid_client"),
        ({"client_id": "service:funds"}, "invalid_client"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
async def test_a_code_is_good_for_its_own_request_only(visit: Visit, changes: dict[str, str], error: str) -> None:
    refused = await visit.exchange(await visit.code(), **changes)
    assert refused.json()["error"] == error
    assert refused.status_code == (401 if error == "invalid_client" else 400)


async def test_a_code_tried_with_a_wrong_verifier_is_gone(visit: Visit) -> None:
    code = await visit.code()
    assert (await visit.exchange(code, code_verifier="v" * 43)).status_code == 400
    assert (await visit.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_bound_to_a_key_needs_a_proof_of_that_key(visit: Visit) -> None:
    key, other = new_proof_key(), new_proof_key()
    url = f"{ISSUER}/token"
    for proof in (None, dpop_proof(other, "POST", url)):
        code = await visit.code(dpop_jkt=key.thumbprint())
        refused = await visit.exchange(code, proof=proof)
        assert refused.json()["error"] == "invalid_dpop_proof"
    code = await visit.code(dpop_jkt=key.thumbprint())
    given = await visit.exchange(code, proof=dpop_proof(key, "POST", url))
    assert given.json()["token_type"] == "DPoP"


async def test_a_bound_token_is_worth_nothing_without_its_key(visit: Visit, http: httpx2.AsyncClient) -> None:
    key = new_proof_key()
    proof = dpop_proof(key, "POST", f"{ISSUER}/token")
    token = (await visit.exchange(await visit.code(), proof=proof)).json()["access_token"]
    me = f"{ISSUER}/userinfo"
    wrong: list[dict[str, str]] = [
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"DPoP {token}"},
        {"Authorization": f"DPoP {token}", "DPoP": dpop_proof(key, "GET", me)},
        {"Authorization": f"DPoP {token}", "DPoP": dpop_proof(key, "GET", me, "another token")},
        {"Authorization": f"DPoP {token}", "DPoP": dpop_proof(new_proof_key(), "GET", me, token)},
    ]
    for headers in wrong:
        refused = await http.get("/userinfo", headers=headers)
        assert refused.status_code == 401
        assert "DPoP" in refused.headers["www-authenticate"]
    good = {"Authorization": f"DPoP {token}", "DPoP": dpop_proof(key, "GET", me, token)}
    assert (await http.get("/userinfo", headers=good)).json()["sub"] == "treasurer"
    assert (await http.get("/userinfo", headers=good)).status_code == 401


async def test_a_token_that_is_not_bound_is_used_as_bearer(visit: Visit, http: httpx2.AsyncClient) -> None:
    token = (await visit.exchange(await visit.code())).json()["access_token"]
    proof = dpop_proof(new_proof_key(), "GET", f"{ISSUER}/userinfo", token)
    refused = await http.get("/userinfo", headers={"Authorization": f"DPoP {token}", "DPoP": proof})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


async def test_userinfo_wants_a_token_of_this_issuer_that_has_not_expired(
    visit: Visit, http: httpx2.AsyncClient, clock: Any
) -> None:
    body = (await visit.exchange(await visit.code())).json()
    foreign = Keys.generate().sign({"sub": "treasurer"}, "at+jwt")
    for credentials in (
        "",
        "Basic x",
        "Bearer ",
        "Bearer x",
        f"Bearer {foreign}",
        f"Bearer {body['id_token']}",
    ):
        refused = await http.get("/userinfo", headers={"Authorization": credentials})
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    clock.now += 901
    old = await http.get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert old.status_code == 401

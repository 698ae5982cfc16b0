"""From the application to the login page and back, as a browser goes."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from local.issuer.proofs import dpop_proof, new_proof_key
from local.issuer.tokens import Keys

ISSUER = "http://127.0.0.1:8080"
DOCS_REDIRECT = "http://127.0.0.1:8000/docs/oauth2-redirect"


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Visit:
    """One browser, with one application behind it."""

    http: httpx2.AsyncClient
    verifier: str
    client_id: str = "docs"
    redirect_uri: str = DOCS_REDIRECT

    async def ask(self, **changes: str | None) -> httpx2.Response:
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile",
            "state": "a state & more",
            "nonce": "a nonce",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        params = {name: value for name, value in asked.items() if value is not None}
        return await self.http.get("/authorize", params=params)

    async def choose(self, page: httpx2.Response, login: str, **headers: str) -> httpx2.Response:
        handle = re.search(r'name="request" value="([^"]+)"', page.text)
        assert handle, page.text
        sent = [(name.encode(), value.encode()) for name, value in {"Origin": ISSUER, **headers}.items()]
        return await self.http.post("/login", data={"request": handle[1], "login": login}, headers=sent)

    async def code(self, login: str = "treasurer", **changes: str | None) -> str:
        back = await self.choose(await self.ask(**changes), login)
        assert back.status_code == 303, back.text
        return answer_in(back)["code"]

    async def exchange(self, code: str, /, *, proof: str | None = None, **changes: str) -> httpx2.Response:
        headers = {} if proof is None else {"DPoP": proof}
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code": code,
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.http.post("/token", data=form, headers=headers)


def answer_in(back: httpx2.Response) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(back.headers["location"]).query).items()}


@pytest.fixture
def visit(http: httpx2.AsyncClient) -> Visit:
    return Visit(http, secrets.token_urlsafe(48))


async def test_a_person_signs_in_with_pkce_and_the_application_learns_who_it_is(
    visit: Visit, http: httpx2.AsyncClient
) -> None:
    back = await visit.choose(await visit.ask(), "commune-officer:04132")
    assert back.headers["location"].startswith(f"{DOCS_REDIRECT}?")
    answer = answer_in(back)
    assert (answer["state"], answer["iss"]) == ("a state & more", ISSUER)
    given = await visit.exchange(answer["code"])
    assert given.status_code == 200
    assert given.headers["cache-control"] == "no-store"
    body = given.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert body["scope"] == "openid profile beneficiaries.read beneficiaries.write impact.read"
    published = KeySet([ECKey.import_key(key) for key in (await http.get("/jwks")).json()["keys"]])
    token = jwt.decode(body["access_token"], published, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt"
    assert (token.claims["client_id"], token.claims["area"]) == ("docs", "04132")
    assert token.claims["scope"] == body["scope"]
    identity = jwt.decode(body["id_token"], published, algorithms=["ES256"]).claims
    assert (identity["sub"], identity["aud"], identity["nonce"]) == (
        "commune-officer:04132",
        "docs",
        "a nonce",
    )
    digest = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert identity["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    me = await http.get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert me.json() == {
        "sub": "commune-officer:04132",
        "name": "Lường Thị Mai",
        "roles": ["commune-officer"],
        "area": "04132",
    }


async def test_the_page_speaks_vietnamese_first_and_runs_nothing(visit: Visit) -> None:
    page = await visit.ask()
    assert page.status_code == 200
    assert '<html lang="vi">' in page.text
    assert page.text.index("Đăng nhập") < page.text.index("Sign in")
    assert "<script" not in page.text
    assert page.text.count('name="login"') == 15
    assert "partner-bank" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    # Browsers hold the redirect after the form to this, too.
    assert policy.endswith("form-action 'self' http://127.0.0.1:8000")
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_the_style_sheet_is_the_one_that_the_policy_allows(visit: Visit) -> None:
    page = await visit.ask()
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]


async def test_an_authorization_request_may_come_as_a_form(visit: Visit, http: httpx2.AsyncClient) -> None:
    page = await http.post(
        "/authorize",
        data={
            "response_type": "code",
            "client_id": "docs",
            "redirect_uri": DOCS_REDIRECT,
            "code_challenge": challenge_of(visit.verifier),
            "code_challenge_method": "S256",
        },
    )
    assert (await visit.choose(page, "donor")).status_code == 303


@pytest.mark.parametrize(
    ("client_id", "redirect_uri"),
    [
        ("docs", "https://example.org/docs/oauth2-redirect"),
        ("docs", "//example.org"),
        ("docs", DOCS_REDIRECT + "/"),
        ("docs", DOCS_REDIRECT + "?next=https://example.org"),
        ("docs", DOCS_REDIRECT + "#fragment"),
        ("docs", "http://127.0.0.1:8000@example.org/docs/oauth2-redirect"),
        ("docs", "http://127.0.0.1:8001/docs/oauth2-redirect"),
        ("docs", "http://127.0.0.1:8000/docs/../docs/oauth2-redirect"),
        ("docs", "javascript:alert(1)"),
        ("docs", ""),
        ("mobile", DOCS_REDIRECT),
        ("mobile", "http://127.0.0.1:5000@example.org/callback"),
        ("mobile", "http://127.0.0.1.example.org:5000/callback"),
        ("mobile", "http://example.org/callback"),
        ("mobile", "http://127.0.0.1:5000/callback\n"),
        ("mobile", "http://127.0.0.1:5000/other"),
        ("service:funds", DOCS_REDIRECT),
        ("", DOCS_REDIRECT),
        ("<b>", DOCS_REDIRECT),
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(
    visit: Visit, client_id: str, redirect_uri: str
) -> None:
    refused = await visit.ask(client_id=client_id, redirect_uri=redirect_uri)
    assert refused.status_code == 400
    assert "location" not in refused.headers
    assert "chưa được đăng ký" in refused.text
    assert "<b>" not in refused.text


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.1:49152/callback",
        "http://127.0.0.1:5/callback",
        "http://[::1]:49152/callback",
        "http://127.0.0.1/callback",
    ],
)
async def test_a_native_app_is_answered_on_loopback_at_whatever_port_it_listens(
    http: httpx2.AsyncClient, redirect_uri: str
) -> None:
    visit = Visit(http, secrets.token_urlsafe(48), "mobile", redirect_uri)
    given = await visit.exchange(await visit.code("donor"))
    assert given.json()["token_type"] == "Bearer"


async def test_the_api_pages_may_be_open_as_localhost(http: httpx2.AsyncClient) -> None:
    visit = Visit(http, secrets.token_urlsafe(48), "docs", "http://localhost:8000/docs/oauth2-redirect")
    assert (await visit.exchange(await visit.code())).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"dpop_jkt": "?"}, "invalid_request"),
        ({"nonce": "n" * 3000}, "invalid_request"),
    ],
)
async def test_another_fault_is_told_to_the_application(
    visit: Visit, changes: dict[str, str | None], error: str
) -> None:
    back = await visit.ask(**changes)
    assert back.status_code == 303
    answer = answer_in(back)
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state & more", ISSUER)


async def test_a_parameter_given_twice_is_refused_on_a_page(http: httpx2.AsyncClient) -> None:
    refused = await http.get(f"/authorize?client_id=docs&client_id=mobile&redirect_uri={DOCS_REDIRECT}")
    assert (refused.status_code, "location" in refused.headers) == (400, False)


async def test_a_state_cannot_break_out_of_the_address(visit: Visit) -> None:
    back = await visit.choose(await visit.ask(state="x\r\nSet-Cookie: a=b&code=forged"), "donor")
    assert "set-cookie" not in back.headers
    assert answer_in(back)["state"] == "x\r\nSet-Cookie: a=b&code=forged"


async def test_another_browser_cannot_finish_a_login(visit: Visit, http: httpx2.AsyncClient) -> None:
    page = await visit.ask()
    http.cookies.clear()
    refused = await visit.choose(page, "district-admin")
    assert (refused.status_code, "location" in refused.headers) == (400, False)


async def test_a_page_of_somebody_else_cannot_send_the_form(visit: Visit) -> None:
    page = await visit.ask()
    for origin in ("https://example.org", "null", "http://127.0.0.1:8000"):
        assert (await visit.choose(page, "district-admin", Origin=origin)).status_code == 400
    assert (await visit.choose(page, "district-admin")).status_code == 303


async def test_a_cookie_of_another_alphabet_is_only_a_wrong_cookie(visit: Visit, http: httpx2.AsyncClient) -> None:
    page = await visit.ask()
    http.cookies.clear()
    refused = await visit.choose(page, "donor", Cookie="forthepoor_login=ủ")
    assert refused.status_code == 400


async def test_one_page_signs_in_once(visit: Visit) -> None:
    page = await visit.ask()
    assert (await visit.choose(page, "donor")).status_code == 303
    assert (await visit.choose(page, "treasurer")).status_code == 400


async def test_a_page_left_open_too_long_has_expired(visit: Visit, clock: Any) -> None:
    page = await visit.ask()
    clock.now += 601
    assert (await visit.choose(page, "donor")).status_code == 400


async def test_two_tabs_of_one_browser_can_both_be_finished(visit: Visit) -> None:
    first, second = await visit.ask(), await visit.ask()
    assert (await visit.choose(first, "donor")).status_code == 303
    assert (await visit.choose(second, "treasurer")).status_code == 303


@pytest.mark.parametrize("login", ["", "nobody", "partner-bank:vbsp", "service:funds"])
async def test_machines_and_strangers_do_not_use_the_page(visit: Visit, login: str) -> None:
    page = await visit.ask()
    assert (await visit.choose(page, login)).status_code == 400
    assert (await visit.choose(page, "donor")).status_code == 303


async def test_a_person_who_may_have_nothing_of_what_is_asked_gets_no_code(visit: Visit) -> None:
    back = await visit.choose(await visit.ask(scope="openid support.approve"), "treasurer")
    assert answer_in(back)["error"] == "invalid_scope"


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

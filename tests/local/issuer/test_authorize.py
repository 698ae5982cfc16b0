"""From the application to the login page and back, as a browser goes."""

import base64
import hashlib
import re
import secrets
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.local.issuer.visits import DOCS_REDIRECT, ISSUER, Visit, answer_in, challenge_of


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
    assert (
        body["scope"]
        == "openid profile beneficiaries.read beneficiaries.write changes.propose changes.decide impact.read"
    )
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
    assert page.text.count('name="login"') == 23
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

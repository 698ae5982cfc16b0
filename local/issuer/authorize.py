"""From an authorization request to a code: RFC 6749 §4.1 with PKCE (RFC 7636, S256 only) and RFC 9207.

A fault in the client or in the address to return to is shown on a page (RFC 9700 §4.11); every other fault is
sent to that address. Each login shows the page: there is no session, so that changing from one person to
another is one click.
"""

import hmac
import re
import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from local.issuer.clients import may_redirect
from local.issuer.context import LOGIN_SECONDS, Consent, Issuer, LoginRequest, issuer_of
from local.issuer.errors import (
    InvalidRequestError,
    InvalidScopeError,
    LoginRequiredError,
    OAuthError,
    RequestNotSupportedError,
    UnsupportedResponseError,
)
from local.issuer.forms import form_of, parameters
from local.issuer.grants import granted
from local.issuer.page import login_page, refusal_page
from local.people import Person, UnknownLoginError, everybody, find

_COOKIE = "forthepoor_login"
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST = 2048


async def authorize(request: Request) -> Response:
    """Show the login page for a good request (OpenID Connect Core §3.1.2.1: GET and POST)."""
    issuer = issuer_of(request)
    try:
        asked = await form_of(request) if request.method == "POST" else parameters(_query(request))
    except InvalidRequestError:
        return refusal_page("Yêu cầu đăng nhập không hợp lệ.", "The sign-in request is malformed.")
    client_id, redirect_uri = asked.get("client_id", ""), asked.get("redirect_uri", "")
    if not may_redirect(issuer.settings, client_id, redirect_uri):
        return refusal_page(
            "Ứng dụng hoặc địa chỉ quay lại chưa được đăng ký.",
            "The application or its return address is not registered.",
        )
    browser = request.cookies.get(_COOKIE, "")
    if not _DIGEST.fullmatch(browser):
        browser = secrets.token_urlsafe(32)
    try:
        wanted = _login_request(asked, browser)
    except OAuthError as error:
        return _back(issuer, redirect_uri, asked.get("state"), error=error.code, error_description=error.because)
    page = login_page(everybody(), handle=issuer.logins.put(wanted), client=client_id, redirect_uri=redirect_uri)
    # Strict: the form is only ever sent from our own page. Loopback has no TLS, hence not Secure.
    page.set_cookie(_COOKIE, browser, max_age=LOGIN_SECONDS, path="/", httponly=True, samesite="strict", secure=False)
    return page


async def login(request: Request) -> Response:
    """Take the choice made on the page, once, from the browser that saw it, and send it back with a code."""
    issuer = issuer_of(request)
    try:
        form = await form_of(request)
    except InvalidRequestError:
        form = {}
    wanted = issuer.logins.look(form.get("request", ""))
    own_browser = wanted and _same(wanted.browser, request.cookies.get(_COOKIE, ""))
    own_page = request.headers.get("origin", issuer.settings.issuer) in {
        issuer.settings.issuer,
        _own(request),
    }
    if wanted is None or not own_browser or not own_page:
        return refusal_page(
            "Trang đăng nhập đã hết hạn hoặc không thuộc trình duyệt này. Hãy bắt đầu lại từ ứng dụng.",
            "This sign-in page has expired or belongs to another browser. Start again from the application.",
        )
    person = _person(form.get("login", ""))
    if person is None:
        return refusal_page("Không có người này trong danh bạ.", "Nobody in the directory has this login.")
    issuer.logins.take(form["request"])
    if not granted(person.role, wanted.scopes):
        error = InvalidScopeError("the person may have none of the scopes that were asked for")
        answer = {"error": error.code, "error_description": error.because}
    else:
        answer = {"code": issuer.codes.put(Consent(wanted, person, int(issuer.clock())))}
    return _back(issuer, wanted.redirect_uri, wanted.state, **answer)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _query(request: Request) -> bytes:
    query: bytes = request.scope["query_string"]
    return query


def _own(request: Request) -> str:
    """Origin under which this request reached us: loopback by one of its names, as the guard has checked."""
    return f"http://{request.headers['host']}"


def _person(login: str) -> Person | None:
    """Person of the login. Partners are machines and prove themselves by their key, never here."""
    try:
        person = find(login)
    except UnknownLoginError:
        return None
    return None if person.is_machine else person


def _login_request(asked: dict[str, str], browser: str) -> LoginRequest:
    if "request" in asked or "request_uri" in asked:
        raise RequestNotSupportedError("request objects are not supported")
    if asked.get("response_type") != "code":
        raise UnsupportedResponseError("response_type must be code")
    if asked.get("response_mode", "query") != "query":
        raise InvalidRequestError("response_mode must be query")
    if "none" in asked.get("prompt", "").split():
        raise LoginRequiredError("a person must choose on the page")
    challenge = asked.get("code_challenge", "")
    if asked.get("code_challenge_method") != "S256" or not _DIGEST.fullmatch(challenge):
        raise InvalidRequestError("PKCE is required: code_challenge with code_challenge_method=S256")
    thumbprint = asked.get("dpop_jkt")
    if thumbprint is not None and not _DIGEST.fullmatch(thumbprint):
        raise InvalidRequestError("dpop_jkt is not a thumbprint")
    if any(len(value) > _LONGEST for value in asked.values()):
        raise InvalidRequestError("a parameter is longer than 2048 characters")
    return LoginRequest(
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        scopes=tuple(asked.get("scope", "").split()),
        challenge=challenge,
        thumbprint=thumbprint,
        browser=browser,
    )


def _back(issuer: Issuer, redirect_uri: str, state: str | None, **answer: str) -> Response:
    """Return to the client, with `iss` beside every answer (RFC 9207); 303 does not send the form on."""
    fields = {**answer, "iss": issuer.settings.issuer}
    if state is not None:
        fields["state"] = state
    return RedirectResponse(f"{redirect_uri}?{urlencode(fields)}", status_code=303)

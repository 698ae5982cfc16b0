"""The pages that a person sees, Vietnamese first: plain HTML, no script, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

from local.people import Person

_STYLE = """
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;
color:#1c2a22;background:#fff}
h1{font-size:1.5rem;margin-bottom:.2rem}
.note{background:#fff4d6;border-left:.3rem solid #b57a00;padding:.5rem .8rem}
ul{list-style:none;padding:0;display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr))}
button{width:100%;min-height:4.6rem;text-align:left;font:inherit;padding:.6rem .8rem;border:1px solid #48705a;
border-radius:.4rem;background:#f2f8f4;color:inherit;cursor:pointer}
button:hover,button:focus{background:#d9ecdf;outline:.15rem solid #1f6b41}
strong,small{display:block}
code{font-size:.85rem}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_PAGE = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>{body}</main></body>
</html>
"""

_LOGIN = """<h1>Đăng nhập – Vì người nghèo</h1>
<p lang="en">Sign in – For the Poor</p>
<p class="note">Chỉ dùng để phát triển trên máy này: không có mật khẩu, người trong danh bạ là hư cấu.<br>
<span lang="en">For development on this machine only: no passwords, and the people are invented.</span></p>
<p>Ứng dụng <code>{client}</code> muốn biết bạn là ai. Hãy chọn:<br>
<span lang="en">The application <code>{client}</code> asks who you are. Choose:</span></p>
<form method="post" action="/login">
<input type="hidden" name="request" value="{handle}">
<ul>
{people}
</ul>
</form>"""

_PERSON = """<li><button type="submit" name="login" value="{login}"><strong>{name}</strong>
<small>{vi}</small><small lang="en">{en}</small><code>{login}</code></button></li>"""

_REFUSAL = """<h1>Không thể đăng nhập</h1>
<p>{vi}</p>
<p lang="en">{en}</p>"""


def login_page(people: Iterable[Person], *, handle: str, client: str, redirect_uri: str) -> HTMLResponse:
    """Offer the people as buttons of one form.

    Browsers apply `form-action` to the redirect that answers the form, too; so the address that the code goes
    to is named. A source expression cannot name an IPv6 address (CSP3 §2.3.1): the scheme stands for it.
    """
    buttons = "\n".join(
        _PERSON.format(login=escape(one.login), name=escape(one.name), vi=escape(one.duty_vi), en=escape(one.duty_en))
        for one in people
    )
    body = _LOGIN.format(client=escape(client), handle=escape(handle), people=buttons)
    origin = "/".join(redirect_uri.split("/", 3)[:3])
    return _page("Đăng nhập – Vì người nghèo", body, goes_to="http:" if "[" in origin else origin)


def refusal_page(vi: str, en: str, status: int = 400) -> HTMLResponse:
    """Say in both languages why nobody can sign in, where there is no address to send the refusal to."""
    body = _REFUSAL.format(vi=escape(vi), en=escape(en))
    return _page("Không thể đăng nhập – Vì người nghèo", body, status=status)


def _page(title: str, body: str, *, status: int = 200, goes_to: str = "") -> HTMLResponse:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {goes_to}".rstrip()
    )
    headers = {"Content-Security-Policy": policy, "Content-Language": "vi, en"}
    return HTMLResponse(_PAGE.format(title=escape(title), style=_STYLE, body=body), status, headers)

"""Loopback only, a second time: the address that asks, and the name that it asks for.

Binding to loopback keeps other machines out. Two ways lead around it, and both are closed here: a proxy on
this machine that passes on what strangers send, and a web page whose name was re-pointed at 127.0.0.1 (DNS
rebinding).
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.issuer.answers import refusal
from local.issuer.errors import AccessDeniedError
from local.issuer.settings import LOOPBACK

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_ALWAYS = {
    "Cache-Control": "no-store",
    # Not no-referrer: browsers would then send `Origin: null` with our own login form.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class LoopbackOnly:
    """ASGI middleware: answers 403 unless peer and `Host` are loopback and no proxy stands between."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        reason = _why_not(scope)
        answer = self._app if reason is None else refusal(AccessDeniedError(reason))
        await answer(scope, receive, with_headers)


def _why_not(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    peer = scope.get("client") or ("", 0)
    if scope["type"] != "http" or peer[0] not in LOOPBACK:
        return "the development issuer answers its own machine only"
    if any(name in headers for name in _FORWARDED):
        return "the development issuer is not asked through a proxy"
    try:
        host = urlsplit(f"http://{headers.get('host', '')}").hostname
    except ValueError:
        host = None
    return None if host in LOOPBACK else "the development issuer answers to the names of loopback only"

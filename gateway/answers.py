"""Answers that the gateway gives itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import orjson
from multidict import CIMultiDict

from gateway.asgi import Headers, Scope, Send
from kit.problems import Language, Problem, language_of, render

SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
# A page of ours needs its own style sheet and pictures, and nothing from anywhere else.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a handler of ours needs to know of a request."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    language: Language
    request_id: str
    client: str
    passing: CIMultiDict[str]  # what a service would be sent


@dataclass(slots=True)
class Answer:
    """A whole answer; `headers` are added to Content-Type, Content-Length and Date."""

    body: bytes
    content_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(orjson.dumps(value), "application/json", status, {"cache-control": "no-store", **named})


def page_answer(html: str, language: Language, status: int = 200, policy: str = PAGE_POLICY) -> Answer:
    return Answer(
        html.encode(),
        "text/html; charset=utf-8",
        status,
        {
            **SAFE,
            "content-language": language,
            "content-security-policy": policy,
            "cache-control": "no-cache",
            "vary": "accept-language",
        },
    )


def problem_answer(problem: Problem, language: Language, request_id: str) -> Answer:
    return Answer(
        render(problem, language, request_id),
        "application/problem+json",
        int(type(problem).status),
        {
            "cache-control": "no-store",
            "content-language": language,
            "vary": "accept-language",
            **problem.headers,
        },
    )


def etag_of(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:32]}"'


def revalidated(asked: Asked, answer: Answer, etag: str) -> Answer:
    """Return the answer under `etag`, or 304 where the client has it already."""
    answer.headers["etag"] = etag
    known = asked.headers.get(b"if-none-match", b"").decode("latin-1")
    if known == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}:
        return Answer(b"", answer.content_type, HTTPStatus.NOT_MODIFIED, answer.headers)
    return answer


def language_in(headers: Headers) -> Language:
    """Return the language for a request whose headers were not read yet."""
    found = next((value for name, value in headers if name == b"accept-language"), b"")
    return language_of(found.decode("latin-1"))


async def send_answer(scope: Scope, send: Send, answer: Answer, more: Headers) -> None:
    """Send it; to HEAD without its body, to 304 without body and length."""
    headers: Headers = [
        (b"date", formatdate(usegmt=True).encode()),
        *((name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()),
        *more,
    ]
    if answer.status != HTTPStatus.NOT_MODIFIED:
        headers.append((b"content-type", answer.content_type.encode()))
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})

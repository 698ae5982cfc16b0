"""Which headers pass, in which direction.

client ──▶ gateway   hop-by-hop headers (RFC 9110 §7.6.1) end here, and so does whatever a client says about who it is
or how it came, except its token: only the gateway may say that to a service
gateway ──▶ service  X-Request-Id, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, traceparent: always ours
service ──▶ client   hop-by-hop headers end here; X-Request-Id is ours
"""

import re
from random import getrandbits
from typing import NamedTuple

from multidict import CIMultiDict, istr
from uuid_utils import uuid7

from gateway.asgi import Headers
from gateway.settings import Settings
from kit.problems import HeadersTooLarge, Malformed

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
# Claims about identity, origin or routing that a client could make to fool a service.
_CLAIMS = frozenset(
    {
        b"host",  # aiohttp writes the upstream's
        b"expect",  # answered here: a body that is refused is never asked for
        b"forwarded",
        b"via",
        b"baggage",
        b"on-behalf-of",
        b"remote-user",
        b"true-client-ip",
        b"x-request-id",
        b"x-correlation-id",
        b"x-real-ip",
        b"x-http-method",
        b"x-http-method-override",
        b"x-method-override",
    }
)
_CLAIM_PREFIXES = (
    b"x-forwarded",
    b"x-actor",
    b"x-user",
    b"x-auth",
    b"x-client-",
    b"x-consumer",
    b"x-cluster-",
    b"x-envoy-",
    b"x-internal-",
    b"x-on-behalf",
    b"x-original-",
    b"x-remote-",
    b"x-rewrite-",
    b"x-role",
    b"x-scope",
    b"x-subject",
    b"cf-",
)
_RESPONSE_DROPPED = _HOP_BY_HOP | {b"x-request-id", b"server"}
_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_CLIENT_REQUEST_ID = re.compile(rb"[A-Za-z0-9._~+/=-]{8,128}")
_HEADER_OVERHEAD = 4  # ": " and the line's end
_NAMES_KEPT = 1024

_REQUEST_ID, _CLIENT_ID = istr("X-Request-Id"), istr("X-Client-Request-Id")
_FOR, _PROTO, _HOST = istr("X-Forwarded-For"), istr("X-Forwarded-Proto"), istr("X-Forwarded-Host")
_TRACE, _TRACESTATE, _LENGTH = istr("traceparent"), istr("tracestate"), istr("Content-Length")

_passing: dict[bytes, istr | None] = {}


def _passes(name: bytes) -> istr | None:
    """Return the name as aiohttp wants it, or None where the header ends here; names seen before cost one look-up."""
    # An underscore and a hyphen are one and the same to a CGI-like reader: such names end here, as in nginx.
    ends = name in _HOP_BY_HOP or name in _CLAIMS or name.startswith(_CLAIM_PREFIXES) or b"_" in name
    result = None if ends else istr(name.decode("ascii"))
    if len(_passing) < _NAMES_KEPT:
        _passing[name] = result
    return result


class Head(NamedTuple):
    """What one pass over a request's headers found."""

    passing: CIMultiDict[str]  # for the upstream, ours included
    request_id: str
    authorization: bytes
    accept_language: bytes
    length: int | None  # Content-Length, where one was sent
    chunked: bool
    upgrade: bytes
    repeatable: bool  # an Idempotency-Key is there


class HeaderRules:
    """Reads request headers under the limits, and writes those of answers."""

    def __init__(self, settings: Settings) -> None:
        self._max_count = settings.max_header_count
        self._max_bytes = settings.max_header_bytes
        scheme, _, rest = settings.public_url.partition("://")
        self._proto, self._host = scheme, rest.partition("/")[0]

    def read(self, headers: Headers, client: str) -> Head:
        """Return the head to forward; HeadersTooLarge or Malformed where it is refused."""
        if len(headers) > self._max_count:
            raise HeadersTooLarge
        special: dict[bytes, bytes] = {}
        passing: CIMultiDict[str] = CIMultiDict()
        size = hosts = 0
        known = _passing
        for name, value in headers:
            size += len(name) + len(value) + _HEADER_OVERHEAD
            kept = known[name] if name in known else _passes(name)
            if kept is not None:
                passing.add(kept, _text(value))
            if name in _SPECIAL:
                hosts += name == b"host"
                special[name] = value
        if size > self._max_bytes:
            raise HeadersTooLarge
        if hosts > 1:
            raise Malformed
        if connection := special.get(b"connection"):
            _drop_named(passing, connection)
        return self._head(passing, special, client)

    def _head(self, passing: CIMultiDict[str], special: dict[bytes, bytes], client: str) -> Head:
        unique = uuid7()
        request_id = str(unique)
        passing[_REQUEST_ID] = request_id
        passing[_FOR] = client
        passing[_PROTO] = self._proto
        passing[_HOST] = self._host
        theirs = special.get(b"x-request-id")
        if theirs is not None and _CLIENT_REQUEST_ID.fullmatch(theirs):
            passing[_CLIENT_ID] = theirs.decode("ascii")
        trace = special.get(b"traceparent")
        if trace is None or len(passing.getall(_TRACE, ())) > 1 or not _TRACEPARENT.fullmatch(trace):
            # The new trace carries the request's own id, so that one finds the other.
            passing[_TRACE] = f"00-{unique.hex}-{getrandbits(64) | 1:016x}-01"
            passing.popall(_TRACESTATE, None)
        length = special.get(b"content-length")
        chunked = b"transfer-encoding" in special
        if chunked:
            passing.popall(_LENGTH, None)
        return Head(
            passing,
            request_id,
            special.get(b"authorization", b""),
            special.get(b"accept-language", b""),
            None if length is None or chunked else int(length),
            chunked,
            special.get(b"upgrade", b""),
            b"idempotency-key" in special,
        )


_SPECIAL = frozenset(
    {
        b"accept-language",
        b"authorization",
        b"connection",
        b"content-length",
        b"host",
        b"idempotency-key",
        b"traceparent",
        b"transfer-encoding",
        b"upgrade",
        b"x-request-id",
    }
)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        # aiohttp writes UTF-8: other bytes could not be forwarded as they came.
        raise Malformed from error


def _drop_named(passing: CIMultiDict[str], connection: bytes) -> None:
    """Drop the headers that `Connection` names, but never those that carry the request's meaning to the service."""
    for token in connection.decode("latin-1").split(","):
        name = token.strip().lower()
        if name and name not in {"close", "keep-alive"} and name.encode("latin-1") not in _SPECIAL:
            passing.popall(name, None)


def answer_headers(raw: tuple[tuple[bytes, bytes], ...], status: int, *more: tuple[bytes, bytes]) -> Headers:
    """Return an upstream's headers as they go to the client, with ours; byte for byte, duplicates kept."""
    named: set[bytes] = set()
    kept: Headers = []
    for name, value in raw:
        lower = name.lower()
        if lower == b"connection":
            named.update(token.strip().lower() for token in value.split(b","))
        elif lower not in _RESPONSE_DROPPED:
            kept.append((lower, value))
    if named - {b"close", b"keep-alive"}:
        kept = [pair for pair in kept if pair[0] not in named or pair[0] == b"content-length"]
    if status == 304:  # noqa: PLR2004 - the length of the body that is not sent would be taken for one that is
        kept = [pair for pair in kept if pair[0] != b"content-length"]
    kept.extend(more)
    return kept

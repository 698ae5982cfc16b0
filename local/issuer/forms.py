"""Parameters of OAuth requests, read strictly: each at most once (RFC 6749 §3.1, §3.2), few and short."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from local.issuer.errors import InvalidRequestError

_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50


async def body_of(request: Request) -> bytes:
    """Read the body, up to 64 KiB. InvalidRequestError beyond."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise InvalidRequestError("the body is longer than 64 KiB")
    return bytes(body)


async def form_of(request: Request) -> dict[str, str]:
    """Read the form of a POST. InvalidRequestError where it is not one, or repeats a parameter."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != _FORM:
        raise InvalidRequestError(f"the body must be {_FORM}")
    return parameters(await body_of(request))


def parameters(encoded: bytes) -> dict[str, str]:
    """Decode a query or a form; a parameter without a value counts as left out (RFC 6749 §3.1)."""
    try:
        pairs = parse_qsl(encoded.decode("ascii"), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InvalidRequestError("the parameters are not well-formed") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRequestError("a parameter is given more than once")
    return found

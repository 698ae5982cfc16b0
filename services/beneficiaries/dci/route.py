"""The route class of this mount: refusals in the standard's own form, `{"errors": [{"code", "message"}]}` (ADR 22)."""

from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from kit.http.route import Route
from kit.identity.dependencies import caller
from kit.problems import Problem, Unauthenticated, Unavailable
from kit.problems.responses import DATABASE_ERRORS, problem_of_database
from services.beneficiaries.dci import answers
from services.beneficiaries.dci.refusals import ErrorCode, MessageRefused

_CODES: Final[dict[int, ErrorCode]] = {
    401: "err.request.unauthorized",
    403: "err.request.forbidden",
    404: "err.request.not_found",
    429: "err.request.too_many_requests",
    503: "err.service.unavailable",
}

# The part of a message that is wrong, and the reason that the standard has for it; the innermost counts.
_REASONS: Final = {
    "message_ts": "rjct.message_ts.invalid",
    "action": "rjct.action.invalid",
    "version": "rjct.version.invalid",
    "total_count": "rjct.total_count.invalid",
    "reference_id": "rjct.reference_id.invalid",
    "timestamp": "rjct.timestamp.invalid",
    "search_criteria": "rjct.search_criteria.invalid",
    "pagination": "rjct.pagination.invalid",
    "sort": "rjct.sort.invalid",
    "subscription_codes": "rjct.subscription_code.invalid",
}
_MOST_TOLD: Final = 20


class ExchangeRoute(Route):
    """Asks who calls before it reads the body, and keeps the body as it was sent, since that is what was signed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                request.state.raw = await _read(request)
                return await handler(request)
            except MessageRefused as refusal:
                return refused(refusal.status, refusal.code, refusal.errors)
            except RequestValidationError as error:
                return _unreadable(error)
            except (Problem, HTTPException, PoolTimeout, ConnectionError, TimeoutError, *DATABASE_ERRORS) as error:
                return _problem(request, error)

        return handle


def router() -> APIRouter:
    return APIRouter(prefix="/dci", tags=["Social registry exchange"], route_class=ExchangeRoute)


def refused(status: int, code: ErrorCode, errors: Sequence[tuple[str, str]], **headers: str) -> Response:
    lines = [{"code": each, "message": message} for each, message in errors]
    body = {"errors": lines} | answers.refused(code, errors[0][1])
    return Response(orjson.dumps(body), status_code=status, headers=headers, media_type="application/json")


async def _read(request: Request) -> Any:
    """Return the parsed body. Errors: Unauthenticated, MessageRefused."""
    if await caller(request) is None:
        raise Unauthenticated(reason="no token was sent", headers={"WWW-Authenticate": 'Bearer realm="for-the-poor"'})
    try:
        raw = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise MessageRefused("err.request.bad", "the body is not JSON") from error
    if not isinstance(raw, dict):
        raise MessageRefused("err.request.bad", "the body is an object")
    header = raw.get("header")
    if isinstance(header, dict) and header.get("is_msg_encrypted") is True:
        raise MessageRefused("err.encryption.invalid", "encrypted messages are not taken; TLS protects them")
    return raw


def _unreadable(error: RequestValidationError) -> Response:
    lines = []
    for each in list(error.errors())[:_MOST_TOLD]:
        place = [part for part in each["loc"] if part != "body"]
        code = next((_REASONS[part] for part in reversed(place) if part in _REASONS), "err.request.bad")
        lines.append((code, f"/{'/'.join(str(part) for part in place)}: {each['type']}"))
    return refused(HTTPStatus.BAD_REQUEST, "err.request.bad", lines)


def _problem(request: Request, error: Exception) -> Response:
    problem = _of(request, error)
    if isinstance(problem, HTTPException):
        status, told, headers = problem.status_code, "the request cannot be taken", dict(problem.headers or {})
    else:
        status, headers = int(problem.status), problem.headers
        told = problem.detail("en") or problem.title("en")
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        status = HTTPStatus.BAD_REQUEST
    code = _CODES.get(status, "err.request.bad")
    return refused(status, code, [(code, told)], **headers)


def _of(request: Request, error: Exception) -> Problem | HTTPException:
    """Return the refusal that an error stands for; what is nobody's refusal goes on to the last catch."""
    if isinstance(error, Problem | HTTPException):
        return error
    if isinstance(error, DATABASE_ERRORS):
        found = problem_of_database(error, request.app.state.constraints)
        if found.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise error
        return found
    return Unavailable(headers={"Retry-After": "1"})

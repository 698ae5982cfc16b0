"""Every exception that reaches the edge of a service becomes a problem document."""

from collections.abc import Mapping

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from kit.problems.generic import (
    Conflict,
    Malformed,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
)
from kit.problems.problem import MEDIA_TYPE, Problem, language_of, render
from kit.problems.validation import invalid
from kit.telemetry import logger, request_id

_BY_STATUS: Mapping[int, type[Problem]] = {
    400: Malformed,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
}

# The database asks for another try: a lock or deadlock, a server that restarts, a statement that took too long.
_PASSING = (
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
_CONTRADICTIONS = (
    asyncpg.UniqueViolationError,
    asyncpg.ExclusionViolationError,
    asyncpg.ForeignKeyViolationError,
)


def response_of(problem: Problem, request: Request) -> Response:
    language = language_of(request.headers.get("accept-language"))
    body = render(problem, language, request_id.get())
    headers = {**problem.headers, "Content-Language": language}
    return Response(body, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


DATABASE_ERRORS = (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)


def problem_of_database(error: Exception, constraints: Mapping[str, type[Problem]]) -> Problem:
    """Return the refusal that a database error stands for; a constraint's name is looked up on the service's page."""
    cause = _driver_error(error)
    name = getattr(cause, "constraint_name", None) or ""
    if name in constraints:
        return constraints[name]()
    if isinstance(cause, _PASSING) or getattr(error, "connection_invalidated", False):
        return Unavailable(headers={"Retry-After": "1"})
    if isinstance(cause, _CONTRADICTIONS):
        return Conflict()
    if _hid_by_row_security(cause):
        return NotFound()
    return Unexpected()


def _hid_by_row_security(cause: BaseException | None) -> bool:
    """Tell a row outside the caller's scope from a right that we forgot to grant, which has the same code.

    The function of the server that raised it is named in no language, unlike the message.
    """
    return (
        isinstance(cause, asyncpg.InsufficientPrivilegeError)
        and getattr(cause, "server_source_function", None) == "ExecWithCheckOptions"
    )


def _driver_error(error: BaseException | None) -> BaseException | None:
    """Return asyncpg's own exception, below SQLAlchemy's two wrappers if there are any."""
    while error is not None and not isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError | OSError):
        error = error.orig if isinstance(error, DBAPIError) else error.__cause__
    return error


def _methods_here(request: Request) -> str:
    """Return every method of this address: the router itself names those of the first route that it tried."""
    here = request.url.path
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    found = {name.upper() for path, methods in paths.items() if compile_path(path)[0].match(here) for name in methods}
    return ", ".join(sorted(found))


def install(app: FastAPI) -> None:
    """Answer every exception with a problem; an unexpected one shows its number, never its text."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - registered for this class
        return response_of(error, request)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return response_of(invalid(error.errors()), request)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        kind = _BY_STATUS.get(error.status_code, Malformed)
        headers = dict(error.headers or {})
        if kind is MethodNotAllowed:
            headers["Allow"] = _methods_here(request) or headers.get("Allow", "")
        return response_of(kind(headers=headers), request)

    async def on_database(request: Request, error: Exception) -> Response:
        problem = problem_of_database(error, request.app.state.constraints)
        cause = _driver_error(error)
        logger().warning(
            "database refused",
            problem=problem.slug(),
            sqlstate=getattr(cause, "sqlstate", None),
            constraint=getattr(cause, "constraint_name", None),
            exc_info=isinstance(problem, Unexpected),
        )
        return response_of(problem, request)

    async def on_no_connection(request: Request, error: Exception) -> Response:
        logger().warning("no database connection", kind=type(error).__name__)
        return response_of(Unavailable(headers={"Retry-After": "1"}), request)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    for refused in DATABASE_ERRORS:
        app.add_exception_handler(refused, on_database)
    for passing in (PoolTimeout, ConnectionError, TimeoutError):
        app.add_exception_handler(passing, on_no_connection)

"""The route class of every service."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from kit.http.idempotency import Claim, Replay
from kit.problems import Problem
from kit.problems.responses import DATABASE_ERRORS, problem_of_database
from kit.problems.validation import invalid


class Route(APIRoute):
    """Refuses query parameters that it does not know, replays and stores idempotent answers, answers 304."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        known = _query_names(self)

        async def handle(request: Request) -> Response:
            if request.scope["query_string"]:
                _refuse_unknown(request, known)
            try:
                response = await answer(request)
            except Replay as seen:
                return seen.response()
            except (Problem, *DATABASE_ERRORS) as refusal:
                kept = await _kept(request, refusal)
                if kept is None:
                    raise
                return kept
            claim: Claim | None = getattr(request.state, "claim", None)
            if claim is not None:
                response = await claim.keep(response)
            if request.method == "GET" and response.status_code == 200:  # noqa: PLR2004
                return _unchanged(request, response) or response
            return response

        return handle


async def _kept(request: Request, refusal: Exception) -> Response | None:
    claim: Claim | None = getattr(request.state, "claim", None)
    if claim is None:
        return None
    if not isinstance(refusal, Problem):
        refusal = problem_of_database(refusal, request.app.state.constraints)
    return await claim.keep_refusal(request, refusal)


def router(noun: str, tag: str) -> APIRouter:
    """Return the router of one feature, at `/<noun>`, grouped under `tag` in the documents."""
    return APIRouter(prefix=f"/{noun}" if noun else "", tags=[tag], route_class=Route)


def _query_names(route: APIRoute) -> frozenset[str]:
    names: set[str] = set()
    open_ends = [route.dependant]
    while open_ends:
        dependant = open_ends.pop()
        open_ends += dependant.dependencies
        for field in dependant.query_params:
            shape = field.field_info.annotation
            if isinstance(shape, type) and issubclass(shape, BaseModel):
                names.update(inner.alias or name for name, inner in shape.model_fields.items())
            else:
                names.add(field.alias)
    return frozenset(names)


def _refuse_unknown(request: Request, known: frozenset[str]) -> None:
    seen: set[str] = set()
    errors: list[dict[str, Any]] = []
    for name, _ in request.query_params.multi_items():
        shown = name[:50].encode("utf-8", "replace").decode()
        if name not in known:
            errors.append({"type": "unknown_parameter", "loc": ("query", shown)})
        elif name in seen:
            errors.append({"type": "repeated_parameter", "loc": ("query", shown)})
        seen.add(name)
    if errors:
        raise invalid(errors)


def _unchanged(request: Request, response: Response) -> Response | None:
    """Set the ETag of a body that has none, and return a 304 where the caller has it already."""
    if "etag" not in response.headers and hasattr(response, "body"):
        response.headers["ETag"] = f'W/"{hashlib.blake2b(bytes(response.body), digest_size=12).hexdigest()}"'
    tag = response.headers.get("etag")
    asked = request.headers.get("if-none-match")
    if tag is None or asked is None:
        return None
    tags = {part.strip().removeprefix("W/") for part in asked.split(",")}
    if "*" in tags or tag.removeprefix("W/") in tags:
        return Response(status_code=304, headers={"ETag": tag})
    return None

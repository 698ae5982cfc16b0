"""A registry that keeps to the contract of `poverty-status`, as the other end of a wire: a process of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.identity import Verifier
from kit.problems import Problem
from kit.values.dates import today
from tests.patience import PATIENCE

OLD_AREA, NEW_AREA = UUID(int=0xA1), UUID(int=0xB1)


@dataclass
class Registry:
    """Households with the status they have, told to whoever holds `households.status`."""

    verifier: Verifier
    known: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[UUID, str, str | None]] = field(default_factory=list)
    instead: Response | None = None

    def household(self, status: str = "poor", **facts: Any) -> UUID:
        household_id = uuid4()
        self.known[household_id] = {"status": status, "area_id": str(OLD_AREA), "since": "2021-01-01", **facts}
        return household_id

    async def status(self, request: Request) -> Response:
        if self.instead is not None:
            return self.instead
        try:
            actor = await self.verifier.actor(request.headers["authorization"].removeprefix("Bearer "))
        except Problem:
            return JSONResponse({}, 401)
        if not actor.may("households.status"):
            return JSONResponse({}, 403)
        household_id = UUID(request.path_params["id"])
        as_of = request.query_params["as_of"]
        self.asked.append((household_id, as_of, request.headers.get("on-behalf-of")))
        if household_id not in self.known:
            return JSONResponse({"code": "not-found"}, 404)
        facts = {"standard": "2022-2025", "left_list_on": None, "known_at": "2026-01-01T00:00:00Z"}
        told = {"household_id": str(household_id), "as_of": as_of, **facts, **self.known[household_id]}
        return JSONResponse(told)

    async def geography(self, request: Request) -> Response:
        unit = {"id": str(NEW_AREA), "code": "04105", "name": "Mai Sơn"}
        places = {str(OLD_AREA): str(NEW_AREA), str(NEW_AREA): str(NEW_AREA)}
        return JSONResponse({"as_of": request.query_params["as_of"], "units": [unit], "places": places})


@dataclass
class Bank:
    """The loans service of one test, with the people around it and the registry at the other end of its wire."""

    service: Any
    registry: Registry
    new_key: Callable[[], dict[str, str]]
    people: dict[str, httpx2.AsyncClient] = field(default_factory=dict)

    async def as_(self, login: str | None) -> httpx2.AsyncClient:
        if str(login) not in self.people:
            self.people[str(login)] = await self.service.signed_in(login)
        return self.people[str(login)]

    def cut(self) -> None:
        self.service.app.state.wires.cut.add("registry.test")

    def mend(self) -> None:
        self.service.app.state.wires.cut.discard("registry.test")
        client = self.service.app.state.household_registry._client
        client._open_until = 0.0

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL that the service runs inside the block."""
        engine = self.service.app.state.database.engine.sync_engine
        seen: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    async def get(self, path: str, login: str | None = "credit-officer", **query: Any) -> httpx2.Response:
        return await (await self.as_(login)).get(f"/v1/loans{path}", params=query)

    async def until(self, path: str, **wanted: Any) -> None:
        """Read until the body has these values; TimeoutError after thirty seconds."""
        async with asyncio.timeout(PATIENCE):
            while True:
                body = (await self.get(path)).json()
                if all(body.get(name) == value for name, value in wanted.items()):
                    return
                await asyncio.sleep(0.05)

    async def post(
        self, path: str, body: Any, login: str | None = "credit-officer", key: dict[str, str] | None = None
    ) -> httpx2.Response:
        http = await self.as_(login)
        return await http.post(f"/v1/loans{path}", json=body, headers=key or self.new_key())


@pytest.fixture
async def bank(start: Callable[..., Awaitable[Any]], keys: Any, new_key: Callable[[], dict[str, str]]) -> Bank:
    service = await start("loans")
    settings = service.app.state.settings
    registry = Registry(Verifier(issuer=settings.issuer, audience=settings.audience, jwks=keys.jwks()))
    routes = [
        Route("/v1/beneficiaries/households/{id}/poverty-status", registry.status),
        Route("/v1/beneficiaries/areas/geography", registry.geography),
    ]
    service.app.state.wires.connect("http://registry.test", Starlette(routes=routes))
    return Bank(service, registry, new_key)


def days_ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def day(text: str) -> date:
    return date.fromisoformat(text)

"""The loans service: its routers, and what they stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI

from kit.app import create_app as create_platform_app
from services.loans.applications.endpoints import applications
from services.loans.auth import row_scope
from services.loans.books.endpoints import books
from services.loans.clients.registry import Registry
from services.loans.errors import ALL, CONSTRAINTS
from services.loans.events.endpoints import events
from services.loans.impact.endpoints import impact
from services.loans.loans.endpoints import disbursements, loans
from services.loans.programmes.endpoints import programmes
from services.loans.schedules.endpoints import quotes
from services.loans.settings import MIGRATION_HEAD, Settings

__all__ = ["Settings", "create_app"]

_DESCRIPTION = """Policy credit for poor, near-poor and newly escaped households, and its partner banks: programmes with
dated rates, quotes, applications decided on the dated poverty status, loans that replay exactly, and their books."""


def create_app(settings: Settings | None = None, *, transport: httpx2.AsyncBaseTransport | None = None) -> FastAPI:
    settings = settings or Settings()
    registry = Registry.of(settings, transport)

    @asynccontextmanager
    async def close_registry(_: FastAPI) -> AsyncIterator[None]:
        yield
        await registry.close()

    app = create_platform_app(
        "loans",
        settings,
        [programmes, quotes, applications, disbursements, loans, events, impact, books],
        title="Loans",
        description=_DESCRIPTION,
        migration_head=MIGRATION_HEAD,
        row_scope=row_scope,
        problems=ALL,
        constraints=CONSTRAINTS,
        hooks=[close_registry],
    )
    app.state.household_registry = registry
    return app

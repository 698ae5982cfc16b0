"""One request, one transaction: row scope set at its start, committed before the response leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from kit.identity.dependencies import caller
from kit.scope import BEGIN, NOTHING, RowScope
from kit.statements import DirectSession, Pool

__all__ = ["NOTHING", "Database", "DirectReader", "DirectWriter", "Reader", "RowScope", "Session"]


class Database:
    """The pool of one service's database."""

    def __init__(self, url: str, *, pool: int = 10, application: str = "for-the-poor") -> None:
        settings = {
            "application_name": application,
            "jit": "off",
            "timezone": "UTC",
            "statement_timeout": "15s",
            "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "30s",
        }
        self.engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            # A statement's values are people's: they stay out of error texts, which are logged.
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "server_settings": settings,
            },
        )
        self.direct = Pool(url, size=pool, settings=settings)

    @asynccontextmanager
    async def transaction(self, scope: RowScope, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a transaction under `scope`; commits on leaving, rolls back on any exception."""
        connection = await self._begin(scope, read_only=read_only)
        try:
            async with AsyncSession(
                bind=connection,
                expire_on_commit=False,
                autoflush=False,
                join_transaction_mode="control_fully",
            ) as session:
                yield session
                await session.commit()
        finally:
            await connection.close()

    async def _begin(self, scope: RowScope, *, read_only: bool) -> AsyncConnection:
        """Return a connection inside a scoped transaction.

        A pooled connection may have died with its backend. Nothing has been asked of it yet, so the first
        statement may safely be tried once more on a fresh one.
        """
        values = scope.values(read_only=read_only)
        for attempt in (1, 2):
            connection = await self.engine.connect()
            try:
                await connection.execute(BEGIN, values)
            except DBAPIError as error:
                await connection.close()
                if attempt == 1 and error.connection_invalidated:
                    continue
                raise
            except BaseException:
                await connection.close()
                raise
            return connection
        raise AssertionError  # the loop returns or raises

    async def close(self) -> None:
        await self.engine.dispose()
        await self.direct.close()


async def one_transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield the request's session; it commits before the response is sent.

    With FastAPI's default scope the commit came after the response: a duplicate insert answered 201 and was lost.
    """
    state = request.app.state
    async with state.database.transaction(state.row_scope(await caller(request))) as session:
        request.state.session = session
        yield session


async def one_reading(request: Request) -> AsyncIterator[AsyncSession]:
    state = request.app.state
    async with state.database.transaction(state.row_scope(await caller(request)), read_only=True) as session:
        yield session


async def one_direct_transaction(request: Request) -> AsyncIterator[DirectSession]:
    state = request.app.state
    async with state.database.direct.transaction(state.row_scope(await caller(request))) as session:
        request.state.session = session
        yield session


async def one_direct_reading(request: Request) -> AsyncIterator[DirectSession]:
    state = request.app.state
    async with state.database.direct.transaction(state.row_scope(await caller(request)), read_only=True) as session:
        yield session


Session = Annotated[AsyncSession, Depends(one_transaction, scope="function")]
"""The request's read-write transaction."""

Reader = Annotated[AsyncSession, Depends(one_reading, scope="function")]
"""The request's read-only transaction: the database refuses a write in it."""

DirectWriter = Annotated[DirectSession, Depends(one_direct_transaction, scope="function")]
"""The read-write transaction of a hot path, straight on the driver."""

DirectReader = Annotated[DirectSession, Depends(one_direct_reading, scope="function")]
"""The read-only transaction of a hot path, straight on the driver."""

"""One scoped transaction straight on the driver: what a hot path uses instead of a session.

A Core or text statement made once at module level is compiled once and then sent by asyncpg itself; SQLAlchemy's own
execution costs several times what the driver does (ADR 2). Nothing else differs: the same row scope, the same
transaction, the same commit before the response. No objects, no loading: a path that decides on nouns takes `Session`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.sql.compiler import SQLCompiler

from kit.scope import BEGIN, RowScope

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves its constructor untyped
_MANY = 2
LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError, OSError)
"""The server went away under a connection."""


class Statements(Protocol):
    """Takes statements in one transaction: an AsyncSession, or a `DirectSession`."""

    async def execute(self, statement: Any, params: Any = None, /) -> Any: ...
    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...


class Row(asyncpg.Record):  # type: ignore[misc] # asyncpg has no types
    """A row whose columns are attributes as well."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


class DirectRows:
    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        if len(self._rows) >= _MANY:
            raise LookupError("more than one row")
        return self.first()

    def one(self) -> Any:
        if len(self._rows) != 1:
            raise LookupError(f"{len(self._rows)} rows where there is always one")
        return self._rows[0]

    def all(self) -> list[Any]:
        return self._rows

    def scalars(self) -> list[Any]:
        return [row[0] for row in self._rows]


class DirectSession:
    """The request's transaction on asyncpg."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._transaction: Any = None

    async def execute(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> DirectRows:
        """Run a statement that was made once. Errors: asyncpg's own."""
        if self._transaction is None:
            self._transaction = self._connection.transaction()
            await self._transaction.start()
        sql, names, fixed = compiled(statement, params or {})
        given = params or {}
        values = [given[name] if name in given else fixed[name] for name in names]
        return DirectRows(await self._connection.fetch(sql, *values))

    async def commit(self) -> None:
        if self._transaction is not None:
            ending, self._transaction = self._transaction, None
            await ending.commit()

    async def rollback(self) -> None:
        if self._transaction is not None:
            ending, self._transaction = self._transaction, None
            await ending.rollback()


# By the statement itself, which the entry keeps alive: an id alone may come back as another statement's.
_COMPILED: dict[tuple[int, bool], tuple[Executable, tuple[str, list[str], dict[str, Any]]]] = {}
_LIMIT = 2048


def compiled(statement: Executable, values: Mapping[str, Any]) -> tuple[str, list[str], dict[str, Any]]:
    """Return the driver's text, the names of its parameters in order, and the values fixed in the statement."""
    key = (id(statement), bool(values))
    found = _COMPILED.get(key)
    if found is None:
        if len(_COMPILED) >= _LIMIT:
            raise RuntimeError("statements are being made per call: make them once")
        made = statement.compile(dialect=_DIALECT, column_keys=list(values) or None)  # type: ignore[attr-defined]
        assert isinstance(made, SQLCompiler)  # noqa: S101 - a statement compiles to SQL, DDL does not come here
        found = _COMPILED[key] = (statement, (made.string, list(made.positiontup or []), dict(made.params)))
    return found[1]


class Pool:
    """Connections of the hot paths, opened on first use."""

    def __init__(self, url: str, *, size: int, settings: Mapping[str, str]) -> None:
        self._url = url
        self._size = size
        self._settings = dict(settings)
        self._pool: Any = None

    @asynccontextmanager
    async def transaction(self, scope: RowScope, *, read_only: bool = False) -> AsyncIterator[DirectSession]:
        """Open a transaction under `scope`; commits on leaving, rolls back on any exception."""
        connection, session = await self._begin(scope, read_only=read_only)
        try:
            yield session
            await session.commit()
        except BaseException:
            if not connection.is_closed():
                await session.rollback()
            raise
        finally:
            await self._pool.release(connection)

    async def _begin(self, scope: RowScope, *, read_only: bool) -> tuple[Any, DirectSession]:
        """Return a connection inside a scoped transaction; one whose backend died is tried once more, afresh."""
        pool = self._pool or await self._open()
        for attempt in (1, 2):
            connection = await pool.acquire(timeout=10)
            session = DirectSession(connection)
            try:
                await session.execute(BEGIN, scope.values(read_only=read_only))
            except BaseException as error:
                dead = connection.is_closed() or isinstance(error, LOST)
                await pool.release(connection)
                if attempt == 1 and dead:
                    continue
                raise
            return connection, session
        raise AssertionError  # the loop returns or raises

    async def _open(self) -> Any:
        pool = asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=self._size,
            timeout=5,
            record_class=Row,
            server_settings=self._settings,
            # Scope is local to the transaction and nothing else is ever set: there is nothing to reset.
            reset=_nothing,
        )
        self._pool = self._pool or pool
        await self._pool
        return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()


async def _nothing(_: Any) -> None:
    pass

"""The ledger alone in a database: its part of the migrations, owner `ledger_owner`, runtime role `ledger_app`."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from kit import ledger
from local.postgres import Cluster
from migrations.parts import ledger_v1

TODAY = date(2026, 3, 2)
ACCOUNTS = (
    ledger.Account(code="bank", unit="VND", side="debit"),
    ledger.Account(code="bank/other", unit="VND", side="debit"),
    ledger.Account(code="purpose", unit="VND", side="credit"),
    ledger.Account(code="gifts", unit="VND", side="credit", may_go_negative=True),
    ledger.Account(code="world", unit="VND", side="debit", may_go_negative=True),
    ledger.Account(code="rice", unit="RICE_G", side="debit"),
    ledger.Account(code="rice/given", unit="RICE_G", side="credit", may_go_negative=True),
)
_numbers = itertools.count()


def entry(*postings: ledger.Posting, key: str | None = None, on: date = TODAY, **more: Any) -> ledger.Entry:
    number = next(_numbers)
    given = {"description": "Gift", "source": f"test:{key or number}", "actor": "tester"} | more
    return ledger.Entry(effective_on=on, postings=postings, key=key or f"key-{number}", **given)


def moved(source: str, target: str, amount: int, **more: Any) -> ledger.Entry:
    return entry(*ledger.transfer(source, target, amount, "VND"), **more)


def hold(account: str, amount: int, **more: Any) -> ledger.Hold:
    number = next(_numbers)
    given = {"unit": "VND", "key": f"hold-{number}", "source": "test", "actor": "tester"} | more
    return ledger.Hold(account=account, amount=amount, **given)


class Collected:
    """Takes the statements of a migration part."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.statements.append(sqltext)


@dataclass
class Books:
    """A database with a ledger; sessions of the runtime role, plain connections of any role."""

    cluster: Cluster
    database: str
    engine: AsyncEngine

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine) as session, session.begin():
            yield session

    @asynccontextmanager
    async def connected(self, role: str) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.cluster.url(self.database, role))
        try:
            yield connection
        finally:
            await connection.close()

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collects the statements sent inside the block."""
        sent: list[str] = []

        def note(*event: Any) -> None:
            sent.append(event[2])

        listen(self.engine.sync_engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            remove(self.engine.sync_engine, "before_cursor_execute", note)

    async def until(self, question: str, patience: float = 60) -> None:
        """Return once the database answers yes. Errors: TimeoutError."""
        async with asyncio.timeout(patience), self.connected("ledger_app") as connection:
            while not await connection.fetchval(question):
                await asyncio.sleep(0.005)

    async def post(self, *entries: ledger.Entry) -> list[Any]:
        async with self.session() as session:
            return await ledger.post_many(session, entries)

    async def balance(self, account: str, **asked: Any) -> int:
        async with self.session() as session:
            return await ledger.balance(session, account, **asked)

    async def roll_up(self, times: int = 2) -> ledger.RollUp | None:
        done = None
        for _ in range(times):
            async with self.session() as session:
                done = await ledger.roll_up(session)
        return done

    async def audit(self) -> tuple[ledger.Finding, ...]:
        async with self.session() as session:
            return (await ledger.audit(session)).broken


@dataclass
class Library:
    """Makes books: a template migrated once, copied for each."""

    cluster: Cluster
    numbers: Iterator[int] = field(default_factory=itertools.count)
    template: str | None = None

    async def admin(self, *statements: str, database: str = "postgres", role: str = "postgres") -> None:
        connection = await asyncpg.connect(self.cluster.url(database, role))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def open(self) -> Books:
        if self.template is None:
            self.template = "template_ledger_alone"
            roles = ("ledger_owner", "ledger_app")
            await self.admin(
                *(f"CREATE ROLE {role} LOGIN PASSWORD '{self.cluster.password(role)}'" for role in roles),
                f"CREATE DATABASE {self.template} OWNER ledger_owner",
            )
            migration = Collected()
            ledger_v1.upgrade(migration, "ledger_app")
            await self.admin("ALTER SCHEMA public OWNER TO ledger_owner", database=self.template)
            await self.admin(*migration.statements, database=self.template, role="ledger_owner")
        name = f"ledger_alone_{next(self.numbers)}"
        await self.admin(f"CREATE DATABASE {name} TEMPLATE {self.template} OWNER ledger_owner")
        url = self.cluster.url(name, "ledger_app").replace("postgresql://", "postgresql+asyncpg://")
        books = Books(self.cluster, name, create_async_engine(url, pool_size=25, max_overflow=0))
        async with books.session() as session:
            await ledger.open_accounts(session, ACCOUNTS, actor="tester")
        return books

    async def close(self, books: Books) -> None:
        await books.engine.dispose()
        await self.admin(f"DROP DATABASE {books.database} WITH (FORCE)")

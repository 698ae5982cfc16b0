"""The worker's part: a list read page by page in one snapshot, written to a file, kept until its time is over."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from uuid import UUID

import orjson
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.files import Files
from kit.identity import Actor
from kit.jobs import Job
from kit.scope import BEGIN
from kit.tables import CsvTable, XlsxTable
from kit.values.dates import today
from services.beneficiaries.exports.catalogue import LISTS, Exportable
from services.beneficiaries.exports.models import Export

JOB: Final = "beneficiaries.exports.make"
EXPIRY: Final = "beneficiaries.exports.expire"
_PAGE: Final = 1_000
_PIECE: Final = 1 << 18
_MOST: Final = 4 << 30


@dataclass
class Maker:
    """Makes exports, and forgets them; bound to what a worker has."""

    database: Database
    files: Files
    vault: Vault

    async def make(self, job: Job) -> None:
        scope, export_id = _named(job)
        async with self.database.transaction(scope, read_only=True) as session:
            export = await session.get(Export, export_id)
        if export is None or export.state == "done":
            return
        with tempfile.TemporaryFile() as copy:
            rows = await self._write(export, copy)
            stored = await self.files.keep("exports", _pieces(copy), most=_MOST)
        async with self.database.transaction(scope) as session:
            made = await session.get_one(Export, export_id, with_for_update=True)
            made.state, made.rows, made.finished_at = "done", rows, func.now()
            made.place, made.size, made.digest = stored.place, stored.size, stored.digest
            await session.flush()
            by = Actor(subject=made.requested_by, client_id=made.client, scopes=frozenset(), roles=frozenset())
            facts = {"list": made.list, "filters": made.filters, "format": made.format, "rows": rows}
            await audit.record(session, by, "export.made", "export", made.id, facts)
            await job.finish(session)

    async def expire(self, job: Job) -> None:
        """Forget an export: the file first, so that none is left that no row names."""
        scope, export_id = _named(job)
        async with self.database.transaction(scope) as session:
            export = await session.get(Export, export_id)
            if export is None:
                return
            if export.place is not None:
                await self.files.forget(export.place)
            await session.delete(export)
            await session.flush()

    async def _write(self, export: Export, target: BinaryIO) -> int:
        """Write all rows of the list, and return how many there were."""
        wanted = LISTS[export.list]
        table = None
        if export.format != "ndjson":
            kind = CsvTable if export.format == "csv" else XlsxTable
            table = kind(target, wanted.columns)
        count = 0
        async for row in self._rows(export, wanted):
            count += 1
            if table is None:
                target.write(orjson.dumps(row.model_dump(mode="json"), option=orjson.OPT_APPEND_NEWLINE))
            else:
                table.row(wanted.cells(row))
        if table is not None:
            table.close()
        return count

    async def _rows(self, export: Export, wanted: Exportable) -> AsyncIterator[Any]:
        query: Any = wanted.query.model_validate(export.filters).model_copy(update={"limit": _PAGE})
        day = today()
        async with _snapshot(self.database, export.scope) as session:
            while True:
                rows, following = await wanted.pages(session, query, day, self.vault)
                for row in rows:
                    yield row
                session.expunge_all()
                if following is None:
                    return
                query = query.model_copy(update={"cursor": following})


@asynccontextmanager
async def _snapshot(database: Database, scope: RowScope) -> AsyncIterator[AsyncSession]:
    """Give a session that sees one state of the database from its first page to its last, and writes nothing."""
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(BEGIN, scope.values(read_only=True))
        async with AsyncSession(bind=connection, expire_on_commit=False, autoflush=False) as session:
            yield session


def _named(job: Job) -> tuple[RowScope, UUID]:
    return RowScope(subject=job.payload["subject"]), UUID(job.payload["export_id"])


async def _pieces(copy: BinaryIO) -> AsyncIterator[bytes]:
    copy.seek(0)
    while piece := copy.read(_PIECE):
        yield piece

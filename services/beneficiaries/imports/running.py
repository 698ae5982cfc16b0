"""An import at work: read, checked, written, reported; each step goes on where a worker that died left off."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.files import Files
from kit.jobs import Job, JobLost
from kit.problems import Problem
from kit.values.dates import today
from services.beneficiaries.imports import checking, reports, writing
from services.beneficiaries.imports.errors import ImportFailed
from services.beneficiaries.imports.households import Household, households
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.source import table_rows
from services.beneficiaries.imports.staging import Stage
from services.beneficiaries.imports.units import Units
from services.beneficiaries.settings import Settings

JOB: Final = "beneficiaries.imports.run"
_WORKER: Final = RowScope.everything("beneficiaries-worker")
_CLEAR: Final = (
    text("delete from import_rows where import_id = :import_id"),
    text("delete from import_households where import_id = :import_id"),
)
_log = structlog.get_logger("imports")


@dataclass
class Runner:
    """Runs imports; bound to what a worker has."""

    database: Database
    files: Files
    vault: Vault
    settings: Settings
    day: date = field(default_factory=today)

    async def __call__(self, job: Job) -> None:
        """Take an import to its end. Errors: JobLost where another worker has it meanwhile."""
        found = await self._found(UUID(job.payload["import_id"]))
        if found is None or found.finished_at is not None:
            return
        self.day = today()
        try:
            await self._steps(found)
        except Problem as problem:
            await self._refuse(found, problem)
        except JobLost:
            raise
        except Exception:
            # Nobody tries again after this: whoever sent the file is told, instead of waiting for ever.
            if job.attempt >= job.max_attempts:
                await self._refuse(found, ImportFailed())
            raise

    async def _steps(self, found: Import) -> None:
        if found.state in {"waiting", "reading"}:
            await self._read(found)
        if found.state == "checking":
            await self._check(found)
        while found.state == "writing":
            await self._write(found)
        if found.state == "reporting":
            await self._report(found)

    async def _found(self, import_id: UUID) -> Import | None:
        async with self.database.transaction(_WORKER, read_only=True) as session:
            return await session.get(Import, import_id)

    async def _locked(self, session: AsyncSession, found: Import) -> Import:
        """Return the import for one step of its work. Errors: JobLost where it is not where this worker left it."""
        row = await session.get(Import, found.id, with_for_update=True)
        if row is None or (row.state, row.households_staged, row.written_to) != (
            found.state,
            found.households_staged,
            found.written_to,
        ):
            raise JobLost
        row.version += 1
        return row

    async def _read(self, found: Import) -> None:
        async with self.database.transaction(found.scope, read_only=True) as session:
            units = await Units.read(session)
        stage = Stage(found, self.vault, {})
        assert found.place is not None  # noqa: S101 - kept until the import is finished
        rows = table_rows(self.files, found.place, found.kind, self.settings.table_limits)
        batch: list[Household] = []
        size = 0
        async for home in households(rows, units, self.day):
            if home.number <= found.households_staged:
                continue
            batch.append(home)
            size += home.size
            if size >= self.settings.import_batch:
                await self._stage(found, stage, batch, "reading")
                batch, size = [], 0
        await self._stage(found, stage, batch, "checking")

    async def _stage(self, found: Import, stage: Stage, batch: list[Household], state: str) -> None:
        async with self.database.transaction(found.scope) as session:
            row = await self._locked(session, found)
            if batch:
                await stage.put(session, batch)
                row.households_staged = batch[-1].number
                row.rows_staged += sum(home.size for home in batch)
            row.state = state
            await session.flush()
        _copy(row, found)

    async def _check(self, found: Import) -> None:
        async with self.database.transaction(found.scope) as session:
            row = await self._locked(session, found)
            await checking.check(session, found)
            row.state = "reporting" if found.dry_run else "writing"
            await session.flush()
            await session.refresh(row)
        _copy(row, found)

    async def _write(self, found: Import) -> None:
        """Write some spans at once, each in a transaction of its own, then say so.

        Whoever dies in between leaves spans that are written and not marked; their business keys tell the next one.
        """
        async with self.database.transaction(found.scope, read_only=True) as session:
            lanes = await writing.spans(
                session, found, self.settings.import_households_at_once, self.settings.import_lanes
            )
        async with asyncio.TaskGroup() as group:
            written = [group.create_task(self._lane(found, *span)) for span in lanes]
        async with self.database.transaction(found.scope) as session:
            row = await self._locked(session, found)
            row.households_accepted += sum(task.result()[0] for task in written)
            row.rows_accepted += sum(task.result()[1] for task in written)
            if lanes:
                row.written_to = lanes[-1][1]
            else:
                row.state = "reporting"
                await checking.count(session, found.id, whole=True)
            await session.flush()
            await session.refresh(row)
        _copy(row, found)

    async def _lane(self, found: Import, after: int, until: int) -> tuple[int, int]:
        async with self.database.transaction(found.scope) as session:
            return await writing.write(session, found, after, until)

    async def _report(self, found: Import) -> None:
        places: tuple[str | None, str | None] = (None, None)
        if found.households_refused:
            places = await reports.refused_rows(self.database, self.files, found, self.settings.table_limits)
        async with self.database.transaction(found.scope) as session:
            row = await self._locked(session, found)
            row.refused_csv, row.refused_xlsx = places
            await self._finish(session, row, "done")
        await self._forget(found)
        _log.info("imports.done", id=str(found.id), read=found.rows_read, refused=found.rows_refused)

    async def _refuse(self, found: Import, problem: Problem) -> None:
        """End an import that cannot be taken; where it is the file that cannot be read, nothing of it was written."""
        async with self.database.transaction(found.scope) as session:
            row = await self._locked(session, found)
            facts = {name: value if isinstance(value, int) else str(value) for name, value in problem.facts.items()}
            row.refusal = {"code": problem.slug(), "facts": facts}
            await self._finish(session, row, "refused")
        await self._forget(found)
        _log.info("imports.refused", id=str(found.id), problem=problem.slug())

    async def _finish(self, session: AsyncSession, row: Import, state: str) -> None:
        row.state, row.place, row.finished_at = state, None, func.now()
        await session.flush()
        for statement in _CLEAR:
            await session.execute(statement, {"import_id": row.id})

    async def _forget(self, found: Import) -> None:
        if found.place is not None:
            await self.files.forget(found.place)


def _copy(row: Import, found: Import) -> None:
    """Remember what was committed: the next step holds the row against it."""
    for name in _REMEMBERED:
        value: Any = getattr(row, name)
        setattr(found, name, value)


_REMEMBERED: Final = tuple(column.key for column in Import.__table__.columns)

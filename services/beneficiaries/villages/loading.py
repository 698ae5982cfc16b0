"""Villages from a file: each row is listed, already there, or refused with column and reason."""

from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.problems import Language, Problem
from kit.problems.validation import invalid
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.errors import AreaNotInForce
from services.beneficiaries.villages import queries, schemas
from services.beneficiaries.villages.actions import new
from services.beneficiaries.villages.errors import VillageRowUnreadable
from services.beneficiaries.villages.models import Village, folded, kind_of
from services.beneficiaries.villages.reading import columns_of, records

_BATCH: Final = 500
_MOST_ERRORS: Final = 1000


@dataclass
class Load:
    """One file on its way in; what it holds in memory does not grow with the file, but for names of communes met."""

    session: AsyncSession
    day: date
    language: Language
    dry_run: bool
    report: schemas.ImportReport
    units: dict[tuple[str, date], UUID | None] = field(default_factory=dict)
    there: dict[tuple[UUID, date], set[str]] = field(default_factory=dict)
    waiting: list[Village] = field(default_factory=list)

    async def take(self, row: int, columns: list[str], cells: list[str] | None) -> None:
        """Count one row, and keep it until the batch is written."""
        self.report.rows += 1
        if cells is None or len(cells) > len(columns):
            self._refuse(row, None, VillageRowUnreadable)
            return
        try:
            read = schemas.VillageRow.model_validate(_given(dict(zip(columns, cells, strict=False))))
        except ValidationError as error:
            self._refuse_cells(row, error)
            return
        day = read.valid_from or self.day
        unit = await self._unit(read.area_code, day)
        if unit is None:
            self._refuse(row, "area_code", AreaNotInForce)
            return
        there = await self._there(unit, day)
        called = folded(read.name, read.kind)
        if called in there:
            self.report.unchanged += 1
            return
        there.add(called)
        self.report.listed += 1
        self.waiting.append(new(unit, read.name, read.kind, read.aliases, day))
        if len(self.waiting) >= _BATCH:
            await self.write()

    async def write(self) -> None:
        if not self.dry_run:
            self.session.add_all(self.waiting)
            await self.session.flush()
        self.session.expunge_all()
        self.waiting.clear()

    async def _unit(self, code: str, day: date) -> UUID | None:
        if (code, day) not in self.units:
            standing = select(AreaVersion.id).where(
                AreaVersion.code == code,
                AreaVersion.level == "commune",
                AreaVersion.valid_from <= day,
                AreaVersion.valid_to.is_(None) | (AreaVersion.valid_to > day),
            )
            self.units[code, day] = await self.session.scalar(standing)
        return self.units[code, day]

    async def _there(self, unit: UUID, day: date) -> set[str]:
        if (unit, day) not in self.there:
            await self.write()
            self.there[unit, day] = await queries.folded_in(self.session, unit, day)
        return self.there[unit, day]

    def _refuse(self, row: int, column: str | None, reason: type[Problem]) -> None:
        self.report.refused += 1
        self._tell(row, column, reason.slug(), reason.title(self.language))

    def _refuse_cells(self, row: int, error: ValidationError) -> None:
        self.report.refused += 1
        for item in invalid([{**one, "loc": ("body", *one["loc"][:1])} for one in error.errors()]).errors:
            self._tell(row, item["pointer"].lstrip("/") or None, item["code"], item["detail"][self.language])

    def _tell(self, row: int, column: str | None, code: str, detail: str) -> None:
        if len(self.report.errors) < _MOST_ERRORS:
            self.report.errors.append(schemas.RowError(row=row, column=column, code=code, detail=detail))


def _given(cells: dict[str, str]) -> dict[str, Any]:
    """Return a row's cells as fields: empty ones left out, the kind from the name where no cell has it."""
    given: dict[str, Any] = {name: cell for name, cell in cells.items() if cell}
    if "aliases" in given:
        given["aliases"] = [alias for alias in given["aliases"].split("|") if alias.strip()]
    if "kind" in given:
        given["kind"] = given["kind"].lower()
    elif (kind := kind_of(given.get("name", ""))) is not None:
        given["kind"] = kind
    return given


async def load(
    session: AsyncSession,
    chunks: AsyncIterable[bytes],
    query: schemas.ImportQuery,
    *,
    language: Language,
    by: Actor,
) -> schemas.ImportReport:
    """List the villages of a file while it arrives, and tell what became of each row.

    Errors: CsvUnreadable, CsvColumnsWrong (nothing is written then).
    """
    report = schemas.ImportReport(rows=0, listed=0, unchanged=0, refused=0, dry_run=query.dry_run, errors=[])
    work = Load(session, query.valid_from or today(), language, query.dry_run, report)
    columns: list[str] | None = None
    async for line, cells in records(chunks):
        if columns is None:
            columns = columns_of(cells, schemas.COLUMNS, schemas.NEEDED)
        else:
            await work.take(line, columns, cells)
    if columns is None:
        columns_of(None, schemas.COLUMNS, schemas.NEEDED)
    await work.write()
    if report.listed and not query.dry_run:
        counts = {name: getattr(report, name) for name in ("rows", "listed", "unchanged", "refused")}
        await audit.record(session, by, "villages.imported", "village_import", new_id(), counts)
    return report

"""Reads of imports; a fixed number of statements for a page of any length."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from kit.problems import Language
from services.beneficiaries.imports import schemas
from services.beneficiaries.imports.columns import title
from services.beneficiaries.imports.errors import ImportNotFound
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.telling import sentence

_ORDER: Final = Keyset((Import.id,), (UUID,), descending=True)
_MISTAKES: Final = Table(
    "import_errors",
    MetaData(),
    Column("import_id", Uuid),
    Column("household", Integer),
    Column("row_number", Integer),
    Column("id", Uuid),
    Column("sheet", Text),
    Column("field", Text),
    Column("code", Text),
    Column("facts", JSON),
)
_PLACE: Final = Keyset((_MISTAKES.c.household, _MISTAKES.c.row_number, _MISTAKES.c.id), (int, int, UUID))


async def page(
    session: AsyncSession, query: schemas.ImportQuery, language: Language
) -> tuple[list[schemas.Import], str | None]:
    """Return the imports that the caller may see, newest first, and the next cursor."""
    wanted = select(Import)
    if query.state is not None:
        wanted = wanted.where(Import.state == query.state)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [shown(row[0], language) for row in rows], following


async def one(session: AsyncSession, import_id: UUID) -> Import:
    """Errors: ImportNotFound."""
    found = await session.get(Import, import_id)
    if found is None:
        raise ImportNotFound
    return found


async def mistakes(
    session: AsyncSession, import_id: UUID, query: ListQuery, language: Language
) -> tuple[list[schemas.ImportMistake], str | None]:
    """Return what was found wrong, in the order of the file, and the next cursor."""
    wanted: Any = select(_MISTAKES).where(_MISTAKES.c.import_id == import_id)
    rows, following = await _PLACE.rows(session, wanted, query, lambda row: [row.household, row.row_number, row.id])
    return [
        schemas.ImportMistake(
            sheet=row.sheet,
            row=row.row_number,
            column=row.field,
            title=title(row.field, language),
            code=row.code,
            message=sentence(row.code, row.facts, language),
        )
        for row in rows
    ], following


def shown(found: Import, language: Language) -> schemas.Import:
    refusal = None
    if found.refusal is not None:
        code, facts = found.refusal["code"], found.refusal["facts"]
        refusal = schemas.Refusal(code=code, message=sentence(code, facts, language))
    return schemas.Import.model_validate(
        {
            **{name: getattr(found, name) for name in schemas.Import.model_fields if hasattr(found, name)},
            "sha256": found.digest.hex(),
            "rows": _counts(found, "rows"),
            "households": _counts(found, "households"),
            "refusal": refusal,
            "refused_rows": found.refused_csv is not None,
        }
    )


def _counts(found: Import, what: str) -> dict[str, int]:
    counts = {name: getattr(found, f"{what}_{name}") for name in ("accepted", "unchanged", "refused")}
    return {"read": found.rows_read if what == "rows" else sum(counts.values()), **counts}

"""Reads of exports: each caller sees their own."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.beneficiaries.exports import schemas
from services.beneficiaries.exports.errors import ExportNotFound
from services.beneficiaries.exports.models import Export

_ORDER = Keyset((Export.id,), (UUID,), descending=True)


async def page(session: AsyncSession, query: ListQuery) -> tuple[list[schemas.Export], str | None]:
    """Return the caller's exports, newest first, and the next cursor."""
    wanted = select(Export).where(Export.expires_at > func.now())
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [shown(row[0]) for row in rows], following


async def one(session: AsyncSession, export_id: UUID) -> schemas.Export:
    """Errors: ExportNotFound."""
    found = await session.scalar(select(Export).where(Export.id == export_id, Export.expires_at > func.now()))
    if found is None:
        raise ExportNotFound
    return shown(found)


def shown(export: Export) -> schemas.Export:
    return schemas.Export.model_validate({name: getattr(export, name) for name in schemas.Export.model_fields})

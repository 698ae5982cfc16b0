from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.loans.errors import ProgrammeNotFound
from services.loans.programmes.models import Programme, Terms
from services.loans.programmes.schemas import ProgrammeOut, ProgrammeQuery

_BY_CODE = Keyset([Programme.code], [str])


def in_force(on: date) -> ColumnElement[bool]:
    """Whether a row of terms is held true now and covers the day."""
    return and_(Terms.recorded_to.is_(None), Terms.valid_from <= on, or_(Terms.valid_to.is_(None), Terms.valid_to > on))


async def page(session: AsyncSession, query: ProgrammeQuery, on: date) -> tuple[list[ProgrammeOut], str | None]:
    statement = select(Programme, Terms).outerjoin(Terms, and_(Terms.programme_id == Programme.id, in_force(on)))
    rows, cursor = await _BY_CODE.rows(session, statement, query, lambda row: [row.Programme.code])
    return [ProgrammeOut.of(row.Programme, row.Terms) for row in rows], cursor


async def one(session: AsyncSession, programme_id: UUID) -> Programme:
    """Errors: ProgrammeNotFound."""
    programme = await session.get(Programme, programme_id)
    if programme is None:
        raise ProgrammeNotFound
    return programme


async def history(session: AsyncSession, programme_id: UUID) -> list[Terms]:
    """Return all terms, oldest first, a replaced one before what replaced it."""
    rows = await session.scalars(
        select(Terms)
        .where(Terms.programme_id == programme_id)
        .order_by(Terms.valid_from, Terms.recorded_from, Terms.recorded_to.asc().nulls_last())
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def terms_on(session: AsyncSession, programme_id: UUID, on: date) -> Terms | None:
    found: Terms | None = await session.scalar(select(Terms).where(Terms.programme_id == programme_id, in_force(on)))
    return found

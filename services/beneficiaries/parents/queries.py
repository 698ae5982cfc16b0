"""Reads of mothers and fathers, for those who answer for the child today."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.clocks import as_asked
from services.beneficiaries.households.models import Person
from services.beneficiaries.parents import schemas
from services.beneficiaries.parents.errors import ParentageNotFound
from services.beneficiaries.parents.models import ParentAge, Parentage, ParentKind
from services.beneficiaries.people.schemas import TimeQuery

_ORDER: Final = Keyset((Parentage.id,), (UUID,))


def parent_on(kind: ParentKind, day: date, known: datetime) -> ScalarSelect[UUID]:
    """Return an expression: who was a person's mother or father on a day, as known at a moment."""
    return (
        select(Parentage.parent_id)
        .where(Parentage.child_id == Person.id, Parentage.kind == kind)
        .where(*as_asked(Parentage, day, known))
        .correlate(Person)
        .scalar_subquery()
    )


async def known(session: AsyncSession, child_id: UUID, kind: ParentKind) -> list[Parentage]:
    """Return the rows known now."""
    wanted = select(Parentage).where(Parentage.child_id == child_id, Parentage.kind == kind)
    return list(await session.scalars(wanted.where(Parentage.recorded_to.is_(None))))


async def one(session: AsyncSession, parentage_id: UUID) -> Parentage:
    """Return a row known now. Errors: ParentageNotFound."""
    wanted = select(Parentage).where(Parentage.id == parentage_id, Parentage.recorded_to.is_(None))
    found = await session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise ParentageNotFound
    return found


async def page(
    session: AsyncSession, child_id: UUID, query: TimeQuery
) -> tuple[list[schemas.ParentageOut], str | None]:
    """Return a page of mothers and fathers, in the order of recording, and the next cursor."""
    wanted: Any = select(Parentage).where(Parentage.child_id == child_id)
    wanted = wanted.where(*as_asked(Parentage, query.as_of, query.known_at))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [schemas.ParentageOut.model_validate(row[0]) for row in rows], following


async def least_years(session: AsyncSession) -> Mapping[ParentKind, int]:
    return {row.kind: row.least_years for row in await session.scalars(select(ParentAge))}


async def ages(session: AsyncSession) -> list[schemas.ParentAgeOut]:
    rows = await session.scalars(select(ParentAge).order_by(ParentAge.kind))
    return [schemas.ParentAgeOut.model_validate(row) for row in rows]

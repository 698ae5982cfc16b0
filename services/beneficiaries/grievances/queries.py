"""Reads of grievances, of their kinds and of the working calendar."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.grievances import kind_schemas, schemas
from services.beneficiaries.grievances.errors import GrievanceKindNotFound, GrievanceKindUnknown, GrievanceNotFound
from services.beneficiaries.grievances.models import CalendarDay, Grievance, GrievanceKind, GrievanceStep

_ORDER = Keyset((Grievance.due_on, Grievance.id), (date, UUID))
_UNDER = text("select areas_under(:code)")
_DUE = text("select working_day_after(:start, :days)")
_SHOWN = select(Grievance, AreaVersion).join(AreaVersion, AreaVersion.id == Grievance.area_id)


async def page(
    session: AsyncSession, query: schemas.GrievanceQuery, day: date
) -> tuple[list[schemas.GrievanceLine], str | None]:
    """Return the caller's grievances, the most urgent first, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = _SHOWN
    for field, value in (
        (Grievance.state, query.state),
        (Grievance.kind, query.kind),
        (Grievance.level, query.level),
        (Grievance.assigned_to, query.assigned_to),
    ):
        if value is not None:
            wanted = wanted.where(field == value)
    if query.overdue is not None:
        late = and_(Grievance.state != "answered", Grievance.due_on < day)
        wanted = wanted.where(late if query.overdue else ~late)
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
        wanted = wanted.where(Grievance.area_id == func.any(within))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].due_on, row[0].id))
    return [schemas.GrievanceLine(**_line(row[0], row[1], day)) for row in rows], following


async def one(session: AsyncSession, grievance_id: UUID, vault: Vault, day: date) -> schemas.Grievance:
    """Errors: GrievanceNotFound."""
    row = (await session.execute(_SHOWN.where(Grievance.id == grievance_id))).one_or_none()
    if row is None:
        raise GrievanceNotFound
    found: Grievance = row[0]
    more = {name: getattr(found, name) for name in _MORE}
    return schemas.Grievance(
        **_line(row[0], row[1], day),
        **more,
        text=vault.open(found.text_sealed, context=found.text_context),
        has_contact=found.contact_sealed is not None,
        steps=[_step(step, vault) for step in await steps(session, grievance_id)],
    )


async def steps(session: AsyncSession, grievance_id: UUID) -> list[GrievanceStep]:
    found = await session.scalars(
        select(GrievanceStep).where(GrievanceStep.grievance_id == grievance_id).order_by(GrievanceStep.number)
    )
    return list(found)


async def locked(session: AsyncSession, grievance_id: UUID) -> Grievance:
    """Return a grievance that no other transaction may change meanwhile. Errors: GrievanceNotFound."""
    found = await session.get(Grievance, grievance_id, with_for_update=True)
    if found is None:
        raise GrievanceNotFound
    return found


async def by_code(session: AsyncSession, code: str | None, secret: str, *, lock: bool = False) -> Grievance:
    """Return the grievance that code and secret open together. Errors: GrievanceNotFound, whichever is wrong."""
    wanted = select(Grievance).where(Grievance.code == code)
    found = await session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or not found.opens_with(secret):
        raise GrievanceNotFound
    return found


async def due(session: AsyncSession, start: date, days: int) -> date:
    """Return the last of `days` working days after `start`: Monday to Friday, but for the days of the calendar."""
    found: date = (await session.execute(_DUE, {"start": start, "days": days})).scalar_one()
    return found


async def kind_in_use(session: AsyncSession, code: str) -> GrievanceKind:
    """Errors: GrievanceKindUnknown."""
    found = await session.get(GrievanceKind, code)
    if found is None:
        raise GrievanceKindUnknown
    found.must_be_in_use()
    return found


async def one_kind(session: AsyncSession, code: str, *, lock: bool = False) -> GrievanceKind:
    """Errors: GrievanceKindNotFound."""
    found = await session.get(GrievanceKind, code, with_for_update=lock or None)
    if found is None:
        raise GrievanceKindNotFound
    return found


async def kinds(session: AsyncSession) -> kind_schemas.GrievanceKinds:
    rows = await session.scalars(select(GrievanceKind).order_by(GrievanceKind.code))
    return kind_schemas.GrievanceKinds(items=[kind(row) for row in rows])


async def calendar(session: AsyncSession, year: int) -> kind_schemas.CalendarDays:
    rows = await session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    )
    return kind_schemas.CalendarDays(items=[calendar_day(row) for row in rows])


def kind(row: GrievanceKind) -> kind_schemas.GrievanceKind:
    plain = {name: getattr(row, name) for name in kind_schemas.GrievanceKind.model_fields if name != "title"}
    return kind_schemas.GrievanceKind(
        **plain, title=kind_schemas.GrievanceTitle(vi=row.title_vi, en=row.title_en, fr=row.title_fr)
    )


def calendar_day(row: CalendarDay) -> kind_schemas.CalendarDay:
    return kind_schemas.CalendarDay(day=row.day, working=row.working, name=row.name, confidence=row.confidence)


_MORE = ("household_id", "about_officer", "escalated_on", "reopen_until", "reopened_on")


def _line(found: Grievance, area: AreaVersion, day: date) -> dict[str, Any]:
    plain = {name: getattr(found, name) for name in schemas.GrievanceLine.model_fields if hasattr(found, name)}
    overdue = found.state != "answered" and found.due_on < day
    return plain | {"area": AreaName(id=area.id, code=area.code, name=area.name), "overdue": overdue}


def _step(step: GrievanceStep, vault: Vault) -> schemas.StepMade:
    written = step.text_sealed
    return schemas.StepMade(
        step=step.step,
        on=step.happened_on,
        by=step.made_by,
        facts=step.facts,
        text=None if written is None else vault.open(written, context=step.text_context),
        recorded_at=step.recorded_at,
    )

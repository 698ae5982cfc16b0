"""Reads of organisations, assignments and activities: one statement a page, one more where an area is asked for."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.organisations import schemas
from services.beneficiaries.organisations.errors import ActivityNotFound, AssignmentNotFound, OrganisationNotFound
from services.beneficiaries.organisations.models import Activity, Assignment, Organisation
from services.beneficiaries.support.schemas import value_of

_ORGANISATIONS = Keyset((Organisation.folded_name, Organisation.id), (str, UUID))
_ASSIGNMENTS = Keyset((Assignment.id,), (UUID,))
_ACTIVITIES = Keyset((Activity.id,), (UUID,), descending=True)
_UNDER = text("select areas_under(:code)")


async def organisations(
    session: AsyncSession, query: schemas.OrganisationQuery
) -> tuple[list[schemas.Organisation], str | None]:
    """Return organisations by name, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = select(Organisation)
    if query.kind is not None:
        wanted = wanted.where(Organisation.kind == query.kind)
    if query.active is not None:
        wanted = wanted.where(Organisation.active.is_(query.active))
    rows, following = await _ORGANISATIONS.rows(session, wanted, query, lambda row: (row[0].folded_name, row[0].id))
    return [organisation(row[0]) for row in rows], following


async def one_organisation(session: AsyncSession, organisation_id: UUID, *, lock: bool = False) -> Organisation:
    """Errors: OrganisationNotFound."""
    found = await session.get(Organisation, organisation_id, with_for_update=lock or None)
    if found is None:
        raise OrganisationNotFound
    return found


async def assignments(
    session: AsyncSession, query: schemas.AssignmentQuery
) -> tuple[list[schemas.Assignment], str | None]:
    """Return the caller's assignments in the order of recording, and the next cursor."""
    wanted = await _placed(session, _with_names(Assignment), Assignment, query)
    if query.on is not None:
        ends_later = or_(Assignment.valid_to.is_(None), Assignment.valid_to > query.on)
        wanted = wanted.where(Assignment.valid_from <= query.on, ends_later)
    rows, following = await _ASSIGNMENTS.rows(session, wanted, query, lambda row: [row[0].id])
    return [_assignment(row) for row in rows], following


async def one_assignment(session: AsyncSession, assignment_id: UUID) -> schemas.Assignment:
    """Errors: AssignmentNotFound."""
    wanted = _with_names(Assignment).where(Assignment.id == assignment_id)
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        raise AssignmentNotFound
    return _assignment(row)


async def locked_assignment(session: AsyncSession, assignment_id: UUID) -> Assignment:
    """Errors: AssignmentNotFound."""
    found = await session.get(Assignment, assignment_id, with_for_update=True)
    if found is None:
        raise AssignmentNotFound
    return found


async def activities(session: AsyncSession, query: schemas.ActivityQuery) -> tuple[list[schemas.Activity], str | None]:
    """Return the caller's activities, those recorded last first, and the next cursor."""
    wanted = await _placed(session, _with_names(Activity), Activity, query)
    if query.assignment_id is not None:
        wanted = wanted.where(Activity.assignment_id == query.assignment_id)
    if query.kind is not None:
        wanted = wanted.where(Activity.kind == query.kind)
    if query.withdrawn is not None:
        wanted = wanted.where(
            Activity.withdrawn_on.is_not(None) if query.withdrawn else Activity.withdrawn_on.is_(None)
        )
    rows, following = await _ACTIVITIES.rows(session, wanted, query, lambda row: [row[0].id])
    return [_activity(row) for row in rows], following


async def one_activity(session: AsyncSession, activity_id: UUID) -> schemas.Activity:
    """Errors: ActivityNotFound."""
    row = (await session.execute(_with_names(Activity).where(Activity.id == activity_id))).one_or_none()
    if row is None:
        raise ActivityNotFound
    return _activity(row)


async def locked_activity(session: AsyncSession, activity_id: UUID) -> Activity:
    """Errors: ActivityNotFound."""
    found = await session.get(Activity, activity_id, with_for_update=True)
    if found is None:
        raise ActivityNotFound
    return found


def organisation(row: Organisation) -> schemas.Organisation:
    return schemas.Organisation(**{name: getattr(row, name) for name in schemas.Organisation.model_fields})


def _with_names(of: type[Assignment | Activity]) -> Select[*tuple[Any, ...]]:
    return (
        select(of, Organisation.name, AreaVersion)
        .join(Organisation, Organisation.id == of.organisation_id)
        .join(AreaVersion, AreaVersion.id == of.area_id)
    )


async def _placed(
    session: AsyncSession,
    wanted: Select[*tuple[Any, ...]],
    of: type[Assignment | Activity],
    query: schemas.AssignmentQuery | schemas.ActivityQuery,
) -> Select[*tuple[Any, ...]]:
    for field, value in (
        (of.organisation_id, query.organisation_id),
        (of.household_id, query.household_id),
        (of.village, query.village),
    ):
        if value is not None:
            wanted = wanted.where(field == value)
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
        wanted = wanted.where(of.area_id == func.any(within))
    return wanted


def _named(row: Any, kind: type[schemas.Assignment | schemas.Activity]) -> dict[str, Any]:
    found, name, area = row
    plain = {field: getattr(found, field) for field in kind.model_fields if hasattr(found, field)}
    return plain | {"organisation_name": name, "area": AreaName(id=area.id, code=area.code, name=area.name)}


def _assignment(row: Any) -> schemas.Assignment:
    return schemas.Assignment(**_named(row, schemas.Assignment))


def _activity(row: Any) -> schemas.Activity:
    values = [value_of(quantity["unit"], quantity["parts"]) for quantity in row[0].quantities]
    return schemas.Activity(**_named(row, schemas.Activity), values=values)

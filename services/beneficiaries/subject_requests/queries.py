"""Reads of requests of data subjects and of the people whose data may only be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.http import Keyset
from services.beneficiaries.subject_requests import schemas
from services.beneficiaries.subject_requests.errors import SubjectRequestKindNotFound, SubjectRequestNotFound
from services.beneficiaries.subject_requests.models import RequestKind, Restriction, SubjectRequest

_ORDER: Final = Keyset((SubjectRequest.due_on, SubjectRequest.id), (date, UUID))
_LINE: Final = [name for name in schemas.SubjectRequestLine.model_fields if name != "overdue"]
# Who stands in a household is registered by law. Afterwards what a list, or support, says of the household is kept.
_KEPT: Final = text(
    """
    select bool_or(m.left_on is null and h.dissolved_on is null) as registered,
        max(case when exists (select from poverty_statuses s where s.household_id = h.id and s.status <> 'none')
            or exists (select from support_items i where i.household_id = h.id)
            then cast(coalesce(m.left_on, h.dissolved_on) + make_interval(years => :years) as date) end) as until
    from memberships m join households h on h.id = m.household_id
    where m.person_id = :person and m.recorded_to is null
    """
)
_HEADS: Final = text(
    "select distinct m.household_id from memberships m where m.household_id = any(:ids) and m.relation = 'head'"
    " and m.recorded_to is null and person_is_restricted(m.person_id)"
)


@dataclass(frozen=True)
class Keeping:
    """Whether a person stands in a household now, and until when what was decided of their households is kept."""

    registered: bool
    until: date | None


async def kinds(session: AsyncSession) -> list[schemas.RequestKindOut]:
    rows = await session.scalars(select(RequestKind).order_by(RequestKind.code))
    return [kind(row) for row in rows]


async def one_kind(session: AsyncSession, code: str, *, lock: bool = False) -> RequestKind:
    """Errors: SubjectRequestKindNotFound."""
    wanted = select(RequestKind).where(RequestKind.code == code)
    found = await session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise SubjectRequestKindNotFound
    return found


def kind(row: RequestKind) -> schemas.RequestKindOut:
    plain = ("code", "acknowledge_days", "answer_days", "keep_years", "source", "version")
    return schemas.RequestKindOut.model_validate(
        {
            **{name: getattr(row, name) for name in plain},
            "title": {"vi": row.title_vi, "en": row.title_en, "fr": row.title_fr},
        }
    )


async def one(session: AsyncSession, request_id: UUID, *, lock: bool = False) -> SubjectRequest:
    """Errors: SubjectRequestNotFound."""
    wanted = select(SubjectRequest).where(SubjectRequest.id == request_id)
    found = await session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise SubjectRequestNotFound
    return found


async def restriction(session: AsyncSession, request_id: UUID) -> Restriction | None:
    wanted = select(Restriction).where(Restriction.request_id == request_id).with_for_update()
    found: Restriction | None = await session.scalar(wanted)
    return found


async def page(
    session: AsyncSession, query: schemas.SubjectRequestQuery, day: date
) -> tuple[list[schemas.SubjectRequestLine], str | None]:
    """Return requests by the day on which they are due, and the next cursor."""
    late = _is_late(day)
    wanted = select(SubjectRequest, case((late, True), else_=False).label("overdue"))
    if query.kind is not None:
        wanted = wanted.where(SubjectRequest.kind == query.kind)
    if query.state is not None:
        wanted = wanted.where(SubjectRequest.state == query.state)
    if query.person_id is not None:
        wanted = wanted.where(SubjectRequest.person_id == query.person_id)
    if query.overdue is not None:
        wanted = wanted.where(case((late, True), else_=False).is_(query.overdue))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].due_on, row[0].id])
    return [schemas.SubjectRequestLine.model_validate(_line(row[0], overdue=row[1])) for row in rows], following


def shown(found: SubjectRequest, day: date, vault: Vault) -> schemas.SubjectRequestOut:
    sealed = found.details_sealed
    late = (found.state == "received" and day > found.acknowledge_by) or (
        found.state not in {"granted", "refused"} and day > found.due_on
    )
    more = ("evidence", "consent_id", "received_by", "proposed_outcome", "proposed_by", "reason", "decided_by")
    return schemas.SubjectRequestOut.model_validate(
        {
            **_line(found, overdue=late),
            **{name: getattr(found, name) for name in more},
            "details": None if sealed is None else vault.open(sealed, context=found.details_context),
        }
    )


async def keeping(session: AsyncSession, person_id: UUID, years: int) -> Keeping:
    row = (await session.execute(_KEPT, {"person": person_id, "years": years})).one()
    return Keeping(bool(row.registered), row.until)


async def with_restricted_heads(session: AsyncSession, households: Sequence[UUID]) -> set[UUID]:
    """Return those of the households whose head's data may only be kept."""
    rows = await session.scalars(_HEADS, {"ids": list(households)})
    return set(rows)


def _is_late(day: date) -> ColumnElement[bool]:
    return or_(
        and_(SubjectRequest.state == "received", SubjectRequest.acknowledge_by < day),
        and_(SubjectRequest.state.not_in(("granted", "refused")), SubjectRequest.due_on < day),
    )


def _line(found: SubjectRequest, *, overdue: bool) -> dict[str, Any]:
    return {**{name: getattr(found, name) for name in _LINE}, "overdue": overdue}

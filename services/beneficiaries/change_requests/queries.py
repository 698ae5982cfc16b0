"""Reads of change requests, of what was attached to them, and of their kinds."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.http import Keyset
from kit.identity import Actor
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.change_requests import schemas
from services.beneficiaries.change_requests.changing import masked
from services.beneficiaries.change_requests.errors import (
    AttachmentNotFound,
    ChangeRequestKindNotFound,
    ChangeRequestNotFound,
)
from services.beneficiaries.change_requests.models import (
    Attachment,
    ChangeRequest,
    ChangeRequestKind,
    ChangeRequestStep,
)
from services.beneficiaries.households.models import Household

_ORDER = Keyset((ChangeRequest.due_on, ChangeRequest.id), (date, UUID))
_UNDER = text("select areas_under(:code)")
_OPEN = ("proposed", "returned")
_ATTACHED = (
    select(func.count()).where(Attachment.request_id == ChangeRequest.id).correlate(ChangeRequest).scalar_subquery()
)
# A household out of the caller's sight has no row here; the request of who proposed it has one all the same.
_SHOWN = (
    select(ChangeRequest, Household.code, Household.version, AreaVersion, _ATTACHED)
    .outerjoin(Household, Household.id == ChangeRequest.household_id)
    .outerjoin(AreaVersion, AreaVersion.id == Household.area_id)
)


async def page(
    session: AsyncSession, query: schemas.ChangeRequestQuery, day: date, *, by: Actor
) -> tuple[list[schemas.ChangeRequestLine], str | None]:
    """Return the requests that the caller may see, the most urgent first, and the next cursor."""
    wanted: Select[*tuple[Any, ...]] = _SHOWN
    for field, value in (
        (ChangeRequest.kind, query.kind),
        (ChangeRequest.state, query.state),
        (ChangeRequest.household_id, query.household_id),
    ):
        if value is not None:
            wanted = wanted.where(field == value)
    if query.household_id is not None and not _reads(by):
        # They learn nothing of an id that they did not name themselves.
        wanted = wanted.where(ChangeRequest.named_code.is_(None))
    if query.overdue is not None:
        late = and_(ChangeRequest.state.in_(_OPEN), ChangeRequest.due_on < day)
        wanted = wanted.where(late if query.overdue else ~late)
    if query.mine is not None:
        own = ChangeRequest.proposed_by == by.subject
        wanted = wanted.where(own if query.mine else ~own)
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
        wanted = wanted.where(Household.area_id == func.any(within))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].due_on, row[0].id))
    return [schemas.ChangeRequestLine(**_line(row, day, by)) for row in rows], following


async def one(session: AsyncSession, request_id: UUID, vault: Vault, day: date, *, by: Actor) -> schemas.ChangeRequest:
    """Errors: ChangeRequestNotFound."""
    row = (await session.execute(_SHOWN.where(ChangeRequest.id == request_id))).one_or_none()
    if row is None:
        raise ChangeRequestNotFound
    found, reads = row[0], _reads(by)
    return schemas.ChangeRequest(
        **_line(row, day, by),
        reason=found.reason,
        payload=masked(payload(found, vault)) if reads else None,
        base_version=found.base_version if reads else None,
        current_version=row[2] if reads else None,
        steps=[_step(step, by) for step in await _steps(session, request_id)],
        files=[attachment(one) for one in await attached(session, request_id)],
    )


def payload(found: ChangeRequest, vault: Vault) -> dict[str, Any]:
    """Return what is to change, in full."""
    given: dict[str, Any] = orjson.loads(vault.open(found.payload_sealed, context=found.payload_context))
    return given


async def locked(session: AsyncSession, request_id: UUID) -> ChangeRequest:
    """Return a request that no other transaction may change meanwhile. Errors: ChangeRequestNotFound."""
    found = await session.scalar(select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update())
    if found is None:
        raise ChangeRequestNotFound
    return found


async def attached(session: AsyncSession, request_id: UUID, digest: bytes | None = None) -> list[Attachment]:
    """Return what is attached, or only the file with that content."""
    wanted = select(Attachment).where(Attachment.request_id == request_id).order_by(Attachment.id)
    return list(await session.scalars(wanted if digest is None else wanted.where(Attachment.digest == digest)))


async def one_attachment(session: AsyncSession, attachment_id: UUID, *, by: Actor) -> Attachment:
    """Return a file for who sent it, or who decides on it. Errors: AttachmentNotFound."""
    found = await session.get(Attachment, attachment_id)
    if found is None or not (found.sent_by == by.subject or by.may("changes.decide")):
        raise AttachmentNotFound
    return found


async def one_kind(session: AsyncSession, code: str, *, lock: bool = False) -> ChangeRequestKind:
    """Errors: ChangeRequestKindNotFound."""
    found = await session.get(ChangeRequestKind, code, with_for_update=lock or None)
    if found is None:
        raise ChangeRequestKindNotFound
    return found


async def kinds(session: AsyncSession) -> schemas.ChangeRequestKinds:
    rows = await session.scalars(select(ChangeRequestKind).order_by(ChangeRequestKind.code))
    return schemas.ChangeRequestKinds(items=[kind(row) for row in rows])


def kind(row: ChangeRequestKind) -> schemas.ChangeRequestKind:
    plain = {name: getattr(row, name) for name in schemas.ChangeRequestKind.model_fields if name != "title"}
    title = schemas.ChangeRequestTitle(vi=row.title_vi, en=row.title_en, fr=row.title_fr)
    return schemas.ChangeRequestKind(**plain, title=title)


def attachment(row: Attachment) -> schemas.AttachmentShown:
    return schemas.AttachmentShown.model_validate(
        {name: getattr(row, name) for name in schemas.AttachmentShown.model_fields}
    )


def _reads(by: Actor) -> bool:
    return by.may("beneficiaries.read")


_PLAIN = ("id", "kind", "state", "fields", "proposed_by", "proposed_at", "due_on", "decided_at", "version")


def _line(row: Any, day: date, by: Actor) -> dict[str, Any]:
    found, code, _, area, files = row
    reads = _reads(by)
    return {
        **{name: getattr(found, name) for name in _PLAIN},
        "household_id": found.household_id if reads or found.named_code is None else None,
        "household_code": (code if reads else None) or found.named_code,
        "area": None if area is None else AreaName(id=area.id, code=area.code, name=area.name),
        "overdue": found.state in _OPEN and found.due_on < day,
        "decided_by": found.decided_by if reads else None,
        "attachments": files,
    }


async def _steps(session: AsyncSession, request_id: UUID) -> Sequence[ChangeRequestStep]:
    found = await session.scalars(
        select(ChangeRequestStep).where(ChangeRequestStep.request_id == request_id).order_by(ChangeRequestStep.number)
    )
    return found.all()


def _step(row: ChangeRequestStep, by: Actor) -> schemas.ChangeRequestStepMade:
    return schemas.ChangeRequestStepMade(
        step=row.step,
        made_by=row.made_by if _reads(by) or row.made_by == by.subject else None,
        reason=row.reason,
        recorded_at=row.recorded_at,
    )

"""Raise a need, change it, close it; keep the kinds: fetch, ask, save."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import in_order
from services.beneficiaries.needs import queries, schemas
from services.beneficiaries.needs.models import Need, NeedKind


async def report(session: AsyncSession, given: schemas.NeedIn, *, by: Actor) -> UUID:
    """Raise a need that somebody reports, and return its id.

    Errors: HouseholdNotFound, NeedKindUnknown, DatesDisagree; by constraint NeedAlreadyRecorded.
    """
    await households.must_be_seen(session, given.household_id)
    await queries.kind_in_use(session, given.kind)
    since = given.raised_on or today()
    in_order("raised_on", since, today())
    need = Need(
        id=given.id or new_id(),
        household_id=given.household_id,
        kind=given.kind,
        origin="report",
        reported_through=given.reported_through,
        raised_on=since,
        raised_by=by.subject,
        note=given.note,
    )
    session.add(need)
    await session.flush()
    await _tell(session, by, "raised", need, {"reported_through": given.reported_through})
    return need.id


async def explain(session: AsyncSession, need_id: UUID, note: str | None, expected: int, *, by: Actor) -> None:
    """Errors: NeedNotFound, StaleVersion, NeedClosed."""
    need = await queries.locked(session, need_id)
    expect_version(need.version, expected)
    need.explain(note)
    await session.flush()
    await audit.record(session, by, "need.explained", "need", need.id, {"note": "changed"})


async def close(session: AsyncSession, need_id: UUID, given: schemas.ClosingIn, *, by: Actor) -> None:
    """Errors: NeedNotFound, NeedClosed, DatesDisagree."""
    need = await queries.locked(session, need_id)
    need.close(given.state, given.on or today(), by=by.subject, note=given.note)
    await session.flush()
    await _tell(session, by, given.state, need, {"closed_on": str(need.closed_on)})


async def add_kind(session: AsyncSession, given: schemas.NeedKindIn, *, by: Actor) -> schemas.NeedKind:
    """Errors: by constraint NeedKindTaken."""
    made = NeedKind(
        code=given.code,
        title_vi=given.title.vi,
        title_en=given.title.en,
        title_fr=given.title.fr,
        support_kinds=given.support_kinds,
        indicators=given.indicators,
        active=True,
        version=1,
    )
    session.add(made)
    await session.flush()
    await _tell_of_kind(session, by, "added", made, given.model_dump(mode="json", exclude={"code"}))
    return queries.kind(made)


async def change_kind(
    session: AsyncSession, code: str, given: schemas.NeedKindChange, expected: int, *, by: Actor
) -> schemas.NeedKind:
    """Errors: NeedKindNotFound, StaleVersion."""
    kind = await queries.one_kind(session, code, lock=True)
    expect_version(kind.version, expected)
    if given.title is not None:
        kind.title_vi, kind.title_en, kind.title_fr = given.title.vi, given.title.en, given.title.fr
    for name in ("support_kinds", "indicators", "active"):
        value = getattr(given, name)
        if value is not None:
            setattr(kind, name, value)
    kind.version += 1
    await session.flush()
    await _tell_of_kind(session, by, "changed", kind, given.model_dump(mode="json", exclude_unset=True))
    return queries.kind(kind)


async def _tell(session: AsyncSession, by: Actor, what: str, need: Need, more: dict[str, Any]) -> None:
    facts = {"household_id": str(need.household_id), "kind": need.kind, "raised_on": str(need.raised_on)}
    await audit.record(session, by, f"need.{what}", "need", need.id, facts | more)
    await outbox.add(session, f"need.{what}", str(need.id), facts | {"need_id": str(need.id)})


async def _tell_of_kind(session: AsyncSession, by: Actor, what: str, kind: NeedKind, change: dict[str, Any]) -> None:
    subject = uuid5(NAMESPACE_URL, f"forthepoor/need-kind/{kind.code}")
    await audit.record(session, by, f"need_kind.{what}", "need_kind", subject, {"code": kind.code, **change})

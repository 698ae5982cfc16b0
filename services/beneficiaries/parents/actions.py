"""Record who is whose mother and father, correct it, end it: fetch, ask, save."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.clocks import ended, fit, save
from services.beneficiaries.errors import PersonNotFound
from services.beneficiaries.households.models import Person, in_order
from services.beneficiaries.households.schemas import MemberIn
from services.beneficiaries.parents import queries, schemas
from services.beneficiaries.parents.errors import ParentageNotFound, ParentNotFound
from services.beneficiaries.parents.models import KINDS, ParentAge, Parentage, ParentKind, refusal
from services.beneficiaries.people import queries as people

_SUBJECT: Final = "person"


async def name(session: AsyncSession, new: Sequence[tuple[Person, MemberIn]], moment: datetime, *, by: Actor) -> None:
    """Record the mothers and fathers that people new to the registry were given, from their birth on.

    Parents are among the new ones, or in the registry already. Errors: ParentNotFound, ParentTooYoung,
    ParentSexDisagrees.
    """
    named = [(child, kind, of) for child, given in new for kind in KINDS if (of := given.parent_id(kind)) is not None]
    if not named:
        return
    known = {child.id: child for child, _ in new}
    elsewhere = {of for _, _, of in named} - known.keys()
    if elsewhere:
        known |= {one.id: one for one in await session.scalars(select(Person).where(Person.id.in_(elsewhere)))}
    least = await queries.least_years(session)
    for child, kind, of in named:
        session.add(_made(known.get(of), child, kind, child.birth_date, moment, least[kind], by))
    await session.flush()


async def record(session: AsyncSession, child_id: UUID, given: schemas.ParentageIn, *, by: Actor) -> Parentage:
    """Say who is mother or father of a child from a day on; what was known before is kept.

    Errors: PersonNotFound, ParentNotFound, DatesDisagree, ParentTooYoung, ParentSexDisagrees.
    """
    child, moment = await people.locked(session, child_id)
    since = given.since or child.birth_date
    in_order("since", since, today())
    in_order("birth_date", child.birth_date, since)
    parent = await session.scalar(select(Person).where(Person.id == given.parent_id))
    least = await queries.least_years(session)
    new = _made(parent, child, given.kind, since, moment, least[given.kind], by)
    new.id = given.id or new.id
    await save(session, fit(await queries.known(session, child_id, given.kind), new))
    facts = {"parentage_id": new.id, "kind": new.kind, "parent_id": new.parent_id, "valid_from": since}
    await audit.record(session, by, "parentage.recorded", _SUBJECT, child_id, facts)
    return new


def _made(
    parent: Person | None, child: Person, kind: ParentKind, since: date, moment: datetime, least: int, by: Actor
) -> Parentage:
    if parent is None:
        raise ParentNotFound
    refused = refusal(kind, parent, child, least)
    if refused is not None:
        raise refused
    return Parentage(
        id=new_id(),
        child_id=child.id,
        parent_id=parent.id,
        kind=kind,
        valid_from=since,
        recorded_from=moment,
        recorded_by=by.subject,
    )


async def end(session: AsyncSession, parentage_id: UUID, given: schemas.ParentageEnd, *, by: Actor) -> Parentage:
    """Let it end before a day; on its first day it never held. Return what is known of it now, or was.

    Errors: ParentageNotFound, DatesDisagree.
    """
    child_id = (await queries.one(session, parentage_id)).child_id
    try:
        _, moment = await people.locked(session, child_id)
    except PersonNotFound as error:
        raise ParentageNotFound from error
    found = await queries.one(session, parentage_id)
    day = given.on or found.valid_from
    in_order("on", day, min(today(), found.valid_to or date.max))
    in_order("valid_from", found.valid_from, day)
    known = ended(found, day, moment, recorded_by=by.subject)
    await session.flush()
    session.add(known)
    await session.flush()
    facts = {"parentage_id": found.id, "kind": found.kind, "on": day}
    await audit.record(session, by, "parentage.ended", _SUBJECT, child_id, facts)
    return known


async def set_age(session: AsyncSession, kind: ParentKind, given: schemas.ParentAgeIn, *, by: Actor) -> ParentAge:
    """Set by how many years a parent is older at least; what is recorded already stays."""
    found = await session.get_one(ParentAge, kind, with_for_update=True)
    change: dict[str, Any] = {"before": {"least_years": found.least_years, "source": found.source}}
    found.least_years, found.source = given.least_years, given.source
    found.version += 1
    await session.flush()
    subject = uuid5(NAMESPACE_URL, f"forthepoor/parent-age/{kind}")
    await audit.record(session, by, "parent_age.changed", "parent_age", subject, change | {"after": given.model_dump()})
    return found

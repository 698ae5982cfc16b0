"""Reads of households: fixed numbers of statements, whatever the length of the answer."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault, mask
from kit.http import Keyset
from kit.values.text import fold
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.errors import HouseholdNotFound
from services.beneficiaries.households import schemas
from services.beneficiaries.households.models import Household, Member, Membership, Person, Place, identity_doubts
from services.beneficiaries.households.roster import Roster

_ORDER = Keyset((Household.id,), (UUID,))
_LINES = text(
    """
    select h.id, h.code, h.village, h.registered_on, h.version,
           a.id as area_id, a.code as area_code, a.name as area_name,
           coalesce(head.full_name, '') as head_name, counted.members, standing.status
    from households h
    join areas a on a.id = h.area_id
    left join lateral (
        select p.full_name from memberships m join people p on p.id = m.person_id
        where m.household_id = h.id and m.relation = 'head' and m.recorded_to is null and m.left_on is null
    ) head on true
    cross join lateral (
        select count(*) as members from memberships m where m.household_id = h.id and m.recorded_to is null
          and m.left_on is null
    ) counted
    cross join lateral household_standing(h.id, :day, now()) standing
    where h.id = any(:ids)
    order by h.id
    """
)
_ONE = text(
    """
    select h.id, h.code, h.village, h.address, h.registered_on, h.version, h.recorded_at, h.changed_at,
           a.id as area_id, a.code as area_code, a.name as area_name, standing.status
    from households h
    join areas a on a.id = h.area_id
    cross join lateral household_standing(h.id, :day, now()) standing
    where h.id = :id
    """
)
_MEMBERS = (
    select(Membership, Person)
    .join(Person, Person.id == Membership.person_id)
    .order_by(Membership.left_on.is_not(None), Membership.joined_on, Membership.id)
)
# In one order, so that two changes of the same people wait for each other instead of meeting half-way.
_LOCK_PEOPLE = text(
    "select p.id from people p where p.id = any(:ids) or p.id in (select m.person_id from memberships m"
    "  where m.household_id = :household and m.recorded_to is null and m.left_on is null)"
    " order by p.id for update"
)
_MOMENT = text(
    "select greatest(clock_timestamp(), max(latest) + interval '1 microsecond') from ("
    " select max(greatest(recorded_from, recorded_to)) as latest from memberships where household_id = any(:households)"
    " union all"
    " select max(greatest(recorded_from, recorded_to)) from memberships where person_id = any(:people)"
    " union all"
    " select max(greatest(recorded_from, recorded_to)) from household_places where household_id = any(:households)"
    " union all"
    " select max(greatest(recorded_from, recorded_to)) from dwellings where household_id = any(:households)"
    ") as known"
)
_UNDER = text("select areas_under(:code)")


async def page(
    session: AsyncSession, query: schemas.HouseholdQuery, day: date
) -> tuple[list[schemas.HouseholdLine], str | None]:
    """Return the caller's households by id, oldest first, and the next cursor."""
    within: list[UUID] | None = None
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
    if query.area_id is not None:
        within = [query.area_id] if within is None or query.area_id in within else []
    rows, following = await _ORDER.rows(session, _matching(query, within, day), query, lambda row: [row.id])
    return await lines(session, [row.id for row in rows], day), following


def _matching(query: schemas.HouseholdQuery, within: list[UUID] | None, day: date) -> Select[*tuple[Any, ...]]:
    if query.q is not None:
        edge = _ORDER.edge(query)
        found = func.households_named(
            f"% {fold(query.q)}%", within, query.poverty_status, day, edge[0] if edge else None, query.limit + 1
        )
        # Nothing but punctuation folds to nothing, and nobody is called that.
        return select(Household.id).where(Household.id.in_(select(found)), literal(bool(fold(query.q))))
    wanted = select(Household.id)
    if within is not None:
        wanted = wanted.where(Household.area_id == func.any(within))
    if query.poverty_status is not None:
        standing = func.household_standing(Household.id, day, func.now()).table_valued("status")
        wanted = wanted.where(
            exists(select(literal(1)).select_from(standing).where(standing.c.status == query.poverty_status))
        )
    return wanted


async def lines(session: AsyncSession, ids: Sequence[UUID], day: date) -> list[schemas.HouseholdLine]:
    rows = await session.execute(_LINES, {"ids": ids, "day": day})
    return [
        schemas.HouseholdLine(
            id=row.id,
            code=row.code,
            area=_area(row),
            village=row.village,
            head_name=row.head_name,
            members=row.members,
            poverty_status=row.status,
            registered_on=row.registered_on,
            version=row.version,
        )
        for row in rows
    ]


async def one(session: AsyncSession, household_id: UUID, vault: Vault, day: date) -> schemas.Household:
    """Return a household with numbers masked. Errors: HouseholdNotFound."""
    row = (await session.execute(_ONE, {"id": household_id, "day": day})).one_or_none()
    if row is None:
        raise HouseholdNotFound
    members = await session.execute(
        _MEMBERS.where(Membership.household_id == household_id, Membership.recorded_to.is_(None))
    )
    return schemas.Household(
        id=row.id,
        code=row.code,
        area=_area(row),
        village=row.village,
        address=row.address,
        registered_on=row.registered_on,
        poverty_status=row.status,
        members=[_shown(membership, person, vault) for membership, person in members],
        version=row.version,
        recorded_at=row.recorded_at,
        changed_at=row.changed_at,
    )


async def must_be_seen(session: AsyncSession, household_id: UUID) -> None:
    """Errors: HouseholdNotFound where the caller sees no such household."""
    if await session.scalar(select(Household.id).where(Household.id == household_id)) is None:
        raise HouseholdNotFound


async def locked(session: AsyncSession, household_id: UUID) -> Household:
    """Return a household that no other transaction may change meanwhile. Errors: HouseholdNotFound."""
    found = await session.scalar(select(Household).where(Household.id == household_id).with_for_update())
    if found is None:
        raise HouseholdNotFound
    return found


async def members_of(session: AsyncSession, household_id: UUID) -> list[Member]:
    """Return the current members."""
    rows = await session.execute(
        _MEMBERS.where(
            Membership.household_id == household_id, Membership.recorded_to.is_(None), Membership.left_on.is_(None)
        )
    )
    return [Member(person, membership) for membership, person in rows]


async def roster(
    session: AsyncSession, household: Household, joining: Sequence[UUID] = (), *, act_id: UUID | None = None
) -> Roster:
    """Return the memberships known now of a locked household, with the people of them and those who are to join.

    People whom the caller may not see are left out.
    """
    await session.execute(_LOCK_PEOPLE, {"household": household.id, "ids": list(joining)})
    at = await moment(session, [household.id], joining)
    rows = await session.execute(
        _MEMBERS.where(Membership.household_id == household.id, Membership.recorded_to.is_(None))
    )
    found = Roster(household, at, act_id=act_id)
    for membership, person in rows:
        found.rows.append(membership)
        found.people[person.id] = person
    if joining:
        found.people |= await people(session, joining)
    return found


async def moment(session: AsyncSession, households: Sequence[UUID], people: Sequence[UUID] = ()) -> datetime:
    """Return a time after everything recorded of these households and people, which are locked.

    A clock of the transaction's start would let an earlier starter rewrite the past.
    """
    found: datetime = (
        await session.execute(_MOMENT, {"households": list(households), "people": list(people)})
    ).scalar_one()
    return found


async def places(session: AsyncSession, household_id: UUID) -> list[Place]:
    """Return the places known now, oldest first."""
    rows = await session.scalars(
        select(Place).where(Place.household_id == household_id, Place.recorded_to.is_(None)).order_by(Place.valid_from)
    )
    return list(rows)


async def people(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return those people whom the caller may see."""
    found = await session.scalars(select(Person).where(Person.id.in_(list(ids))))
    return {person.id: person for person in found}


async def unmasked(session: AsyncSession, household_id: UUID, vault: Vault) -> list[schemas.UnmaskedMember]:
    return [
        schemas.UnmaskedMember(
            person_id=person.id, identity_number=identity_number(person, vault), phone=phone(person, vault)
        )
        for person in (member.person for member in await members_of(session, household_id))
    ]


def identity_number(person: Person, vault: Vault) -> str | None:
    sealed = person.identity_sealed
    return None if sealed is None else vault.open(sealed, context=f"people.identity_number:{person.id}")


def phone(person: Person, vault: Vault) -> str | None:
    sealed = person.phone_sealed
    return None if sealed is None else vault.open(sealed, context=f"people.phone:{person.id}")


def _area(row: Any) -> AreaName:
    return AreaName(id=row.area_id, code=row.area_code, name=row.area_name)


def _shown(membership: Membership, person: Person, vault: Vault) -> schemas.Member:
    number, telephone = identity_number(person, vault), phone(person, vault)
    return schemas.Member.model_validate(
        {
            "person_id": person.id,
            "full_name": person.full_name,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "birth_precision": person.birth_precision,
            "ethnicity": person.ethnicity,
            "relation": membership.relation,
            "identity_number": None if number is None else mask(number),
            "identity_doubts": [] if number is None else identity_doubts(number, person.sex, person.birth_date),
            "phone": None if telephone is None else mask(telephone),
            "joined_on": membership.joined_on,
            "left_on": membership.left_on,
            "left_because": membership.left_because,
        }
    )

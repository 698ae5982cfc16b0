"""One household and its members: to be read, or locked and changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault, mask
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.clocks import known_at
from services.beneficiaries.dwellings.schemas import Dwelling
from services.beneficiaries.errors import HouseholdNotFound
from services.beneficiaries.households import schemas
from services.beneficiaries.households.models import Household, Member, Membership, Person, Place, identity_doubts
from services.beneficiaries.households.roster import Roster
from services.beneficiaries.parents.queries import parent_on

_ONE = text(
    """
    select h.id, h.code, h.registered_on, h.version, h.recorded_at, h.changed_at,
           p.village, p.address, p.valid_from as place_since, nullif(life.ends, 'infinity') as dissolved_on,
           a.id as area_id, a.code as area_code, a.name as area_name, standing.status, dwelling.facts as dwelling
    from households h
    cross join lateral (
        select p.* from household_places p
        where p.household_id = h.id and p.valid_from <= :day
          and p.recorded_from <= :known and (p.recorded_to is null or p.recorded_to > :known)
        order by p.valid_from desc limit 1
    ) p
    join areas a on a.id = p.area_id
    cross join lateral (
        select max(coalesce(k.valid_to, 'infinity')) as ends from household_places k
        where k.household_id = h.id and k.recorded_from <= :known and (k.recorded_to is null or k.recorded_to > :known)
    ) life
    cross join lateral household_standing(h.id, :day, :known) standing
    left join lateral (
        select to_jsonb(d) || jsonb_build_object('floor_area_m2', d.floor_area_m2::text) as facts from dwellings d
        where d.household_id = h.id and d.valid_from <= :day and (d.valid_to is null or d.valid_to > :day)
          and d.recorded_from <= :known and (d.recorded_to is null or d.recorded_to > :known)
    ) dwelling on true
    where h.id = :id
    """
)
# Later than whatever a row's clock says, and no row is superseded then.
_ALL_THAT_IS_KNOWN = datetime(9999, 12, 31, tzinfo=UTC)
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


async def one(
    session: AsyncSession,
    household_id: UUID,
    vault: Vault,
    day: date,
    *,
    known: datetime | None = None,
    only_that_day: bool = False,
) -> schemas.Household:
    """Return a household on a day as known at a moment (now), with numbers masked.

    only_that_day: without those who left before, and as if today those who left had never been asked for.
    Errors: HouseholdNotFound, also for a day before it was registered and a moment before it was recorded.
    """
    at = known or _ALL_THAT_IS_KNOWN
    row = (await session.execute(_ONE, {"id": household_id, "day": day, "known": at})).one_or_none()
    if row is None:
        raise HouseholdNotFound
    members = _MEMBERS.add_columns(parent_on("mother", day, at), parent_on("father", day, at))
    members = members.where(Membership.household_id == household_id, known_at(Membership, at))
    if only_that_day:
        members = members.where(
            Membership.joined_on <= day, or_(Membership.left_on.is_(None), Membership.left_on > day)
        )
    return schemas.Household(
        id=row.id,
        code=row.code,
        area=area(row),
        village=row.village,
        address=row.address,
        place_since=row.place_since,
        registered_on=row.registered_on,
        dissolved_on=row.dissolved_on,
        poverty_status=row.status,
        dwelling=None if row.dwelling is None else dwelling(row.dwelling),
        members=[
            _shown(membership, person, (mother, father), vault, here=person.area_id == row.area_id)
            for membership, person, mother, father in await session.execute(members)
        ],
        version=row.version,
        recorded_at=row.recorded_at,
        changed_at=row.changed_at,
    )


def dwelling(facts: Mapping[str, Any]) -> Dwelling:
    """Return a row of dwellings, given as JSON, without its second clock."""
    return Dwelling(**{name: facts[name] for name in Dwelling.model_fields})


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
    session: AsyncSession,
    household: Household,
    joining: Sequence[UUID] = (),
    *,
    act_id: UUID | None = None,
    beside: UUID | None = None,
) -> Roster:
    """Return the memberships known now of a locked household, with the people of them and those who are to join.

    beside: another locked household of the same act, whose rows the moment of the roster comes after as well. People
    whom the caller may not see are left out.
    """
    await session.execute(_LOCK_PEOPLE, {"household": household.id, "ids": list(joining)})
    at = await moment(session, [household.id, *([beside] if beside else [])], joining)
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
    people = [member.person for member in await members_of(session, household_id)]
    return [
        schemas.UnmaskedMember(person_id=one.id, identity_number=identity_number(one, vault), phone=phone(one, vault))
        for one in people
    ]


def identity_number(person: Person, vault: Vault) -> str | None:
    sealed = person.identity_sealed
    return None if sealed is None else vault.open(sealed, context=f"people.identity_number:{person.id}")


def phone(person: Person, vault: Vault) -> str | None:
    sealed = person.phone_sealed
    return None if sealed is None else vault.open(sealed, context=f"people.phone:{person.id}")


def area(row: Any) -> AreaName:
    return AreaName(id=row.area_id, code=row.area_code, name=row.area_name)


def _shown(
    membership: Membership, person: Person, parents: tuple[UUID | None, UUID | None], vault: Vault, *, here: bool
) -> schemas.Member:
    """Return a member; the numbers of one who lives in another unit today belong to those who answer for it."""
    number = identity_number(person, vault) if here else None
    telephone = phone(person, vault) if here else None
    return schemas.Member.model_validate(
        {
            "person_id": person.id,
            **{
                name: getattr(person, name)
                for name in ("full_name", "sex", "birth_date", "birth_precision", "ethnicity")
            },
            "relation": membership.relation,
            "identity_number": None if number is None else mask(number),
            "identity_doubts": [] if number is None else identity_doubts(number, person.sex, person.birth_date),
            "phone": None if telephone is None else mask(telephone),
            "joined_on": membership.joined_on,
            "left_on": membership.left_on,
            "left_because": membership.left_because,
            "mother_id": parents[0],
            "father_id": parents[1],
        }
    )

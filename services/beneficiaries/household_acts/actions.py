"""Split, merge, move, death: fetch, ask, save."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.clocks import fit
from services.beneficiaries.errors import DatesDisagree
from services.beneficiaries.household_acts import queries, schemas
from services.beneficiaries.household_acts.errors import AlreadyThere, MembersIncomplete
from services.beneficiaries.household_acts.models import HouseholdAct
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.actions import begin, tell
from services.beneficiaries.households.models import Household, Place, in_order
from services.beneficiaries.households.roster import Roster
from services.beneficiaries.poverty.models import StatusRow

_EVENTS: Final = {"move": "moved", "split": "split", "death": "changed"}


async def move(session: AsyncSession, household_id: UUID, given: schemas.MoveIn, *, by: Actor) -> HouseholdAct:
    """Take a household to another place from a day on.

    It is filed by whoever answers for the place that is left. Errors: HouseholdNotFound, HouseholdDissolved,
    AreaNotFound, AreaNotInForce, DatesDisagree, AlreadyThere.
    """
    household = await households.locked(session, household_id)
    must_live_on(household, given.moved_on)
    area = await areas.commune(session, given.area_id)
    area.must_stand_on(given.moved_on)
    roster = await households.roster(session, household, act_id=given.act_id or new_id())
    known = await households.places(session, household_id)
    left = next(row for row in known if row.holds_on(given.moved_on))
    if (left.area_id, left.village, left.address) == (area.id, given.village, given.address):
        raise AlreadyThere
    place = Place(
        id=new_id(),
        household_id=household_id,
        area_id=area.id,
        village=given.village,
        address=given.address,
        valid_from=given.moved_on,
        recorded_from=roster.moment,
        act_id=roster.act_id,
    )
    act = _act("move", roster, given.moved_on, given, by, from_area_id=left.area_id, to_area_id=area.id)
    await record(session, act, [roster], fit(known, place).made, by=by)
    return act


async def split(session: AsyncSession, household_id: UUID, given: schemas.SplitIn, *, by: Actor) -> HouseholdAct:
    """Make some members a household of their own.

    Errors: HouseholdNotFound, HouseholdDissolved, MemberNotFound, NotOneHead, GenerationsDisagree, DatesDisagree; by
    constraint HouseholdAlreadyRegistered.
    """
    household = await households.locked(session, household_id)
    must_live_on(household, given.split_on)
    old = await households.roster(session, household, act_id=given.act_id or new_id())
    place = next(row for row in await households.places(session, household_id) if row.holds_on(given.split_on))
    made = Household(
        id=given.id or new_id(),
        code=Household.new_code(),
        area_id=place.area_id,
        village=given.village or place.village,
        address=given.address if given.village or given.address else place.address,
        registered_on=given.split_on,
        version=1,
    )
    new = Roster(made, old.moment, act_id=old.act_id)
    pass_over(old, new, given.members, given.split_on, "split")
    relate(old, given.relations, given.split_on)
    old.check(given.split_on, today())
    new.check(given.split_on, today())
    act = _act("split", old, given.split_on, given, by, other_household_id=made.id)
    await begin(session, new, act=act)
    await record(session, act, [old], [], by=by)
    if given.poverty_status == "inherit":
        await _inherit(session, new, household_id, by)
    await tell(session, by, "registered", made, {"split_from": str(household_id), "area_id": str(made.area_id)})
    return act


async def merge(session: AsyncSession, given: schemas.MergeIn, *, by: Actor) -> HouseholdAct:
    """Dissolve one household into another.

    Errors: HouseholdNotFound, HouseholdDissolved, MembersIncomplete, NotOneHead, GenerationsDisagree, DatesDisagree.
    """
    both = await queries.locked(session, [given.household_id, given.into_household_id])
    going, staying = both[given.household_id], both[given.into_household_id]
    must_live_on(going, given.merged_on)
    must_live_on(staying, given.merged_on)
    act_id = given.act_id or new_id()
    into = await households.roster(session, staying, act_id=act_id)
    old = await households.roster(session, going, act_id=act_id, beside=staying.id)
    into.moment = old.moment
    if sorted(one.person_id for one in given.members) != sorted(member.person.id for member in old.current()):
        raise MembersIncomplete
    pass_over(old, into, given.members, given.merged_on, "merged")
    closed = await dissolve(session, old, given.merged_on)
    old.check(given.merged_on, today())
    into.check(given.merged_on, today())
    act = _act("merge", old, given.merged_on, given, by, other_household_id=staying.id)
    await record(session, act, [old, into], [closed], by=by)
    return act


async def death(session: AsyncSession, household_id: UUID, given: schemas.DeathIn, *, by: Actor) -> HouseholdAct:
    """End a membership by death; the last member's death dissolves the household.

    Errors: HouseholdNotFound, HouseholdDissolved, MemberNotFound, NotOneHead, GenerationsDisagree, DatesDisagree.
    """
    household = await households.locked(session, household_id)
    must_live_on(household, given.died_on)
    roster = await households.roster(session, household, act_id=given.act_id or new_id())
    roster.leave(given.person_id, given.died_on, "died")
    relate(roster, given.relations, given.died_on)
    closed = [] if roster.current() else [await dissolve(session, roster, given.died_on)]
    roster.check(given.died_on, today())
    act = _act("death", roster, given.died_on, given, by, person_id=given.person_id)
    await record(session, act, [roster], closed, by=by)
    return act


def must_live_on(household: Household, day: date) -> None:
    """Errors: HouseholdDissolved, DatesDisagree for a day before it was registered or in the future."""
    household.must_live()
    in_order("registered_on", household.registered_on, day)
    in_order("effective_on", day, today())


def pass_over(old: Roster, new: Roster, members: Iterable[schemas.Related], day: date, because: str) -> None:
    for one in members:
        person = old.person(one.person_id)
        old.leave(person.id, day, because)
        new.join(person, one.relation, day)


def relate(roster: Roster, relations: Iterable[schemas.Related], day: date) -> None:
    for one in relations:
        roster.relate(one.person_id, one.relation, day)


async def dissolve(session: AsyncSession, roster: Roster, day: date) -> Place:
    """End the last place of a household, and return the row to be saved.

    Errors: DatesDisagree where it came to that place on that day or later.
    """
    last = (await households.places(session, roster.household.id))[-1]
    if last.valid_from >= day:
        raise DatesDisagree(what="effective_on", first=last.valid_from, second=day)
    # Only the database writes it, when the place is saved; the roster asks for it before.
    set_committed_value(roster.household, "dissolved_on", day)
    return last.rewritten(roster.moment, act_id=roster.act_id, valid_to=day)


async def record(
    session: AsyncSession, act: HouseholdAct, rosters: Sequence[Roster], places: Sequence[Place], *, by: Actor
) -> None:
    """Save an act with what it made of the households' places and members, tell it, and let their versions go up.

    A household that goes to another area is out of the caller's sight from the row of that place on: so the act and
    the household's own row are written before it, and nothing of the household after it.
    """
    session.add(act)
    for roster in rosters:
        roster.household.version += 1
        roster.household.changed_at = func.now()
        roster.household.call_by(member.person.full_name for member in roster.current())
    # What is no longer known first: the constraints look at every statement.
    await session.flush()
    session.add_all(places)
    await session.flush()
    for place in places:
        if place.valid_to is None:
            household = next(one.household for one in rosters if one.household.id == place.household_id)
            set_committed_value(household, "area_id", place.area_id)
    for roster in rosters:
        session.add_all(roster.made)
    await session.flush()
    facts = {name: str(value) for name, value in _facts(act) if value is not None}
    for roster in rosters:
        await tell(session, by, _told(act, roster.household), roster.household, facts)


def _told(act: HouseholdAct, household: Household) -> str:
    """Return the name of the event that a household sees in an act."""
    if household.dissolved_on is not None:
        return "dissolved"
    return "merged" if act.kind == "merge" else _EVENTS.get(act.kind, "changed")


def _facts(act: HouseholdAct) -> Iterable[tuple[str, Any]]:
    names = ("other_household_id", "person_id", "from_area_id", "to_area_id", "reverses_id", "effective_on")
    yield from (("act", act.kind), ("act_id", act.id), *((name, getattr(act, name)) for name in names))
    yield from (("decision_number", act.decision_number), ("reason", act.reason))


def _act(
    kind: str,
    roster: Roster,
    day: date,
    given: schemas.MoveIn | schemas.SplitIn | schemas.MergeIn | schemas.DeathIn,
    by: Actor,
    **more: UUID,
) -> HouseholdAct:
    return HouseholdAct(
        id=roster.act_id,
        kind=kind,
        household_id=roster.household.id,
        effective_on=day,
        decision_number=given.decision_number,
        reason=given.reason,
        decided_by=by.subject,
        recorded_at=roster.moment,
        **more,
    )


async def _inherit(session: AsyncSession, new: Roster, old_id: UUID, by: Actor) -> None:
    """Give the new household the status that the old one has on its first day, by the same decision."""
    day = new.household.registered_on
    known = await session.scalars(
        select(StatusRow).where(StatusRow.household_id == old_id, StatusRow.recorded_to.is_(None))
    )
    for row in known:
        if row.holds_on(day):
            session.add(
                StatusRow(
                    id=new_id(),
                    household_id=new.household.id,
                    status=row.status,
                    valid_from=day,
                    valid_to=row.valid_to,
                    standard=row.standard,
                    decision_number=row.decision_number,
                    decided_by=by.subject,
                    recorded_from=new.moment,
                )
            )
    await session.flush()

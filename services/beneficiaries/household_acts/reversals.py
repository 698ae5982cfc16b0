"""An act that never should have been recorded is taken back on the recorded clock."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.household_acts import queries
from services.beneficiaries.household_acts.actions import record
from services.beneficiaries.household_acts.models import HouseholdAct
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import Membership, Place
from services.beneficiaries.households.roster import Roster


async def reverse(session: AsyncSession, household_id: UUID, act_id: UUID, reason: str, *, by: Actor) -> HouseholdAct:
    """Forget what an act made, and know again what it ended; both stay to be read with `known_at`.

    Errors: HouseholdNotFound, ActNotFound, ActNotReversible, ActBuiltUpon; by constraint ActAlreadyReversed, and
    PersonInAnotherHousehold where somebody has joined another household since.
    """
    await households.must_be_seen(session, household_id)
    act = await queries.one(session, household_id, act_id)
    act.must_be_reversible()
    locked = await queries.locked(session, act.households())
    reversal_id = new_id()
    rosters: list[Roster] = []
    places: list[Place] = []
    for one in locked.values():
        beside = rosters[0].household.id if rosters else None
        rosters.append(await households.roster(session, one, act_id=reversal_id, beside=beside))
    for roster in rosters:
        roster.moment = rosters[-1].moment
        places += await _take_back(session, roster, act)
    reversal = HouseholdAct(
        id=reversal_id,
        kind="reversal",
        household_id=act.household_id,
        other_household_id=act.other_household_id,
        person_id=act.person_id,
        from_area_id=act.to_area_id,
        to_area_id=act.from_area_id,
        reverses_id=act.id,
        effective_on=act.effective_on,
        reason=reason,
        decided_by=by.subject,
        recorded_at=rosters[-1].moment,
    )
    await record(session, reversal, rosters, sorted(places, key=lambda place: place.valid_from), by=by)
    return reversal


async def _take_back(session: AsyncSession, roster: Roster, act: HouseholdAct) -> list[Place]:
    """Undo an act in one household's roster, and return the places that hold again."""
    household = roster.household
    made, ended = await queries.undone(session, Membership, household.id, act.recorded_at)
    roster.take_back(made, ended)
    places, before = await queries.undone(session, Place, household.id, act.recorded_at)
    for place in places:
        place.recorded_to = roster.moment
    again: list[Place] = [place.again(roster.moment, act_id=roster.act_id) for place in before]
    if any(place.valid_to is None for place in again):
        set_committed_value(household, "dissolved_on", None)
    roster.check(act.effective_on, today())
    return again

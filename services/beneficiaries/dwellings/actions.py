"""Write down a dwelling: fetch, ask, save."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import expect_version
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.clocks import fit, save
from services.beneficiaries.dwellings.models import DwellingRow
from services.beneficiaries.dwellings.schemas import DwellingIn
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.actions import tell
from services.beneficiaries.households.models import in_order


async def write_down(session: AsyncSession, household_id: UUID, given: DwellingIn, expected: int, *, by: Actor) -> None:
    """Set the dwelling from a day on; what was known before is kept.

    Errors: HouseholdNotFound, StaleVersion, HouseholdDissolved, DatesDisagree.
    """
    household = await households.locked(session, household_id)
    expect_version(household.version, expected)
    household.must_live()
    since = given.since or today()
    in_order("since", since, today())
    in_order("registered_on", household.registered_on, since)
    new = DwellingRow(
        id=new_id(),
        household_id=household_id,
        valid_from=since,
        recorded_from=await households.moment(session, [household_id]),
        **given.model_dump(exclude={"since"}),
    )
    known = await session.scalars(
        select(DwellingRow).where(DwellingRow.household_id == household_id, DwellingRow.recorded_to.is_(None))
    )
    household.version += 1
    household.changed_at = func.now()
    await save(session, fit(list(known), new))
    await tell(session, by, "changed", household, {"dwelling": str(new.id), "since": str(since)})

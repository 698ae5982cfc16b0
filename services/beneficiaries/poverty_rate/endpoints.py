"""`/v1/beneficiaries/poverty-rate`: computed from the records, for any day, on the map of any day."""

from typing import Annotated

from fastapi import Query

from kit.database import Reader
from kit.http import router
from kit.problems import problems
from kit.values.dates import now, today
from services.beneficiaries.auth import RegistryReader
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.poverty_rate import queries
from services.beneficiaries.poverty_rate.schemas import RateQuery, Rates

poverty_rate = router("poverty-rate", "Poverty figures")


@poverty_rate.get(
    "", operation_id="read_poverty_rate", summary="Poor households of all households", responses=problems(AreaNotFound)
)
async def read_poverty_rate(query: Annotated[RateQuery, Query()], session: Reader, _by: RegistryReader) -> Rates:
    """Divide poor households by all households that the caller answers for, on a day and as known at a moment.

    Each household counts in the unit where it lived on that day; `geography` adds the units up on the map of another
    day, so that figures of 2024 are read under the communes of 2026, and the reverse where it can be told.
    """
    return await queries.rates(session, query, query.as_of or today(), query.known_at or now())

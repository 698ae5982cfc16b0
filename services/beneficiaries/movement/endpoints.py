"""`/v1/beneficiaries/reviews/movement`: what became of the lists between two days."""

from typing import Annotated

from fastapi import Query

from kit.database import Reader
from kit.http import router
from kit.problems import problems
from kit.values.dates import now
from services.beneficiaries.auth import RegistryReader
from services.beneficiaries.errors import AreaNotFound, PeriodBackwards
from services.beneficiaries.movement import queries
from services.beneficiaries.movement.schemas import MovementQuery, Movements

movement = router("reviews", "Poverty figures")


@movement.get(
    "/movement",
    operation_id="read_movement",
    summary="How the lists of the poor moved between two days",
    responses=problems(AreaNotFound, PeriodBackwards),
)
async def read_movement(query: Annotated[MovementQuery, Query()], session: Reader, _by: RegistryReader) -> Movements:
    """Give for each commune and list who left it and who joined it, so that start and movements make the end exactly.

    With the kinds (old, new, fallen back) and the eight causes of those on the list at the end. Units of any time are
    added up on the map of `as_of`; an officer reads the households of the own commune only.
    """
    if query.from_ > query.to:
        raise PeriodBackwards
    return await queries.table(session, query, query.known_at or now())

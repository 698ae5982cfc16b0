"""`/v1/beneficiaries/impact`: the registry's part of the public account."""

from typing import Annotated

from fastapi import Query, Request

from kit.database import RowScope
from kit.http import router
from kit.identity import Caller
from kit.problems import Forbidden, Unauthenticated, problems
from services.beneficiaries.errors import PeriodBackwards
from services.beneficiaries.impact import queries
from services.beneficiaries.impact.schemas import Impact, ImpactQuery

impact = router("impact", "Impact")


@impact.get(
    "",
    operation_id="read_registry_impact",
    summary="Poverty rate and numbers of households",
    responses=problems(PeriodBackwards, Unauthenticated, Forbidden),
    openapi_extra={"security": [{}, {"oauth2": ["impact.read"]}]},
)
async def read_registry_impact(query: Annotated[ImpactQuery, Query()], caller: Caller, request: Request) -> Impact:
    """Give poverty rate, poor, near-poor and all households on the last day of a period, computed from the records.

    For all areas together anybody may read it; figures of 1 to 4 households are withheld. `by=area` gives each commune
    of the map of `as_of` and needs the scope `impact.read`; its figures add up to the whole, with what has no place
    on that map under no area.
    """
    if query.from_ > query.to:
        raise PeriodBackwards
    if query.by == "area":
        if caller is None:
            raise Unauthenticated(reason="no token was sent")
        if not caller.may("impact.read"):
            raise Forbidden(needed="impact.read")
    # Counts leave, rows do not: so the whole registry may be counted for whoever asks.
    async with request.app.state.database.transaction(RowScope.everything("impact"), read_only=True) as session:
        if query.by == "area":
            return await queries.by_area(session, query.to, query.as_of)
        return await queries.whole(session, query.to)

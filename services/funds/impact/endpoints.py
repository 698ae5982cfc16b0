"""`/v1/funds/impact`: the fund's part of the public account."""

from typing import Annotated

from fastapi import Query, Request

from kit.http import router
from kit.identity import Caller
from kit.problems import Forbidden, Unauthenticated, Unavailable, problems
from services.funds.auth import row_scope
from services.funds.errors import PeriodReversed
from services.funds.impact import queries
from services.funds.impact.schemas import Impact, ImpactQuery

impact = router("impact", "Impact")


@impact.get(
    "",
    response_model=Impact,
    operation_id="read_fund_impact",
    summary="Gifts, rice and donations",
    responses=problems(PeriodReversed, Unauthenticated, Forbidden, Unavailable),
    openapi_extra={"security": [{}, {"oauth2": ["impact.read"]}]},
)
async def read_fund_impact(query: Annotated[ImpactQuery, Query()], caller: Caller, request: Request) -> Impact:
    """Give what the fund handed over and received in a period, computed from the records.

    Turns, households and people are rows apart. For all areas together anybody may read it; counts of 1 to 4
    households are withheld. `by=area` gives each commune of the map of `as_of`, and needs the scope `impact.read`.
    """
    if query.from_ > query.to:
        raise PeriodReversed
    state = request.app.state
    if query.by == "none":
        async with state.database.transaction(row_scope(caller), read_only=True) as session:
            return await queries.whole(session, query.from_, query.to)
    if caller is None:
        raise Unauthenticated(reason="no token was sent")
    if not caller.may("impact.read"):
        raise Forbidden(needed="impact.read")
    geography = await state.households.geography(query.as_of)
    async with state.database.transaction(row_scope(caller), read_only=True) as session:
        return await queries.by_area(session, query.from_, query.to, geography)

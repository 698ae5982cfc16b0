from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from kit.calls import NeighbourDown, unavailable
from kit.database import RowScope
from kit.http import router
from kit.identity import Caller
from kit.problems import Forbidden, Unauthenticated, Unavailable, problems
from kit.problems.validation import one_error
from kit.values.dates import today
from services.loans.clients.registry import Geography
from services.loans.impact import queries
from services.loans.impact.queries import Figures
from services.loans.impact.schemas import ImpactOut, ImpactQuery, rows_of

impact = router("impact", "Impact")

_NEEDED = "impact.read"


async def _geography(request: Request, query: Annotated[ImpactQuery, Query()], caller: Caller) -> Geography | None:
    """Ask the registry which unit every area counts to, before a transaction is open; None where nobody asked by area.

    Errors: Unauthenticated and Forbidden (figures by area are not public), Unavailable.
    """
    if query.first > (query.last or today()):
        raise one_error("#query/from", "less_than_equal", le=query.last or today())
    if query.by == "none":
        return None
    if caller is None:
        raise Unauthenticated(reason="figures by area need a token", headers={"WWW-Authenticate": "Bearer"})
    if not caller.may(_NEEDED):
        raise Forbidden(needed=_NEEDED)
    try:
        found: Geography = await request.app.state.household_registry.geography(query.as_of or today())
    except NeighbourDown as away:
        raise unavailable(away) from away
    return found


async def _everything(request: Request) -> AsyncIterator[AsyncSession]:
    """Read all rows, whoever asks: only sums leave, and small ones are held back."""
    database = request.app.state.database
    async with database.transaction(RowScope.everything("impact"), read_only=True) as session:
        yield session


@impact.get(
    "",
    operation_id="loans_impact",
    summary="Count what was lent and repaid",
    responses=problems(Unauthenticated, Forbidden, Unavailable),
    openapi_extra={"security": [{}, {"oauth2": [_NEEDED]}]},
)
async def loans_impact(
    query: Annotated[ImpactQuery, Query()],
    geography: Annotated[Geography | None, Depends(_geography)],
    session: Annotated[AsyncSession, Depends(_everything, scope="function")],
) -> ImpactOut:
    """Return the loans' rows of the district's account, computed from records.

    Loans paid out and households that borrowed are counted apart. Without `by` anybody may ask; a count of one to
    four households is then held back. With `by=area` (scope `impact.read`) each row is given for every unit that
    stood on `as_of`, whatever the areas were called when the loan was paid out; `area` null: no unit could be told.
    """
    found = await queries.figures(session, query.first, query.last or today(), geography.places if geography else {})
    if geography is None:
        whole = found[0] if found else Figures(None)
        return ImpactOut(rows=list(rows_of(whole, None, public=True)))
    by_unit = {figures.unit: figures for figures in found}
    rows = [
        row for unit in geography.units for row in rows_of(by_unit.pop(unit.id, Figures(unit.id)), unit, public=False)
    ]
    for unplaced in by_unit.values():
        rows.extend(rows_of(unplaced, None, public=False))
    return ImpactOut(rows=rows)

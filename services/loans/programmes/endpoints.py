from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, set_next_link
from kit.problems import problems
from kit.values.dates import today
from services.loans.auth import Administrator
from services.loans.errors import ProgrammeNotFound, RateNotLater
from services.loans.programmes import actions, queries
from services.loans.programmes.models import programme_id as id_of
from services.loans.programmes.schemas import (
    AsOfQuery,
    ProgrammeHistoryOut,
    ProgrammeOut,
    ProgrammeQuery,
    RateIn,
)

programmes = router("programmes", "Programmes")

ProgrammeId = Annotated[
    UUID, Path(description="Id of the programme", examples=[str(id_of("poor"))], openapi_examples={
        "loans to poor households": {"value": str(id_of("poor"))}})
]  # fmt: skip


@programmes.get("", operation_id="list_programmes", summary="List the loan programmes")
async def list_programmes(
    query: Annotated[ProgrammeQuery, Query()], session: Reader, request: Request, response: Response
) -> Page[ProgrammeOut]:
    """Return the programmes with rate, cap and longest term as of a day, by code.

    Rates of policy credit are public law, so nobody needs to sign in. Each programme says how sure its figures are.
    """
    items, cursor = await queries.page(session, query, query.as_of or today())
    set_next_link(request, response, cursor)
    return Page(items=items, next=cursor)


@programmes.get(
    "/{programme_id}",
    operation_id="read_programme",
    summary="Read one programme and all its rates",
    responses=problems(ProgrammeNotFound),
)
async def read_programme(
    programme_id: ProgrammeId, query: Annotated[AsOfQuery, Query()], session: Reader
) -> ProgrammeHistoryOut:
    """Return the programme with its terms as of a day, and every term it ever had, with when it was recorded."""
    programme = await queries.one(session, programme_id)
    known = await queries.history(session, programme_id)
    return ProgrammeHistoryOut.with_history(programme, known, query.as_of or today())


@programmes.post(
    "/{programme_id}/rates",
    status_code=201,
    operation_id="add_rate",
    summary="Let a new rate begin on a day",
    responses=problems(ProgrammeNotFound, RateNotLater),
)
async def add_rate(
    programme_id: ProgrammeId, rate: RateIn, session: Session, by: Administrator, _key: IdempotencyKey
) -> ProgrammeHistoryOut:
    """Record a rate set by decision, from its first day on; the rate before it ends there.

    Nothing is overwritten: the history keeps what was held true before, and since when it no longer is. Loans that
    run already keep the rate of their contract.
    """
    return await actions.add_rate(session, programme_id, rate, by=by, today=today())

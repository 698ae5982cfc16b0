"""Poverty status: decided by the commune, asked for by people and by the other services."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query

from kit.database import Reader, Session
from kit.http import IdempotencyKey, router, row_id
from kit.problems import problems
from kit.values.dates import now, today
from services.beneficiaries import errors, examples
from services.beneficiaries.auth import Registrar, RegistryReader, StatusReader, StatusService
from services.beneficiaries.households import queries as households
from services.beneficiaries.poverty import actions, queries
from services.beneficiaries.poverty.schemas import (
    Decision,
    DecisionIn,
    History,
    Lookup,
    LookupIn,
    PovertyStatus,
    StatusQuery,
    decision,
)

statuses = router("households", "Poverty status")
HouseholdId = Annotated[
    UUID,
    row_id("The household's `id`", "a household", examples.HOUSEHOLD),
]


@statuses.post(
    "/lookup", operation_id="lookup_households", summary="Status, place and size of many households, for services"
)
async def lookup_households(asked: Annotated[LookupIn, Body()], session: Reader, _service: StatusService) -> Lookup:
    """Answer another service for up to 2,000 households at once, without any name: unit, members and status on a day.

    Ids that are not registered come back in `missing`.
    """
    return await queries.lookup(session, asked.ids, asked.as_of or today())


@statuses.post(
    "/{household_id}/poverty-statuses",
    status_code=201,
    operation_id="decide_poverty_status",
    summary="Record a decision on poverty status",
    responses=problems(errors.HouseholdNotFound, errors.StandardUnknown, errors.DecisionAlreadyRecorded),
)
async def decide_poverty_status(
    household_id: HouseholdId,
    given: Annotated[DecisionIn, Body()],
    session: Session,
    by: Registrar,
    _key: IdempotencyKey,
) -> Decision:
    """Set a household's status from a day on, by a decision of the commune, under the standard of that day.

    The status before ends on that day; one that began on that day is corrected; decisions for later days stay. What
    was known before is kept: ask with `known_at`.
    """
    return await actions.record(session, household_id, given, by=by)


@statuses.get(
    "/{household_id}/poverty-statuses",
    operation_id="list_poverty_decisions",
    summary="All that was recorded of a household's status",
    responses=problems(errors.HouseholdNotFound),
)
async def list_poverty_decisions(household_id: HouseholdId, session: Reader, _by: RegistryReader) -> History:
    """Give every row of knowledge, superseded ones included, in the order in which they were recorded."""
    await households.must_be_seen(session, household_id)
    rows = await queries.history(session, household_id)
    return History(household_id=household_id, decisions=[decision(row) for row in rows])


@statuses.get(
    "/{household_id}/poverty-status",
    operation_id="read_poverty_status",
    summary="A household's poverty status on a day",
    responses=problems(errors.HouseholdNotFound),
)
async def read_poverty_status(
    household_id: HouseholdId, query: Annotated[StatusQuery, Query()], session: Reader, _by: StatusReader
) -> PovertyStatus:
    """Give the status on the day `as_of`, as it was known at the moment `known_at` (today and now without them).

    `newly_escaped` is a household on neither list that left one at most three years before. Our own services ask with
    the scope `households.status`, people with `beneficiaries.read`.
    """
    return await queries.status(session, household_id, query.as_of or today(), query.known_at or now())

"""Class of difficulty of communes and villages: decided by whoever keeps the areas, public to read."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, row_id, set_next_link
from kit.problems import problems
from kit.values.dates import now, today
from services.beneficiaries import examples
from services.beneficiaries.areas.schemas import MAI_SON
from services.beneficiaries.auth import AreaKeeper
from services.beneficiaries.difficulty import actions, errors, queries
from services.beneficiaries.difficulty.schemas import (
    AreaDifficulty,
    ChangesQuery,
    CommuneDifficulty,
    CommunesQuery,
    Decision,
    Decisions,
    DifficultyChanges,
    DifficultyIn,
    DifficultyQuery,
    VillageDifficulty,
    VillageDifficultyIn,
)
from services.beneficiaries.errors import AreaNotFound, AreaNotInForce, PeriodBackwards
from services.beneficiaries.villages.errors import VillageNotFound

area_difficulty = router("areas", "Difficulty")
village_difficulty = router("villages", "Difficulty")
AreaId = Annotated[UUID, Path(openapi_examples={"Mai Sơn commune": {"value": str(MAI_SON)}})]
VillageId = Annotated[
    UUID,
    row_id("The village's `id`, as a list gave it", "Bản Nà Bó", examples.VILLAGE),
]


@area_difficulty.get(
    "/difficulty-changes",
    operation_id="report_difficulty_changes",
    summary="Communes whose class of difficulty changed between two days",
    responses=problems(PeriodBackwards),
)
async def report_difficulty_changes(query: Annotated[ChangesQuery, Query()], session: Reader) -> DifficultyChanges:
    """Give by day what changed after `from` up to and with `to`, as it was known at the moment `known_at`.

    `change=left` gives the communes that left special difficulty. A commune that was merged meanwhile is compared with
    the class decided for the unit that it became; while none is decided it has neither left nor stayed. No sign-in is
    needed.
    """
    if query.from_ > query.to:
        raise PeriodBackwards
    return await queries.changes(session, query, query.known_at or now())


@area_difficulty.get(
    "/difficulties", operation_id="list_difficulties", summary="The communes of a day with their class of difficulty"
)
async def list_difficulties(
    query: Annotated[CommunesQuery, Query()], session: Reader, request: Request, response: Response
) -> Page[CommuneDifficulty]:
    """Give the communes of the map of `as_of` by code, each with its class on that day as it was known at `known_at`.

    Null where nothing was decided; such a commune comes under no filter. No sign-in is needed.
    """
    items, following = await queries.page(session, query, query.as_of or today(), query.known_at or now())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@area_difficulty.post(
    "/{area_id}/difficulties",
    status_code=201,
    operation_id="classify_area",
    summary="Record a decision on a commune's class of difficulty",
    responses=problems(AreaNotFound, AreaNotInForce, errors.DifficultyAlreadyRecorded, errors.DifficultyOverlaps),
)
async def classify_area(
    area_id: AreaId, given: Annotated[DifficultyIn, Body()], session: Session, by: AreaKeeper, _key: IdempotencyKey
) -> Decision:
    """Set area I, II or III and whether the commune is particularly disadvantaged, from a day on, by a decision.

    The class before ends on that day; one that began on that day is corrected; decisions for later days stay. What was
    known before is kept: ask with `known_at`.
    """
    return await actions.classify_area(session, area_id, given, by=by)


@area_difficulty.get(
    "/{area_id}/difficulties",
    operation_id="list_area_difficulties",
    summary="All that was recorded of a commune's class",
    responses=problems(AreaNotFound),
)
async def list_area_difficulties(area_id: AreaId, session: Reader) -> Decisions:
    """Give every decision on a commune under all its names, superseded ones included, in the order of their recording.

    No sign-in is needed.
    """
    rows = await queries.recorded(session, await queries.line_of(session, area_id))
    return Decisions(items=[queries.decision(row) for row in rows])


@area_difficulty.get(
    "/{area_id}/difficulty",
    operation_id="read_area_difficulty",
    summary="A commune's class of difficulty on a day",
    responses=problems(AreaNotFound),
)
async def read_area_difficulty(
    area_id: AreaId, query: Annotated[DifficultyQuery, Query()], session: Reader
) -> AreaDifficulty:
    """Give the class on the day `as_of`, as it was known at the moment `known_at` (today and now without them).

    A unit of another day is asked for as the commune in which it lies on that day. A class stays with a commune that is
    renamed; a merged one has none until it is decided. No sign-in is needed.
    """
    return await queries.of_area(session, area_id, query.as_of or today(), query.known_at or now())


@village_difficulty.post(
    "/{village_id}/difficulties",
    status_code=201,
    operation_id="classify_village",
    summary="Record a decision that a village is particularly disadvantaged, or no longer",
    responses=problems(
        VillageNotFound, errors.VillageNotInForce, errors.DifficultyAlreadyRecorded, errors.DifficultyOverlaps
    ),
)
async def classify_village(
    village_id: VillageId,
    given: Annotated[VillageDifficultyIn, Body()],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
) -> Decision:
    """Set from a day on, by a decision, whether the village is particularly disadvantaged.

    The class before ends on that day; one that began on that day is corrected; decisions for later days stay.
    """
    return await actions.classify_village(session, village_id, given, by=by)


@village_difficulty.get(
    "/{village_id}/difficulties",
    operation_id="list_village_difficulties",
    summary="All that was recorded of a village's class",
    responses=problems(VillageNotFound),
)
async def list_village_difficulties(village_id: VillageId, session: Reader) -> Decisions:
    """Give every decision, superseded ones included, in the order of their recording. No sign-in is needed."""
    await queries.of_village(session, village_id, today(), now())
    return Decisions(items=[queries.decision(row) for row in await queries.recorded(session, [village_id])])


@village_difficulty.get(
    "/{village_id}/difficulty",
    operation_id="read_village_difficulty",
    summary="A village's class of difficulty on a day",
    responses=problems(VillageNotFound),
)
async def read_village_difficulty(
    village_id: VillageId, query: Annotated[DifficultyQuery, Query()], session: Reader
) -> VillageDifficulty:
    """Give whether a village is particularly disadvantaged on the day `as_of`, as it was known at `known_at`.

    Today and now without them; null where nothing was decided. No sign-in is needed.
    """
    return await queries.of_village(session, village_id, query.as_of or today(), query.known_at or now())

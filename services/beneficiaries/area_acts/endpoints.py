"""`/v1/beneficiaries/areas/acts`: how the map changed, public; carried out by whoever keeps the areas."""

from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, router, set_next_link
from kit.problems import problems
from services.beneficiaries.area_acts import actions, errors, queries
from services.beneficiaries.area_acts.schemas import EXAMPLES, Act, ActIn, ActQuery, History
from services.beneficiaries.areas.schemas import MAI_SON
from services.beneficiaries.auth import AreaKeeper
from services.beneficiaries.errors import AreaNotFound, AreaNotInForce
from services.beneficiaries.villages.errors import VillageNotInUnit

area_acts = router("areas", "Areas")
AreaId = Annotated[UUID, Path(openapi_examples={"Mai Sơn commune": {"value": str(MAI_SON)}})]
ActId = Annotated[
    UUID,
    Path(
        description="The act's `id`, as its list gave it",
        openapi_examples={
            "Mai Sơn commune": {"value": str(uuid5(NAMESPACE_URL, "forthepoor/area-act/merge/04105/2025-07-01"))}
        },
    ),
]


@area_acts.post(
    "/acts",
    status_code=201,
    operation_id="record_area_act",
    summary="Merge, split, rename or reclassify units by a decision",
    responses=problems(
        AreaNotFound,
        AreaNotInForce,
        errors.AreaNotACommune,
        errors.AreaHasLaterAct,
        errors.AreaCodeInUse,
        errors.ParentNotInForce,
        errors.ActAlreadyRecorded,
        errors.ActChangesNothing,
        VillageNotInUnit,
    ),
)
async def record_area_act(
    given: Annotated[ActIn, Body(openapi_examples=EXAMPLES)],
    session: Session,
    by: AreaKeeper,
    _key: IdempotencyKey,
    request: Request,
    response: Response,
) -> Act:
    """Carry out an act on communes, wards and townships with the number of its decision.

    Units end on the day on which it takes effect and their successors begin on that day; a rename or a
    reclassification is a new version, too. Nothing recorded in a unit is touched: figures, lists and the scope of
    officers follow the successors. In a split, villages named for a part take their households with them; all others
    are seen by the administrator only until they are moved, since nobody can tell in which part they lie.
    """
    act_id = await actions.record(session, given, by=by)
    response.headers["Location"] = f"{request.url.path}/{act_id}"
    return await queries.one(session, act_id)


@area_acts.get("/acts", operation_id="list_area_acts", summary="List the acts that changed the map")
async def list_area_acts(
    query: Annotated[ActQuery, Query()], session: Reader, request: Request, response: Response
) -> Page[Act]:
    """Give mergers, splits, renamings and the like with their decisions, the latest first. No sign-in is needed."""
    items, following = await queries.page(session, query)
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@area_acts.get(
    "/acts/{act_id}",
    operation_id="read_area_act",
    summary="Read an act on areas",
    responses=problems(errors.ActNotFound),
)
async def read_area_act(act_id: ActId, session: Reader) -> Act:
    """Give one act with its decision and the units that it ended, made or corrected. No sign-in is needed."""
    return await queries.one(session, act_id)


@area_acts.get(
    "/{area_id}/history",
    operation_id="read_area_history",
    summary="Read what a unit came from and became",
    responses=problems(AreaNotFound),
)
async def read_area_history(area_id: AreaId, session: Reader) -> History:
    """Give every version that a unit came from and every one that came of it, with the acts. No sign-in is needed."""
    return await queries.history(session, area_id)

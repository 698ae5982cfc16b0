"""`/v1/beneficiaries/areas`: public, like the law that made them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from kit.database import Reader
from kit.http import Page, router, set_next_link
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries.areas import queries
from services.beneficiaries.areas.schemas import (
    MAI_SON,
    Area,
    AreaName,
    AreaQuery,
    Geography,
    GeographyQuery,
)
from services.beneficiaries.errors import AreaNotFound

areas = router("areas", "Areas")
AreaId = Annotated[UUID, Path(openapi_examples={"Mai Sơn commune": {"value": str(MAI_SON)}})]


@areas.get("", operation_id="list_areas", summary="List the units of administration on a day")
async def list_areas(
    query: Annotated[AreaQuery, Query()], session: Reader, request: Request, response: Response
) -> Page[Area]:
    """Give the country, provinces, districts and communes that stood on the day `as_of` (today without it), by code.

    Codes are reused: `code=04105` is Hát Lót township with `as_of=2025-06-30` and Mai Sơn commune with
    `as_of=2025-07-01`. Keep the `id`, which names one version. No sign-in is needed.
    """
    items, following = await queries.page(session, query, query.as_of or today())
    set_next_link(request, response, following)
    return Page(items=items, next=following)


@areas.get("/geography", operation_id="read_geography", summary="Read any unit's figures on the map of a day")
async def read_geography(query: Annotated[GeographyQuery, Query()], session: Reader) -> Geography:
    """Give the commune units of a day, and for every commune unit that ever was its place among them.

    A figure recorded in an old unit is added to the unit its id points to. Null means that it cannot be told:
    a commune that merged out of several is not one place on an older map. No sign-in is needed.
    """
    day = query.as_of or today()
    atlas = await queries.atlas(session)
    units = [AreaName(id=unit.id, code=unit.code, name=unit.name) for unit in atlas.on(day)]
    return Geography(as_of=day, units=units, places=atlas.places(day))


@areas.get(
    "/{area_id}", operation_id="read_area", summary="Read one version of a unit", responses=problems(AreaNotFound)
)
async def read_area(area_id: AreaId, session: Reader) -> Area:
    """Give one version of a unit with its parent, what it was made from and what became of it. No sign-in is needed."""
    return await queries.one(session, area_id)

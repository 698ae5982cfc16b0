"""`/v1/beneficiaries/left-behind`: nobody in need is out of sight."""

from typing import Annotated

from fastapi import Query, Request, Response

from kit.database import Reader
from kit.http import router, set_next_link
from kit.values.dates import today
from services.beneficiaries.auth import RegistryReader
from services.beneficiaries.left_behind import queries
from services.beneficiaries.left_behind.schemas import LeftBehind, LeftBehindQuery

left_behind = router("left-behind", "Needs")


@left_behind.get("", operation_id="list_left_behind", summary="Who is in need and was not helped for months")
async def list_left_behind(
    query: Annotated[LeftBehindQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> LeftBehind:
    """Give the households with an open need and no support of that kind in the last `months`, with counts by village.

    Gifts, rice and loans of the other services count as support, and what an organisation did for the household;
    what was reversed or withdrawn does not. Counts hold only households that the caller may see by name: an officer
    those of the commune, so that nothing small need be hidden. They come with the first page.
    """
    found = await queries.page(session, query, query.as_of or today())
    set_next_link(request, response, found.next)
    return found

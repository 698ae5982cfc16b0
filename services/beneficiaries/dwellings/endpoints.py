"""`/v1/beneficiaries/households/{id}/dwelling`: what a household lives in, from a day on."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from kit.database import Session
from kit.http import IfMatch, etag, router, row_id, vault_of
from kit.problems import problems
from kit.values.dates import today
from services.beneficiaries import errors, examples
from services.beneficiaries.auth import Registrar
from services.beneficiaries.change_requests.errors import ChangeNeedsRequest
from services.beneficiaries.change_requests.parts import must_be_direct
from services.beneficiaries.dwellings import actions
from services.beneficiaries.dwellings.schemas import DwellingIn
from services.beneficiaries.households import queries
from services.beneficiaries.households.schemas import Household

dwellings = router("households", "Households")


@dwellings.put(
    "/{household_id}/dwelling",
    operation_id="write_down_dwelling",
    summary="Write down what a household lives in",
    responses=problems(errors.HouseholdNotFound, errors.HouseholdDissolved, errors.DatesDisagree, ChangeNeedsRequest),
)
async def write_down_dwelling(
    household_id: Annotated[
        UUID,
        row_id("The household's `id`", "another household", examples.OTHER_HOUSEHOLD),
    ],
    given: Annotated[DwellingIn, Body()],
    session: Session,
    by: Registrar,
    version: IfMatch,
    request: Request,
    response: Response,
) -> Household:
    """Set the dwelling from a day on: house, water, latrine and means of information, of the version in `If-Match`.

    The dwelling known for that day ends there, or is corrected if it began there; later ones stay. What was known
    before is kept: ask for the household with `as_of` and `known_at`.
    """
    await must_be_direct(session, {"dwelling"}, by=by)
    await actions.write_down(session, household_id, given, version, by=by)
    changed = await queries.one(session, household_id, vault_of(request), today())
    response.headers["ETag"] = etag(changed.version)
    return changed

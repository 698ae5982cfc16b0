"""Keep a household's written request to be reviewed."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.dates import today
from kit.values.ids import new_id
from services.beneficiaries.households import queries as households
from services.beneficiaries.households.models import in_order
from services.beneficiaries.review_requests.schemas import RequestIn

_REQUEST = text(
    "insert into review_requests (id, household_id, received_on, wish, received_by, state)"
    " values (:id, :household_id, :received_on, :wish, :by, 'open')"
)


async def receive(session: AsyncSession, given: RequestIn, *, by: Actor) -> UUID:
    """Keep a household's written request. Errors: HouseholdNotFound, DatesDisagree, RequestAlreadyOpen."""
    in_order("received_on", given.received_on, today())
    await households.must_be_seen(session, given.household_id)
    request_id = given.id or new_id()
    await session.execute(_REQUEST, {**given.model_dump(), "id": request_id, "by": by.subject})
    facts = {"household_id": given.household_id, "received_on": given.received_on}
    await audit.record(session, by, "review_request.received", "review_request", request_id, facts)
    return request_id

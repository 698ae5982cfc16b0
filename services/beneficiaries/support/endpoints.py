"""The household's page, and the door through which the other services tell of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from kit.database import Reader, RowScope
from kit.http import router, row_id, set_next_link
from kit.problems import problems
from kit.webhooks import BadSignature, Inbox, NotAnEvent, StaleMessage
from services.beneficiaries import examples
from services.beneficiaries.auth import RegistryReader
from services.beneficiaries.errors import HouseholdNotFound
from services.beneficiaries.support import actions, queries
from services.beneficiaries.support.envelope import ENVELOPE
from services.beneficiaries.support.schemas import Receipt, SupportPage, SupportQuery

support = router("households", "Support received")
events = router("events", "Events from our services")


@support.get(
    "/{household_id}/support",
    operation_id="read_household_support",
    summary="All support a household received",
    responses=problems(HouseholdNotFound),
)
async def read_household_support(
    household_id: Annotated[
        UUID,
        row_id("The household's `id`", "a household", examples.HOUSEHOLD),
    ],
    query: Annotated[SupportQuery, Query()],
    session: Reader,
    _by: RegistryReader,
    request: Request,
    response: Response,
) -> SupportPage:
    """Give gifts, rice, loans and repayments from the other services' events, newest first.

    With totals by kind and unit over all time; what was reversed is left out. A household outside the caller's area
    is not found.
    """
    page = await queries.page(session, household_id, query)
    set_next_link(request, response, page.next)
    return page


@events.post(
    "",
    operation_id="receive_event",
    summary="Take in an event of another of our services",
    responses=problems(BadSignature, StaleMessage, NotAnEvent),
    openapi_extra=ENVELOPE,
)
async def receive_event(request: Request) -> Receipt:
    """Take in a signed event; each counts once, in whatever order they come.

    The signature stands for the sender: no token is needed. Support for a household that is not registered yet is kept,
    and shown once it is. Events that tell of no support are acknowledged and left aside.
    """
    body, secrets = await request.body(), request.app.state.settings.inbox_secrets
    source, inbox = actions.source_of(body, secrets), Inbox(secrets)
    async with request.app.state.database.transaction(RowScope.everything(f"service:{source}")) as session:
        return await actions.receive(session, inbox, source, request.headers, body)

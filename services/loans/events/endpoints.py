from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from kit import outbox
from kit.database import Reader
from kit.http import router
from kit.problems import BadCursor, problems
from services.loans.auth import LoanReader

events = router("events", "Events")


class EventsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        str | None, Field(pattern="^[A-Za-z0-9_-]{32}$", description="`next_cursor` of the page before")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    type: Annotated[
        outbox.TypePattern | None,
        Field(description="An event type, or a prefix such as `loan.*`", examples=["loan.*"]),
    ] = None


class EventsOut(BaseModel):
    """Events as CloudEvents 1.0, the oldest first. `next_cursor` is always there: ask again with it later."""

    model_config = ConfigDict(extra="forbid")

    items: list[dict[str, Any]]
    next_cursor: str
    has_more: bool


@events.get("", operation_id="pull_events", summary="Pull what happened", responses=problems(BadCursor))
async def pull_events(query: Annotated[EventsQuery, Query()], session: Reader, _by: LoanReader) -> EventsOut:
    """Return events after the cursor: `loan.approved`, `loan.disbursed`, `repayment.recorded`.

    A partner bank gets the events of its own loans. Nothing is skipped, whatever order transactions commit in; an
    event may be read again after a crash of the reader, so keep the ids of those that were handled.
    """
    found = await outbox.feed(session, query.cursor, query.limit, [query.type] if query.type else None)
    return EventsOut(
        items=[outbox.envelope(event) for event in found.events],
        next_cursor=found.cursor,
        has_more=found.has_more,
    )

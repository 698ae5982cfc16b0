"""Take in an event of another service, once, in whatever order events come."""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import Event
from kit.webhooks import BadSignature, Inbox, NotAnEvent
from services.beneficiaries.support.models import ReversalRow, SupportRow
from services.beneficiaries.support.schemas import GivenData, Receipt, ReversedData, parts_of

GIVEN: Final = frozenset({"support.given", "loan.disbursed", "repayment.recorded"})
REVERSED: Final = frozenset({"support.reversed"})
# What the senders leave out because their event's name says it.
_KINDS: Final[Mapping[str, str]] = {"loan.disbursed": "loan", "repayment.recorded": "repayment"}

_Data = TypeVar("_Data", bound=BaseModel)


def source_of(body: bytes, senders: Collection[str]) -> str:
    """Return the service that a body names as its source (`/v1/funds` is `funds`), before it can be trusted.

    The signature is then checked with that service's secret. Errors: BadSignature where it is none of `senders`.
    """
    try:
        source = orjson.loads(body)["source"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadSignature from error
    name = source.rstrip("/").rpartition("/")[2] if isinstance(source, str) else ""
    if name not in senders:
        raise BadSignature
    return name


async def receive(session: AsyncSession, inbox: Inbox, source: str, headers: Mapping[str, str], body: bytes) -> Receipt:
    """Keep what an event tells of support, together with having seen it.

    The household need not be known here yet. Errors: BadSignature, StaleMessage, NotAnEvent.
    """
    event = await inbox.accept(session, source, headers, body)
    if event is None:
        return Receipt(outcome="duplicate")
    kind = event.type.removeprefix(f"{source}.")
    if kind in GIVEN:
        await _given(session, source, event, kind)
    elif kind in REVERSED:
        await _reversed(session, source, event)
    else:
        return Receipt(outcome="ignored")
    return Receipt(outcome="recorded")


async def _given(session: AsyncSession, source: str, event: Event, kind: str) -> None:
    data = _read(GivenData, {"kind": _KINDS.get(kind), **event.data})
    row = {
        "source": source,
        "support_id": data.support_id,
        "household_id": data.household_id,
        "kind": data.kind,
        "happened_on": data.on,
        "quantities": [parts_of(value) for value in data.values],
        "reference": data.reference,
        "title": data.occasion or data.programme,
        "proof": data.proof,
        "event_id": event.id,
    }
    await session.execute(insert(SupportRow).values(row).on_conflict_do_nothing())


async def _reversed(session: AsyncSession, source: str, event: Event) -> None:
    data = _read(ReversedData, event.data)
    row = {"source": source, "support_id": data.support_id, "reason": data.reason, "event_id": event.id}
    await session.execute(insert(ReversalRow).values(row).on_conflict_do_nothing())


def _read(kind: type[_Data], data: Mapping[str, Any]) -> _Data:
    try:
        return kind.model_validate(dict(data))
    except ValidationError as error:
        raise NotAnEvent from error

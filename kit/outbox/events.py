from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypedDict
from uuid import UUID

import orjson
from sqlalchemy import Row, text

from kit.statements import Statements
from kit.values.ids import new_id


class Scope(TypedDict, total=False):
    """Who outside the whole house may see an event: one bank, one area, or both."""

    bank: str
    area: str


@dataclass(frozen=True)
class Event:
    """Something that happened, kept in the transaction that made it happen."""

    id: UUID
    type: str
    source: str
    subject: str
    data: dict[str, Any]
    occurred_at: datetime

    @classmethod
    def of(cls, row: Row[Any] | Mapping[str, Any]) -> Self:
        """Read a row with the columns of `outbox_events`; `data` may still be JSON text."""
        found = row if isinstance(row, Mapping) else row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        data = found["data"]
        return cls(
            id=UUID(str(found["id"])),
            type=found["type"],
            source=found["source"],
            subject=found["subject"],
            data=orjson.loads(data) if isinstance(data, str) else data,
            occurred_at=found["occurred_at"],
        )


_INSERT = text(
    "insert into outbox_events (id, type, subject, data, bank, area)"
    " values (:id, :type, :subject, cast(:data as jsonb), :bank, :area)"
)


_INSERT_ALL = text(
    "insert into outbox_events (id, type, subject, data, bank, area)"
    " select e.id, cast(:type as text), e.subject, cast(e.data as jsonb), cast(:bank as text), cast(:area as text)"
    " from unnest(cast(:ids as uuid[]), cast(:subjects as text[]), cast(:data as text[])) as e (id, subject, data)"
)


async def add(
    session: Statements,
    event_type: str,
    subject: str,
    data: Mapping[str, Any],
    *,
    scope: Scope | None = None,
) -> UUID:
    """Write an event in the caller's transaction; it leaves only if that commits. Return its id.

    event_type: ``<noun>.<past tense>``, say ``donation.recorded``.
    subject: the id of what it is about.
    data: thin: ids, dates and amounts, never names, numbers or illness; what JSON knows, and UUIDs and dates.
    scope: without it only our own services and callers with reach `all` see the event.
    """
    event_id = new_id()
    seen_by = scope or {}
    await session.execute(
        _INSERT,
        {
            "id": event_id,
            "type": event_type,
            "subject": subject,
            "data": orjson.dumps(dict(data), default=_plain).decode(),
            "bank": seen_by.get("bank"),
            "area": seen_by.get("area"),
        },
    )
    return event_id


async def add_all(
    session: Statements,
    event_type: str,
    events: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    scope: Scope | None = None,
) -> None:
    """Write many events of one type, each a subject and its data, in one statement; otherwise as `add`."""
    seen_by = scope or {}
    await session.execute(
        _INSERT_ALL,
        {
            "ids": [new_id() for _ in events],
            "type": event_type,
            "subjects": [subject for subject, _ in events],
            "data": [orjson.dumps(dict(data), default=_plain).decode() for _, data in events],
            "bank": seen_by.get("bank"),
            "area": seen_by.get("area"),
        },
    )


def _plain(value: object) -> str:
    """What orjson does not take by itself: the database driver's own kind of UUID."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError


def envelope(event: Event, source: str | None = None) -> dict[str, Any]:
    """CloudEvents 1.0, structured JSON (media type ``application/cloudevents+json``).

    source: replaces the event's own ``/v1/<service>``, say by an absolute address for a partner.
    """
    return {
        "specversion": "1.0",
        "id": str(event.id),
        "source": source or event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": event.data,
    }

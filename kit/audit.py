"""An append-only row for every decision: who, what, on whose behalf, under which request, why."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from kit.identity.actor import Actor
from kit.statements import Statements
from kit.telemetry import request_id

_INSERT = text(
    "insert into audit_log (actor, client, on_behalf_of, action, subject_type, subject_id, change, reason, request_id)"
    " values (:actor, :client, :on_behalf_of, :action, :subject_type, :subject_id, cast(:change as jsonb), :reason,"
    " :request_id)"
)
_INSERT_ALL = text(
    "insert into audit_log (actor, client, action, subject_type, subject_id, change, request_id)"
    " select cast(:actor as text), cast(:client as text), cast(:action as text), cast(:subject_type as text), c.id,"
    " cast(c.change as jsonb), cast(:request_id as text)"
    " from unnest(cast(:ids as uuid[]), cast(:changes as text[])) as c (id, change)"
)


async def record(
    session: Statements,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: UUID,
    change: Mapping[str, Any] | None = None,
    *,
    reason: str | None = None,
    on_behalf_of: str | None = None,
) -> None:
    """Write one audit row in the caller's transaction; `change` holds no identity number, phone or illness."""
    await session.execute(
        _INSERT,
        {
            "actor": actor.subject,
            "client": actor.client_id,
            "on_behalf_of": on_behalf_of,
            "action": action,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "change": orjson.dumps(dict(change or {}), default=str).decode(),
            "reason": reason,
            "request_id": request_id.get(),
        },
    )


async def record_all(
    session: Statements,
    actor: Actor,
    action: str,
    subject_type: str,
    changes: Sequence[tuple[UUID, Mapping[str, Any]]],
    *,
    request: str | None = None,
) -> None:
    """Write a row for each subject and its change in one statement; otherwise as `record`.

    request: the request that asked for it, where that is not the one at hand: a worker acts later.
    """
    await session.execute(
        _INSERT_ALL,
        {
            "actor": actor.subject,
            "client": actor.client_id,
            "action": action,
            "subject_type": subject_type,
            "ids": [subject_id for subject_id, _ in changes],
            "changes": [orjson.dumps(dict(change), default=str).decode() for _, change in changes],
            "request_id": request or request_id.get(),
        },
    )

"""An append-only row for every decision: who, what, on whose behalf, under which request, why."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity.actor import Actor
from kit.telemetry import request_id

audit_log = Table(
    "audit_log",
    MetaData(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("recorded_at", DateTime(timezone=True)),
    Column("actor", Text),
    Column("client", Text),
    Column("on_behalf_of", Text),
    Column("action", Text),
    Column("subject_type", Text),
    Column("subject_id", Uuid),
    Column("change", JSONB),
    Column("reason", Text),
    Column("request_id", Text),
)
_INSERT = audit_log.insert()


async def record(
    session: AsyncSession,
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
            "change": dict(change or {}),
            "reason": reason,
            "request_id": request_id.get(),
        },
    )

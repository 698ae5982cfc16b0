"""Every step of a grievance leaves three traces: its own append-only row, the audit log, an event without content."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.crypto import Vault
from kit.identity import Actor
from services.beneficiaries.grievances.models import Grievance, GrievanceStep, Step


async def leave(
    session: AsyncSession,
    grievance: Grievance,
    step: Step,
    on: date,
    *,
    by: Actor,
    facts: dict[str, Any],
    written: tuple[str, Vault] | None = None,
) -> None:
    """Record a step of a grievance whose row is locked or new. written: what was written with it, to be sealed."""
    await session.flush()
    number = await session.scalar(
        select(func.coalesce(func.max(GrievanceStep.number), 0) + 1).where(GrievanceStep.grievance_id == grievance.id)
    )
    made = GrievanceStep(
        grievance_id=grievance.id, number=number, step=step, happened_on=on, made_by=by.subject, facts=facts
    )
    if written is not None:
        text, vault = written
        made.text_sealed = vault.seal(text, context=made.text_context)
    session.add(made)
    await session.flush()
    await audit.record(session, by, f"grievance.{step}", "grievance", grievance.id, facts)
    event = {"grievance_id": str(grievance.id), "state": grievance.state, "level": grievance.level}
    await outbox.add(session, f"grievance.{step}", str(grievance.id), event)

"""Every step of a change request leaves three traces: its own append-only row, the audit log, at its end an event."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, outbox
from kit.identity import Actor
from services.beneficiaries.change_requests.models import ChangeRequest, ChangeRequestStep, Step

_ENDS = frozenset({"approved", "rejected"})


async def leave(session: AsyncSession, request: ChangeRequest, step: Step, reason: str | None, *, by: Actor) -> None:
    """Record a step of a request whose row is locked or new; the audit row names who proposed and who acted."""
    await session.flush()
    number = await session.scalar(
        select(func.coalesce(func.max(ChangeRequestStep.number), 0) + 1).where(
            ChangeRequestStep.request_id == request.id
        )
    )
    session.add(ChangeRequestStep(request_id=request.id, number=number, step=step, made_by=by.subject, reason=reason))
    await session.flush()
    facts = {
        "kind": request.kind,
        "household_id": request.household_id,
        "fields": request.fields,
        "base_version": request.base_version,
        "proposed_by": request.proposed_by,
        "decided_by": request.decided_by,
    }
    await audit.record(
        session,
        by,
        f"change_request.{step}",
        "change_request",
        request.id,
        facts,
        reason=reason,
        on_behalf_of=None if request.proposed_by == by.subject else request.proposed_by,
    )
    if step in _ENDS:
        told = {"change_request_id": request.id, "household_id": request.household_id, "kind": request.kind}
        await outbox.add(session, "change_request.decided", str(request.id), {**told, "state": request.state})

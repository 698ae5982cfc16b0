from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from services.funds.donor_merges import queries
from services.funds.donor_merges.errors import MergeOfOne
from services.funds.donor_merges.models import DonorMerge
from services.funds.donor_merges.schemas import MergeIn


async def propose(session: AsyncSession, wanted: MergeIn, *, by: Actor) -> DonorMerge:
    """Errors: MergeOfOne, DonorNotFound; MergeExists, MergeUnderWay, by the database."""
    if wanted.duplicate_id == wanted.survivor_id:
        raise MergeOfOne
    await queries.both(session, wanted.duplicate_id, wanted.survivor_id)
    merge = DonorMerge(
        duplicate_id=wanted.duplicate_id,
        survivor_id=wanted.survivor_id,
        reason=wanted.reason,
        state="proposed",
        proposed_by=by.subject,
    )
    if wanted.id is not None:
        merge.id = wanted.id
    session.add(merge)
    await session.flush()
    await _noted(session, merge, "proposed", by=by, reason=wanted.reason)
    return merge


async def approve(session: AsyncSession, merge_id: UUID, *, by: Actor) -> DonorMerge:
    """Let the survivor stand for both from now on; both are kept.

    Errors: MergeNotFound, MergeDecided, SecondPersonNeeded; MergeChained, by the database.
    """
    merge = await queries.read(session, merge_id, lock=True)
    merge.decide("merged", by=by.subject)
    await queries.both(session, merge.duplicate_id, merge.survivor_id)
    await session.flush()
    await _noted(session, merge, "approved", by=by)
    return merge


async def reject(session: AsyncSession, merge_id: UUID, reason: str, *, by: Actor) -> DonorMerge:
    """Errors: MergeNotFound, MergeDecided, SecondPersonNeeded."""
    merge = await queries.read(session, merge_id, lock=True)
    merge.decide("rejected", by=by.subject, answer=reason)
    await session.flush()
    await _noted(session, merge, "rejected", by=by, reason=reason)
    return merge


async def undo(session: AsyncSession, merge_id: UUID, reason: str, *, by: Actor) -> DonorMerge:
    """Let each stand for themselves again. Errors: MergeNotFound, MergeNotDone, SecondPersonNeeded."""
    merge = await queries.read(session, merge_id, lock=True)
    merge.undo(by=by.subject, answer=reason)
    await session.flush()
    await _noted(session, merge, "undone", by=by, reason=reason)
    return merge


async def _noted(session: AsyncSession, merge: DonorMerge, what: str, *, by: Actor, reason: str | None = None) -> None:
    change = {"duplicate": str(merge.duplicate_id), "survivor": str(merge.survivor_id)}
    await audit.record(session, by, f"donor_merge.{what}", "donor_merge", merge.id, change, reason=reason)

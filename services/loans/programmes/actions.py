from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.ids import new_id
from services.loans.errors import RateNotLater
from services.loans.programmes import queries
from services.loans.programmes.models import Terms
from services.loans.programmes.schemas import ProgrammeHistoryOut, RateIn
from services.loans.schedules.interest import Rate


async def add_rate(
    session: AsyncSession, programme_id: UUID, new: RateIn, *, by: Actor, today: date
) -> ProgrammeHistoryOut:
    """Let new terms begin on a day: the open row ends there, and what it said before stays on record.

    Errors: ProgrammeNotFound, RateNotLater.
    """
    programme = await queries.one(session, programme_id)
    last = await session.scalar(
        select(Terms)
        .where(Terms.programme_id == programme_id, Terms.recorded_to.is_(None), Terms.valid_to.is_(None))
        .with_for_update()
    )
    if last is not None:
        if new.valid_from <= last.valid_from:
            raise RateNotLater(valid_from=last.valid_from)
        await session.execute(update(Terms).where(Terms.id == last.id).values(recorded_to=func.now()))
        session.add(_ended(last, new.valid_from, by))
    session.add(_begun(programme_id, last, new, by))
    await session.flush()
    change = {"annual_rate": new.annual_rate, "valid_from": new.valid_from.isoformat()}
    await audit.record(session, by, "programme.rate_added", "programme", programme_id, change, reason=new.decision)
    return ProgrammeHistoryOut.with_history(programme, await queries.history(session, programme_id), today)


def _ended(last: Terms, valid_to: date, by: Actor) -> Terms:
    return Terms(
        id=new_id(),
        programme_id=last.programme_id,
        annual_rate=last.annual_rate,
        max_amount=last.max_amount,
        max_amount_per=last.max_amount_per,
        max_term_months=last.max_term_months,
        valid_from=last.valid_from,
        valid_to=valid_to,
        decision=last.decision,
        verified=last.verified,
        recorded_by=by.subject,
    )


def _begun(programme_id: UUID, last: Terms | None, new: RateIn, by: Actor) -> Terms:
    kept_amount = None if last is None else last.max_amount
    kept_term = None if last is None else last.max_term_months
    return Terms(
        id=new_id(),
        programme_id=programme_id,
        annual_rate=Rate.parse(new.annual_rate).millionths,
        max_amount=kept_amount if new.max_amount is None else new.max_amount.amount,
        max_amount_per="household" if last is None else last.max_amount_per,
        max_term_months=kept_term if new.max_term_months is None else new.max_term_months,
        valid_from=new.valid_from,
        decision=new.decision,
        verified="set by decision",
        recorded_by=by.subject,
    )

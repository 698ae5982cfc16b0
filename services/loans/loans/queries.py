from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from kit.values.money import vnd
from services.loans.errors import LoanNotFound
from services.loans.loans.models import Allocation, Loan, Repayment, Used
from services.loans.loans.schemas import LoanOut, LoanQuery, RepaymentOut
from services.loans.schedules.replay import Payment

_NEWEST_FIRST = Keyset([Loan.recorded_at, Loan.id], [datetime, UUID], descending=True)
_IN_ARRIVAL = Keyset([Repayment.sequence], [int])
_FILTERS = ("state", "household_id", "programme_id", "bank")
_CURRENT = and_(Allocation.repayment_id == Repayment.id, Allocation.recorded_to.is_(None))


async def page(session: AsyncSession, query: LoanQuery) -> tuple[list[LoanOut], str | None]:
    statement = select(Loan)
    for name in _FILTERS:
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(Loan, name) == wanted)
    rows, cursor = await _NEWEST_FIRST.rows(session, statement, query, lambda row: [row.Loan.recorded_at, row.Loan.id])
    return [LoanOut.of(row.Loan) for row in rows], cursor


async def one(session: AsyncSession, loan_id: UUID, *, lock: bool = False) -> Loan:
    """Errors: LoanNotFound, also for one out of the caller's reach."""
    found = await session.get(Loan, loan_id, with_for_update=lock or None)
    if found is None:
        raise LoanNotFound
    return found


async def used(session: AsyncSession, loan_id: UUID) -> list[Used]:
    """Return the loan's payments in order of arrival, each with the way it is used now."""
    rows = await session.execute(_payments(loan_id).order_by(Repayment.sequence))
    return [
        Used(
            payment=Payment(row.Repayment.id, row.Repayment.paid_on, row.Repayment.amount),
            reference=row.Repayment.reference,
            revision=row.Allocation.revision,
            interest=row.Allocation.interest,
            principal=row.Allocation.principal,
            entry_id=row.Allocation.entry_id,
        )
        for row in rows
    ]


async def repayments(session: AsyncSession, loan_id: UUID, query: ListQuery) -> tuple[list[RepaymentOut], str | None]:
    rows, cursor = await _IN_ARRIVAL.rows(session, _payments(loan_id), query, lambda row: [row.Repayment.sequence])
    return [RepaymentOut(**facts(row.Repayment, row.Allocation)) for row in rows], cursor


def facts(repayment: Repayment, allocation: Allocation) -> dict[str, Any]:
    return {
        "id": repayment.id,
        "reference": repayment.reference,
        "loan_id": repayment.loan_id,
        "on": repayment.paid_on,
        "amount": vnd(repayment.amount),
        "interest": vnd(allocation.interest),
        "principal": vnd(allocation.principal),
        "revision": allocation.revision,
        "receipt": repayment.receipt,
        "recorded_by": repayment.recorded_by,
        "recorded_at": repayment.recorded_at,
    }


def _payments(loan_id: UUID) -> Select[Repayment, Allocation]:
    return select(Repayment, Allocation).join(Allocation, _CURRENT).where(Repayment.loan_id == loan_id)

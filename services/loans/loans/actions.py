from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, ledger, outbox
from kit.identity import Actor
from kit.values.ids import new_id
from kit.values.money import vnd
from kit.values.reference import new_reference
from services.loans.applications import queries as applications
from services.loans.books.accounts import Accounts
from services.loans.errors import LoanExists
from services.loans.loans import queries
from services.loans.loans.models import Allocation, Loan, Repayment, Used
from services.loans.loans.schemas import Corrected, DisbursementIn, LoanOut, RepaymentDoneOut, RepaymentIn
from services.loans.programmes import queries as programmes
from services.loans.schedules.replay import Payment, Share


async def disburse(session: AsyncSession, application_id: UUID, paid: DisbursementIn, *, by: Actor) -> LoanOut:
    """Pay out an approved application: the loan, its entry and its event, once.

    Errors: ApplicationNotFound, NotThisState, WrongBank, DateOutOfOrder, AlreadyDisbursed, LoanExists, PeriodClosed.
    """
    application = await applications.one(session, application_id, lock=True)
    application.disburse(bank=paid.bank, on=paid.on)
    programme = await programmes.one(session, application.programme_id)
    # The registry knows a loan and a payment by their ids: they must not be the same one.
    if paid.id is not None and await session.get(Repayment, paid.id) is not None:
        raise LoanExists
    loan = Loan.of(application, on=paid.on, by=by.subject, loan_id=paid.id)
    accounts = Accounts(programme.code, loan.bank)
    entry = accounts.disbursement(loan.id, loan.principal, on=paid.on, actor=by.subject)
    loan.entry_id = entry.id
    session.add(loan)
    await session.flush()
    await accounts.open(session, actor=by.subject)
    await ledger.post(session, entry)
    change = {"principal": loan.principal, "on": paid.on.isoformat()}
    await audit.record(session, by, "loan.disbursed", "loan", loan.id, change)
    data = {
        "support_id": loan.id,
        "household_id": loan.household_id,
        "kind": "loan",
        "on": paid.on,
        "values": [{"amount": loan.principal, "currency": "VND"}],
        "reference": loan.reference,
        "programme": programme.code,
    }
    await outbox.add(session, "loan.disbursed", str(loan.id), data, scope={"bank": loan.bank})
    await session.refresh(loan)
    return LoanOut.of(loan)


async def repay(session: AsyncSession, loan_id: UUID, paid: RepaymentIn, *, by: Actor) -> RepaymentDoneOut:
    """Take in a payment, replay the loan, and put the books right where a late payment changed the use of others.

    The loan's row is locked first: of two payments at one instant the second sees the first.
    Errors: LoanNotFound, DateOutOfOrder, RepaymentExceedsOutstanding, ReceiptKnown, PeriodClosed.
    """
    loan = await queries.one(session, loan_id, lock=True)
    loan.check_day(paid.on)
    before = await queries.used(session, loan_id)
    repayment = Repayment(
        id=new_id(),
        reference=new_reference("RP"),
        loan_id=loan.id,
        bank=loan.bank,
        paid_on=paid.on,
        amount=paid.amount.amount,
        receipt=paid.receipt,
        recorded_by=by.subject,
    )
    new = Payment(repayment.id, paid.on, repayment.amount)
    shares = {share.payment.id: share for share in loan.settle([*(known.payment for known in before), new])}
    session.add(repayment)
    await session.flush()
    changed = [known for known in before if known.differs(shares[known.payment.id])]
    allocation = await _put_right(session, loan, repayment, shares, changed, by.subject)
    await _tell(session, loan, repayment, by)
    await session.refresh(repayment)
    return RepaymentDoneOut(
        **queries.facts(repayment, allocation),
        balance=vnd(loan.balance),
        state=loan.state,
        corrected=[_corrected(known, shares[known.payment.id]) for known in changed],
    )


async def _put_right(
    session: AsyncSession,
    loan: Loan,
    repayment: Repayment,
    shares: dict[UUID, Share],
    changed: Sequence[Used],
    actor: str,
) -> Allocation:
    """Post the new payment, reverse what is used in another way now and post it anew: one call, one order of locks."""
    programme = await programmes.one(session, loan.programme_id)
    accounts = Accounts(programme.code, loan.bank)
    wrong = await ledger.load_many(session, [known.entry_id for known in changed]) if changed else {}
    reversals = [
        ledger.reverse(
            entry,
            effective_on=entry.effective_on,
            key=f"{entry.key}:reversed",
            actor=actor,
            description=f"A payment of {repayment.paid_on} came in later",
        )
        for entry in wrong.values()
    ]
    revisions = [(shares[repayment.id], 1), *((shares[known.payment.id], known.revision + 1) for known in changed)]
    made = [_allocation(loan, share, revision, accounts, actor) for share, revision in revisions]
    await ledger.post_many(session, [*reversals, *(entry for _, entry in made)])
    if changed:
        old = tuple_(Allocation.repayment_id, Allocation.revision).in_(
            [(known.payment.id, known.revision) for known in changed]
        )
        await session.execute(update(Allocation).where(old).values(recorded_to=func.now()))
    session.add_all(allocation for allocation, _ in made)
    await session.flush()
    return made[0][0]


def _allocation(
    loan: Loan, share: Share, revision: int, accounts: Accounts, actor: str
) -> tuple[Allocation, ledger.Entry]:
    payment = share.payment
    entry = accounts.repayment(
        payment.id, revision, interest=share.interest, principal=share.principal, on=payment.on, actor=actor
    )
    allocation = Allocation(
        repayment_id=payment.id,
        revision=revision,
        bank=loan.bank,
        amount=payment.amount,
        interest=share.interest,
        principal=share.principal,
        entry_id=entry.id,
    )
    return allocation, entry


async def _tell(session: AsyncSession, loan: Loan, repayment: Repayment, by: Actor) -> None:
    change = {"loan_id": str(loan.id), "amount": repayment.amount, "on": repayment.paid_on.isoformat()}
    await audit.record(session, by, "repayment.recorded", "repayment", repayment.id, change)
    data = {
        "support_id": repayment.id,
        "loan_id": loan.id,
        "household_id": loan.household_id,
        "on": repayment.paid_on,
        "values": [{"amount": repayment.amount, "currency": "VND"}],
        "reference": repayment.reference,
    }
    await outbox.add(session, "repayment.recorded", str(repayment.id), data, scope={"bank": loan.bank})


def _corrected(known: Used, share: Share) -> Corrected:
    return Corrected(
        repayment_id=known.payment.id,
        reference=known.reference,
        interest=vnd(share.interest),
        principal=vnd(share.principal),
    )

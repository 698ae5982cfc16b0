from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, ListQuery, Page, etag, router, row_id, set_next_link
from kit.ledger import PeriodClosed
from kit.problems import problems
from kit.values.dates import LAST_DAY, today
from services.loans import examples
from services.loans.auth import BookKeeper, LoanReader
from services.loans.errors import (
    AlreadyDisbursed,
    ApplicationNotFound,
    DateOutOfOrder,
    LoanExists,
    LoanNotFound,
    NotThisState,
    ReceiptKnown,
    RepaymentExceedsOutstanding,
    WrongBank,
)
from services.loans.loans import actions, queries
from services.loans.loans.schemas import (
    DisbursementIn,
    LoanOut,
    LoanQuery,
    RepaymentDoneOut,
    RepaymentIn,
    RepaymentOut,
    ScheduleOut,
    ScheduleQuery,
)
from services.loans.schedules.replay import replay

disbursements = router("applications", "Applications")
loans = router("loans", "Loans")

ApprovedId = Annotated[
    UUID,
    row_id("Id of the application", "an approved one", examples.APPROVED),
]
LoanId = Annotated[UUID, row_id("Id of the loan", "a loan", examples.LOAN)]


@disbursements.post(
    "/{application_id}/disbursement",
    status_code=201,
    operation_id="disburse_loan",
    summary="Confirm that an approved loan was paid out",
    responses=problems(
        ApplicationNotFound, NotThisState, WrongBank, DateOutOfOrder, AlreadyDisbursed, LoanExists, PeriodClosed
    ),
)
async def disburse_loan(
    application_id: ApprovedId,
    disbursement: DisbursementIn,
    session: Session,
    by: BookKeeper,
    _key: IdempotencyKey,
    response: Response,
) -> LoanOut:
    """Turn an approved application into a loan, with its entry in the books and the event `loan.disbursed`.

    For a credit officer (`loans.write`), or for the partner bank that the application was approved for
    (`loans.bank`, with a DPoP-bound token).
    """
    made = await actions.disburse(session, application_id, disbursement, by=by)
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"/v1/loans/loans/{made.id}"
    return made


@loans.get("", operation_id="list_loans", summary="List loans, the newest first")
async def list_loans(
    query: Annotated[LoanQuery, Query()], session: Reader, _by: LoanReader, request: Request, response: Response
) -> Page[LoanOut]:
    """Return loans in reach of the caller. A partner bank sees its own; the database itself keeps it to them."""
    items, cursor = await queries.page(session, query)
    set_next_link(request, response, cursor)
    return Page(items=items, next=cursor)


@loans.get("/{loan_id}", operation_id="read_loan", summary="Read one loan", responses=problems(LoanNotFound))
async def read_loan(loan_id: LoanId, session: Reader, _by: LoanReader, response: Response) -> LoanOut:
    """Return the loan with what is owed after every payment recorded so far."""
    loan = await queries.one(session, loan_id)
    response.headers["ETag"] = etag(loan.version)
    return LoanOut.of(loan)


@loans.get(
    "/{loan_id}/schedule",
    operation_id="read_schedule",
    summary="Read what is due, paid and still to come",
    responses=problems(LoanNotFound, DateOutOfOrder),
)
async def read_schedule(
    loan_id: LoanId, query: Annotated[ScheduleQuery, Query()], session: Reader, _by: LoanReader
) -> ScheduleOut:
    """Replay the loan to the end of a day and return every row, each interest figure with its explanation.

    Rows after the day suppose that every due date is kept. Interest on a loan that is overdue runs on at the rate of
    its contract.
    """
    as_of = query.as_of or today()
    loan = await queries.one(session, loan_id)
    loan.check_day(as_of, LAST_DAY)
    payments = [known.payment for known in await queries.used(session, loan_id)]
    return ScheduleOut.of(loan_id, replay(loan.contract, payments, as_of))


@loans.get(
    "/{loan_id}/repayments",
    operation_id="list_repayments",
    summary="List the payments on a loan, in order of arrival",
    responses=problems(LoanNotFound),
)
async def list_repayments(
    loan_id: LoanId,
    query: Annotated[ListQuery, Query()],
    session: Reader,
    _by: LoanReader,
    request: Request,
    response: Response,
) -> Page[RepaymentOut]:
    """Return each payment with the way it is used now: interest first, the rest principal."""
    await queries.one(session, loan_id)
    items, cursor = await queries.repayments(session, loan_id, query)
    set_next_link(request, response, cursor)
    return Page(items=items, next=cursor)


@loans.post(
    "/{loan_id}/repayments",
    status_code=201,
    operation_id="record_repayment",
    summary="Record a payment on a loan",
    responses=problems(LoanNotFound, DateOutOfOrder, RepaymentExceedsOutstanding, ReceiptKnown, PeriodClosed),
)
async def record_repayment(
    loan_id: LoanId, repayment: RepaymentIn, session: Session, by: BookKeeper, _key: IdempotencyKey
) -> RepaymentDoneOut:
    """Take in a payment with its value date: the interest accrued to that day first, the rest is principal.

    A payment may come in late. The loan is then replayed as if it had come in time; payments that are used in another
    way because of it are listed in `corrected`, and the books are put right by reversing entries. More than what is
    owed is refused. For a credit officer (`loans.write`) or the bank that holds the loan (`loans.bank`, DPoP-bound).
    """
    return await actions.repay(session, loan_id, repayment, by=by)

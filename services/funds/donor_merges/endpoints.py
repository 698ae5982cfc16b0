from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, Page, etag, router, row_id, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import Approver, DonorKeeper, Reading
from services.funds.donor_merges import actions, queries
from services.funds.donor_merges.errors import (
    MergeChained,
    MergeDecided,
    MergeExists,
    MergeNotDone,
    MergeNotFound,
    MergeOfOne,
    MergeUnderWay,
)
from services.funds.donor_merges.models import DonorMerge
from services.funds.donor_merges.schemas import AnswerIn, MergeIn, MergeOut, MergesQuery
from services.funds.errors import DonorNotFound, SecondPersonNeeded

donor_merges = router("donor-merges", "Donors")

_MERGE = "A proposal to merge two donors"
MergeId = Annotated[UUID, row_id(_MERGE, "a merge that stands", examples.MERGE_DONE)]
ApprovableId = Annotated[UUID, row_id(_MERGE, "a proposal", examples.MERGE_TO_APPROVE)]
RejectableId = Annotated[UUID, row_id(_MERGE, "another proposal", examples.MERGE_TO_REJECT)]

_TWICE = {
    "summary": "One person, entered twice",
    "value": {
        "duplicate_id": examples.DUPLICATE_DONOR,
        "survivor_id": examples.DONOR,
        "reason": "Same telephone number and address on both receipts.",
    },
}
_NO = {"summary": "Two people after all", "value": {"reason": "Two cousins of the same name."}}


@donor_merges.post(
    "",
    status_code=201,
    response_model=MergeOut,
    operation_id="propose_donor_merge",
    summary="Propose to merge two donors",
    responses=problems(DonorNotFound, MergeExists, MergeOfOne, MergeUnderWay),
)
async def propose_donor_merge(
    wanted: Annotated[MergeIn, Body(openapi_examples={"twice": _TWICE})],
    response: Response,
    session: Session,
    keeper: DonorKeeper,
    _key: IdempotencyKey,
) -> MergeOut:
    """Say that two donors are one, and who of them stands for both; another person decides. Nothing changes before."""
    merge = await actions.propose(session, wanted, by=keeper)
    response.headers["Location"] = f"/v1/funds/donor-merges/{merge.id}"
    return _shown(merge, response)


@donor_merges.get(
    "", response_model=Page[MergeOut], operation_id="list_donor_merges", summary="List proposals to merge donors"
)
async def list_donor_merges(
    query: Annotated[MergesQuery, Query()], request: Request, response: Response, session: Reader, _reader: Reading
) -> Page[MergeOut]:
    """Return the proposals, the latest first; by state, and by the donor who stands for both."""
    rows, following = await queries.NEWEST_FIRST.rows(session, queries.listed(query), query, lambda row: (row[0].id,))
    set_next_link(request, response, following)
    return Page(items=[MergeOut.of(row[0]) for row in rows], next=following)


@donor_merges.get(
    "/{merge_id}",
    response_model=MergeOut,
    operation_id="read_donor_merge",
    summary="Read a proposal to merge donors",
    responses=problems(MergeNotFound),
)
async def read_donor_merge(merge_id: MergeId, response: Response, session: Reader, _reader: Reading) -> MergeOut:
    """Return one proposal with who made it, who decided, and whether it was undone."""
    return _shown(await queries.read(session, merge_id), response)


@donor_merges.post(
    "/{merge_id}/approval",
    response_model=MergeOut,
    operation_id="approve_donor_merge",
    summary="Merge two donors",
    responses=problems(MergeChained, MergeDecided, MergeNotFound, SecondPersonNeeded),
)
async def approve_donor_merge(
    merge_id: ApprovableId, response: Response, session: Session, approver: Approver, _key: IdempotencyKey
) -> MergeOut:
    """Let one donor stand for both, as another person proposed.

    Both are kept, and each donation stays where it was recorded; the donations of both are seen as one donor's.
    """
    return _shown(await actions.approve(session, merge_id, by=approver), response)


@donor_merges.post(
    "/{merge_id}/rejection",
    response_model=MergeOut,
    operation_id="reject_donor_merge",
    summary="Reject a merge of donors",
    responses=problems(MergeDecided, MergeNotFound, SecondPersonNeeded),
)
async def reject_donor_merge(
    merge_id: RejectableId,
    wanted: Annotated[AnswerIn, Body(openapi_examples={"two": _NO})],
    response: Response,
    session: Session,
    approver: Approver,
    _key: IdempotencyKey,
) -> MergeOut:
    """Turn the proposal down, saying why; it may be proposed again."""
    return _shown(await actions.reject(session, merge_id, wanted.reason, by=approver), response)


@donor_merges.post(
    "/{merge_id}/undoing",
    response_model=MergeOut,
    operation_id="undo_donor_merge",
    summary="Undo a merge of donors",
    responses=problems(MergeNotDone, MergeNotFound, SecondPersonNeeded),
)
async def undo_donor_merge(
    merge_id: MergeId,
    wanted: Annotated[AnswerIn, Body(openapi_examples={"two": _NO})],
    response: Response,
    session: Session,
    approver: Approver,
    _key: IdempotencyKey,
) -> MergeOut:
    """Let both donors stand for themselves again, saying why; every donation is still where it was recorded."""
    return _shown(await actions.undo(session, merge_id, wanted.reason, by=approver), response)


def _shown(merge: DonorMerge, response: Response) -> MergeOut:
    response.headers["ETag"] = etag(merge.version)
    return MergeOut.of(merge)

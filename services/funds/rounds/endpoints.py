from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Body, Depends, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, ListQuery, Page, UnansweredKey, etag, router, set_next_link
from kit.problems import Unavailable, problems
from services.funds import examples
from services.funds.auth import Approver, Proposer, Reading
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.clients.registry import Household
from services.funds.errors import (
    AlreadyGiven,
    CampaignNotFound,
    GivenBeforeCampaign,
    GivenInTheFuture,
    NobodyInHousehold,
    NotEnough,
    RoundDecided,
    RoundExists,
    RoundNotFound,
    SecondPersonNeeded,
    SupportTooLarge,
    UnknownHouseholds,
)
from services.funds.rounds import actions, queries
from services.funds.rounds.schemas import LineOut, RejectionIn, RoundIn, RoundOut, RoundsQuery

rounds = router("rounds", "Rounds of support")

RoundId = Annotated[UUID, Path(openapi_examples={"rice for the hungry months": {"value": examples.GIVEN_ROUND}})]
ApprovableId = Annotated[UUID, Path(openapi_examples={"a proposal": {"value": examples.ROUND_TO_APPROVE}})]
RejectableId = Annotated[UUID, Path(openapi_examples={"another proposal": {"value": examples.ROUND_TO_REJECT}})]

_WHO = {
    "campaign_id": str(STANDING_FUND),
    "occasion": "tet-2024",
    "on": "2024-02-05",
    "households": [examples.HOUSEHOLD],
}
_GIFT = {
    "summary": "Money and rice for Tết",
    "value": {
        "kind": "gift",
        **_WHO,
        "money": {"amount": 500000, "currency": "VND"},
        "rice": {"quantity": "10.000", "unit": "kg"},
    },
}
_RICE = {
    "summary": "15 kg a person for two months",
    "value": {"kind": "rice", **_WHO, "per_person": {"quantity": "15.000", "unit": "kg"}, "months": 2},
}
Proposal = Annotated[RoundIn, Body(openapi_examples={"gift": _GIFT, "rice": _RICE})]


async def _asked(proposal: Proposal, proposer: Proposer, _key: UnansweredKey, request: Request) -> Sequence[Household]:
    """Return who the households are, asked of the registry. Errors: Unavailable, UnknownHouseholds."""
    found: Sequence[Household] = await request.app.state.households.households(
        proposal.households, on=proposal.on, on_behalf_of=proposer.subject
    )
    actions.check_known(proposal.households, found)
    return found


# Stands before `Session` in a signature: the registry is asked before our transaction begins, never inside it.
Known = Annotated[Sequence[Household], Depends(_asked)]


@rounds.post(
    "",
    status_code=201,
    response_model=RoundOut,
    operation_id="propose_round",
    summary="Propose a round of support",
    responses=problems(
        CampaignNotFound,
        AlreadyGiven,
        GivenBeforeCampaign,
        GivenInTheFuture,
        NobodyInHousehold,
        RoundExists,
        SupportTooLarge,
        UnknownHouseholds,
        Unavailable,
    ),
)
async def propose_round(
    proposal: Proposal,
    households: Known,
    response: Response,
    session: Session,
    proposer: Proposer,
    key: IdempotencyKey,  # noqa: ARG001 - taken for its effect
) -> RoundOut:
    """Propose a gift, or rice by the number of people, for up to 2,000 named households; another person decides.

    The registry says in which area each household lived on that day and how many people it counted. A household is
    on one live round per occasion, kind and campaign. Nothing is spent before the approval.
    """
    made = await actions.propose(session, proposal, households, by=proposer)
    response.headers["ETag"] = etag(1)
    response.headers["Location"] = f"/v1/funds/rounds/{made.id}"
    return await queries.one(session, made.id)


@rounds.get("", response_model=Page[RoundOut], operation_id="list_rounds", summary="List rounds of support")
async def list_rounds(
    query: Annotated[RoundsQuery, Query()],
    request: Request,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> Page[RoundOut]:
    """Return the rounds, those given last first; by campaign, kind and state."""
    rows, following = await queries.NEWEST_FIRST.rows(
        session, queries.listed(query), query, lambda row: (row[0].given_on, row[0].id)
    )
    set_next_link(request, response, following)
    return Page(items=[queries.shown(row) for row in rows], next=following)


@rounds.get(
    "/{round_id}",
    response_model=RoundOut,
    operation_id="read_round",
    summary="Read a round of support",
    responses=problems(RoundNotFound),
)
async def read_round(
    round_id: RoundId,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> RoundOut:
    """Return one round with what it gives in all, who proposed it and who decided."""
    found = await queries.one(session, round_id)
    response.headers["ETag"] = etag(found.version)
    return found


@rounds.get(
    "/{round_id}/lines",
    response_model=Page[LineOut],
    operation_id="list_round_lines",
    summary="List what each household receives",
    responses=problems(RoundNotFound),
)
async def list_round_lines(
    round_id: RoundId,
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
    session: Reader,
    reader: Reading,  # noqa: ARG001
) -> Page[LineOut]:
    """Return the round's households with what each receives, and the reference that the registry shows with it."""
    lines, following = await queries.page_of_lines(session, round_id, query)
    set_next_link(request, response, following)
    return Page(items=lines, next=following)


@rounds.post(
    "/{round_id}/approval",
    response_model=RoundOut,
    operation_id="approve_round",
    summary="Approve a round of support",
    responses=problems(RoundNotFound, RoundDecided, SecondPersonNeeded, NotEnough),
)
async def approve_round(
    round_id: ApprovableId,
    response: Response,
    session: Session,
    approver: Approver,
    key: IdempotencyKey,  # noqa: ARG001
) -> RoundOut:
    """Give what another person proposed; the registry is told of each household's share.

    Every share enters the books or none does: where the campaign holds too little, nothing is given to anybody.
    """
    await actions.approve(session, round_id, by=approver)
    return await _decided(session, round_id, response)


@rounds.post(
    "/{round_id}/rejection",
    response_model=RoundOut,
    operation_id="reject_round",
    summary="Reject a round of support",
    responses=problems(RoundNotFound, RoundDecided, SecondPersonNeeded),
)
async def reject_round(
    round_id: RejectableId,
    wanted: Annotated[
        RejectionIn, Body(openapi_examples={"again": {"value": {"reason": "Two households have moved away."}}})
    ],
    response: Response,
    session: Session,
    approver: Approver,
    key: IdempotencyKey,  # noqa: ARG001
) -> RoundOut:
    """Turn a proposal down, saying why; its households may be proposed again for the same occasion."""
    await actions.reject(session, round_id, wanted.reason, by=approver)
    return await _decided(session, round_id, response)


async def _decided(session: Session, round_id: UUID, response: Response) -> RoundOut:
    found = await queries.one(session, round_id)
    response.headers["ETag"] = etag(found.version)
    return found

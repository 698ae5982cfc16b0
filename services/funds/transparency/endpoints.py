from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from kit.database import Reader
from kit.http import Page, router, set_next_link
from kit.problems import problems
from services.funds import chart
from services.funds.books.schemas import Holding
from services.funds.campaigns.queries import read as read_campaign
from services.funds.campaigns.schemas import STANDING_FUND, CampaignOut
from services.funds.errors import CampaignNotFound
from services.funds.transparency import queries
from services.funds.transparency.schemas import Account, PublicDonation, PublicDonationsQuery

transparency = router("campaigns", "Public account")

CampaignId = Annotated[UUID, Path(openapi_examples={"the Fund itself": {"value": str(STANDING_FUND)}})]


@transparency.get(
    "/{campaign_id}/account",
    response_model=Account,
    operation_id="read_account",
    summary="Read a campaign's public account",
    responses=problems(CampaignNotFound),
)
async def read_account(campaign_id: CampaignId, session: Reader) -> Account:
    """Return what was received, given and is left, each donation as its donor chose, and each use. No token is needed.

    Households appear in one number only, which is left out while it is below five.
    """
    campaign = await read_campaign(session, campaign_id)
    totals = await chart.totals(session, campaign_id)
    donation_count, use_count, reached = await queries.counts(session, campaign_id)
    donations, following = await queries.donations_of(session, campaign_id, PublicDonationsQuery())
    return Account(
        campaign=CampaignOut.of(campaign),
        received=Holding.of(totals["received"]),
        given=Holding.of(totals["given"]),
        held=Holding.of(totals["held"]),
        donation_count=donation_count,
        households_reached=reached,
        households_suppressed=reached is None,
        uses=await queries.uses_of(session, campaign_id),
        use_count=use_count,
        donations=Page(items=donations, next=following),
    )


@transparency.get(
    "/{campaign_id}/account/donations",
    response_model=Page[PublicDonation],
    operation_id="list_public_donations",
    summary="List a campaign's donations for the public",
    responses=problems(CampaignNotFound),
)
async def list_public_donations(
    campaign_id: CampaignId,
    query: Annotated[PublicDonationsQuery, Query()],
    request: Request,
    response: Response,
    session: Reader,
) -> Page[PublicDonation]:
    """Return each donation, with its donor where they agreed to be named; `reference` finds one's own.

    No token is needed.
    """
    await read_campaign(session, campaign_id)
    donations, following = await queries.donations_of(session, campaign_id, query)
    set_next_link(request, response, following)
    return Page(items=donations, next=following)

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from kit.database import Reader, Session
from kit.http import IdempotencyKey, IfMatch, Page, etag, router, set_next_link
from kit.problems import problems
from services.funds import examples
from services.funds.auth import CampaignKeeper
from services.funds.campaigns import actions, queries
from services.funds.campaigns.schemas import STANDING_FUND, CampaignIn, CampaignOut, CampaignPatch, CampaignsQuery
from services.funds.errors import (
    CampaignEndsBeforeItOpens,
    CampaignExists,
    CampaignNotFound,
    DonationsOutsideDates,
)

campaigns = router("campaigns", "Campaigns")

CampaignId = Annotated[UUID, Path(openapi_examples={"the Fund itself": {"value": str(STANDING_FUND)}})]
RunningId = Annotated[UUID, Path(openapi_examples={"a campaign that goes on": {"value": examples.RUNNING_CAMPAIGN}})]
EndingId = Annotated[UUID, Path(openapi_examples={"a campaign that is over": {"value": examples.ENDING_CAMPAIGN}})]

_TET = {
    "summary": "A campaign for Tết",
    "value": {
        "name": "Tết vì người nghèo 2025",
        "purpose": "Quà và gạo cho hộ nghèo dịp Tết Nguyên đán.",
        "opens_on": "2024-10-17",
        "closes_on": "2026-12-31",
        "target": {"amount": 500000000, "currency": "VND"},
    },
}


@campaigns.post(
    "",
    status_code=201,
    response_model=CampaignOut,
    operation_id="open_campaign",
    summary="Open a campaign",
    responses=problems(CampaignExists, CampaignEndsBeforeItOpens),
)
async def open_campaign(
    wanted: Annotated[CampaignIn, Body(openapi_examples={"tet": _TET})],
    response: Response,
    session: Session,
    keeper: CampaignKeeper,
    key: IdempotencyKey,  # noqa: ARG001 - taken for its effect
) -> CampaignOut:
    """Open an appeal for one purpose, with the days on which it receives.

    It gets books of its own for money, rice and labour: what is given for it is spent on nothing else.
    """
    campaign = await actions.open_campaign(session, wanted, by=keeper)
    response.headers["ETag"] = etag(campaign.version)
    response.headers["Location"] = f"/v1/funds/campaigns/{campaign.id}"
    return CampaignOut.of(campaign)


@campaigns.get("", response_model=Page[CampaignOut], operation_id="list_campaigns", summary="List campaigns")
async def list_campaigns(
    query: Annotated[CampaignsQuery, Query()], request: Request, response: Response, session: Reader
) -> Page[CampaignOut]:
    """Return all campaigns, those that opened last first. No token is needed."""
    rows, following = await queries.NEWEST_FIRST.rows(
        session, queries.listed(query), query, lambda row: (row[0].opens_on, row[0].id)
    )
    set_next_link(request, response, following)
    return Page(items=[CampaignOut.of(row[0]) for row in rows], next=following)


@campaigns.get(
    "/{campaign_id}",
    response_model=CampaignOut,
    operation_id="read_campaign",
    summary="Read a campaign",
    responses=problems(CampaignNotFound),
)
async def read_campaign(campaign_id: CampaignId, response: Response, session: Reader) -> CampaignOut:
    """Return one campaign; its `ETag` is what a change needs as `If-Match`. No token is needed."""
    campaign = await queries.read(session, campaign_id)
    response.headers["ETag"] = etag(campaign.version)
    return CampaignOut.of(campaign)


@campaigns.patch(
    "/{campaign_id}",
    response_model=CampaignOut,
    operation_id="change_campaign",
    summary="Change a campaign",
    responses=problems(CampaignNotFound, CampaignEndsBeforeItOpens, DonationsOutsideDates),
)
async def change_campaign(
    campaign_id: RunningId,
    change: Annotated[
        CampaignPatch,
        Body(openapi_examples={"longer": {"summary": "A later end", "value": {"closes_on": "2027-01-31"}}}),
    ],
    response: Response,
    session: Session,
    keeper: CampaignKeeper,
    version: IfMatch,
) -> CampaignOut:
    """Change the name, purpose, dates or target. Days on which donations were received stay inside the dates."""
    campaign = await actions.change_campaign(session, campaign_id, change, version=version, by=keeper)
    response.headers["ETag"] = etag(campaign.version)
    return CampaignOut.of(campaign)


@campaigns.post(
    "/{campaign_id}/closing",
    response_model=CampaignOut,
    operation_id="close_campaign",
    summary="Close a campaign",
    responses=problems(CampaignNotFound),
)
async def close_campaign(
    campaign_id: EndingId,
    response: Response,
    session: Session,
    keeper: CampaignKeeper,
    key: IdempotencyKey,  # noqa: ARG001
) -> CampaignOut:
    """Stop receiving, for good. What the campaign holds can still be given to households."""
    campaign = await actions.close_campaign(session, campaign_id, by=keeper)
    response.headers["ETag"] = etag(campaign.version)
    return CampaignOut.of(campaign)

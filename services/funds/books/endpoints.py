from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from kit.database import Reader
from kit.http import router
from kit.problems import problems
from services.funds import chart
from services.funds.auth import Auditor, Reading
from services.funds.books import queries
from services.funds.books.schemas import Balances, BalancesQuery, Findings, Holding
from services.funds.campaigns.queries import read as read_campaign
from services.funds.campaigns.schemas import STANDING_FUND
from services.funds.errors import CampaignNotFound

books = router("", "Books")

CampaignId = Annotated[UUID, Path(openapi_examples={"the Fund itself": {"value": str(STANDING_FUND)}})]


@books.get(
    "/campaigns/{campaign_id}/balances",
    response_model=Balances,
    operation_id="read_balances",
    summary="Read a campaign's balances",
    responses=problems(CampaignNotFound),
)
async def read_balances(
    campaign_id: CampaignId,
    query: Annotated[BalancesQuery, Query()],
    session: Reader,
    reader: Reading,  # noqa: ARG001 - asked for its scopes
) -> Balances:
    """Return what the campaign received, gave and holds, in money, rice and labour, on a day or up to now.

    Read from the double-entry ledger, which the database keeps balanced.
    """
    await read_campaign(session, campaign_id)
    totals = await chart.totals(session, campaign_id, on=query.on)
    return Balances(
        campaign_id=campaign_id,
        on=query.on,
        received=Holding.of(totals["received"]),
        given=Holding.of(totals["given"]),
        held=Holding.of(totals["held"]),
    )


@books.get("/audit", response_model=Findings, operation_id="audit_books", summary="Audit the books")
async def audit_books(session: Reader, auditor: Auditor) -> Findings:  # noqa: ARG001
    """Recompute every entry, balance and reversal, and hold each donation and each line of support against its entry.

    An empty list says that the books are sound. It reads everything: not for a page that people refresh.
    """
    return await queries.audit(session)

"""The household's page: three statements, whatever its length."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.households import queries as households
from services.beneficiaries.support.models import ReversalRow, SupportRow
from services.beneficiaries.support.schemas import (
    SupportItem,
    SupportPage,
    SupportQuery,
    SupportTotal,
    value_of,
)

_ORDER = Keyset((SupportRow.happened_on, SupportRow.source, SupportRow.support_id), (date, str, UUID), descending=True)
_TOTALS = text(
    "select i.kind, q.unit, sum(q.parts)::bigint as parts, count(*) as times"
    " from support_items i cross join lateral jsonb_to_recordset(i.quantities) as q (unit text, parts numeric)"
    " where i.household_id = :id and not exists ("
    "   select from support_reversals r where r.source = i.source and r.support_id = i.support_id)"
    " group by i.kind, q.unit order by i.kind, q.unit"
)
_STANDING = select(SupportRow).where(
    ~exists().where(ReversalRow.source == SupportRow.source, ReversalRow.support_id == SupportRow.support_id)
)


async def page(session: AsyncSession, household_id: UUID, query: SupportQuery) -> SupportPage:
    """Errors: HouseholdNotFound."""
    await households.must_be_seen(session, household_id)
    rows, following = await _ORDER.rows(
        session,
        _STANDING.where(SupportRow.household_id == household_id),
        query,
        lambda row: (row[0].happened_on, row[0].source, row[0].support_id),
    )
    totals = await session.execute(_TOTALS, {"id": household_id})
    return SupportPage(
        household_id=household_id,
        items=[_item(row[0]) for row in rows],
        totals=[SupportTotal(kind=row.kind, value=value_of(row.unit, row.parts), times=row.times) for row in totals],
        next=following,
    )


def _item(row: SupportRow) -> SupportItem:
    return SupportItem(
        id=row.support_id,
        source=row.source,
        kind=row.kind,
        on=row.happened_on,
        values=[value_of(quantity["unit"], quantity["parts"]) for quantity in row.quantities],
        reference=row.reference,
        title=row.title,
        proof=row.proof,
    )

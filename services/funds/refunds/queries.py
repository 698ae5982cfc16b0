from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.funds.refunds.errors import RefundNotFound
from services.funds.refunds.models import Refund
from services.funds.refunds.schemas import RefundsQuery

NEWEST_FIRST = Keyset((Refund.id,), (UUID,), descending=True)


def listed(query: RefundsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(Refund)
    return statement if query.state is None else statement.where(Refund.state == query.state)


async def read(session: AsyncSession, refund_id: UUID, *, lock: bool = False) -> Refund:
    """Errors: RefundNotFound."""
    refund = await session.get(Refund, refund_id, with_for_update=lock)
    if refund is None:
        raise RefundNotFound
    return refund

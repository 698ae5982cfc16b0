from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.funds.donor_merges.errors import MergeNotFound
from services.funds.donor_merges.models import DonorMerge
from services.funds.donor_merges.schemas import MergesQuery
from services.funds.donors.models import Donor
from services.funds.errors import DonorNotFound

NEWEST_FIRST = Keyset((DonorMerge.id,), (UUID,), descending=True)


def listed(query: MergesQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(DonorMerge)
    if query.state is not None:
        statement = statement.where(DonorMerge.state == query.state)
    if query.survivor is not None:
        statement = statement.where(DonorMerge.survivor_id == query.survivor)
    return statement


async def read(session: AsyncSession, merge_id: UUID, *, lock: bool = False) -> DonorMerge:
    """Errors: MergeNotFound."""
    merge = await session.get(DonorMerge, merge_id, with_for_update=lock)
    if merge is None:
        raise MergeNotFound
    return merge


async def both(session: AsyncSession, *ids: UUID) -> None:
    """Lock two donors in sorted order, so that merges in opposite directions queue. Errors: DonorNotFound."""
    found = await session.scalars(select(Donor.id).where(Donor.id.in_(ids)).order_by(Donor.id).with_for_update())
    if len(found.all()) != len(set(ids)):
        raise DonorNotFound

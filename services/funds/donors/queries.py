from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.funds.donors.models import Donor
from services.funds.donors.schemas import DonorsQuery
from services.funds.errors import DonorNotFound

NEWEST_FIRST = Keyset((Donor.id,), (UUID,), descending=True)


def listed(query: DonorsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(Donor)
    if query.kind is not None:
        statement = statement.where(Donor.kind == query.kind)
    return statement


async def read(session: AsyncSession, donor_id: UUID, *, lock: bool = False) -> Donor:
    """Errors: DonorNotFound."""
    donor = await session.get(Donor, donor_id, with_for_update={"key_share": True} if lock else None)
    if donor is None:
        raise DonorNotFound
    return donor

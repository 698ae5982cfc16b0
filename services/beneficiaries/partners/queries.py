"""Reads of partners and consents."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.beneficiaries.partners.errors import ConsentNotFound, PartnerNotFound
from services.beneficiaries.partners.models import Consent, Partner
from services.beneficiaries.partners.schemas import ConsentQuery

_PARTNERS = Keyset((Partner.id,), (UUID,))
_CONSENTS = Keyset((Consent.id,), (UUID,))


async def page(session: AsyncSession, query: ListQuery) -> tuple[list[Partner], str | None]:
    rows, following = await _PARTNERS.rows(session, select(Partner), query, lambda row: [row[0].id])
    return [row[0] for row in rows], following


async def one(session: AsyncSession, partner_id: UUID, *, lock: bool = False) -> Partner:
    """Errors: PartnerNotFound."""
    wanted = select(Partner).where(Partner.id == partner_id)
    found = await session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise PartnerNotFound
    return found


async def of_client(session: AsyncSession, client: str) -> Partner | None:
    """Return the partner that calls as this client."""
    found: Partner | None = await session.scalar(select(Partner).where(Partner.client == client))
    return found


async def consents(session: AsyncSession, query: ConsentQuery) -> tuple[list[Consent], str | None]:
    wanted = select(Consent)
    if query.person_id is not None:
        wanted = wanted.where(Consent.person_id == query.person_id)
    rows, following = await _CONSENTS.rows(session, wanted, query, lambda row: [row[0].id])
    return [row[0] for row in rows], following


async def locked_consent(session: AsyncSession, consent_id: UUID) -> Consent:
    """Errors: ConsentNotFound."""
    found = await session.scalar(select(Consent).where(Consent.id == consent_id).with_for_update())
    if found is None:
        raise ConsentNotFound
    return found

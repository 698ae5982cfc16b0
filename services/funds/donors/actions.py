from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.http.versions import expect_version
from kit.identity import Actor
from services.funds.donors import queries
from services.funds.donors.models import Donor
from services.funds.donors.schemas import DonorIn, DonorPatch


async def add_donor(session: AsyncSession, wanted: DonorIn, *, by: Actor) -> Donor:
    """Errors: DonorNameMismatch; DonorExists, by the database's constraints."""
    donor = Donor(kind=wanted.kind, name=wanted.name, named=wanted.named, subject=wanted.subject)
    if wanted.id is not None:
        donor.id = wanted.id
    donor.check_name()
    session.add(donor)
    await session.flush()
    # The name stays out of the log: a donor who asks to be forgotten must not live on there.
    change = {"kind": donor.kind, "named": donor.named}
    await audit.record(session, by, "donor.added", "donor", donor.id, change)
    return donor


async def change_donor(session: AsyncSession, donor_id: UUID, change: DonorPatch, *, version: int, by: Actor) -> Donor:
    """Errors: DonorNotFound, StaleVersion, DonorNameMismatch; DonorExists, by the database's constraints."""
    donor = await queries.read(session, donor_id, lock=True)
    expect_version(donor.version, version)
    for name in change.model_fields_set:
        setattr(donor, name, getattr(change, name))
    donor.check_name()
    donor.version += 1
    await session.flush()
    changed = {"fields": sorted(change.model_fields_set), "named": donor.named}
    await audit.record(session, by, "donor.changed", "donor", donor.id, changed)
    return donor

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.loans.applications.models import Application
from services.loans.applications.schemas import ApplicationOut, ApplicationQuery
from services.loans.applications.snapshots import Snapshot
from services.loans.errors import ApplicationNotFound

_NEWEST_FIRST = Keyset([Application.recorded_at, Application.id], [datetime, UUID], descending=True)
_FILTERS = ("state", "household_id", "programme_id", "bank")
_OWED = text(
    "select coalesce(sum(balance), 0)::bigint from loans where household_id = :household and programme_id = :programme"
)


async def page(session: AsyncSession, query: ApplicationQuery) -> tuple[list[ApplicationOut], str | None]:
    statement = select(Application)
    for name in _FILTERS:
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(Application, name) == wanted)
    key = lambda row: [row.Application.recorded_at, row.Application.id]  # noqa: E731 - one use, two lines below
    rows, cursor = await _NEWEST_FIRST.rows(session, statement, query, key)
    return [ApplicationOut.of(row.Application) for row in rows], cursor


async def one(session: AsyncSession, application_id: UUID, *, lock: bool = False) -> Application:
    """Errors: ApplicationNotFound, also for one out of the caller's reach."""
    found = await session.get(Application, application_id, with_for_update=lock or None)
    if found is None:
        raise ApplicationNotFound
    return found


async def snapshot_of(session: AsyncSession, application: Application) -> Snapshot | None:
    if application.snapshot_id is None:
        return None
    return await session.get(Snapshot, application.snapshot_id)


async def waiting(session: AsyncSession, most: int) -> Sequence[UUID]:
    """Return applications that wait for the registry, the longest first."""
    found = await session.scalars(
        select(Application.id)
        .where(Application.state == "awaiting_status")
        .order_by(Application.recorded_at, Application.id)
        .limit(most)
    )
    return found.all()


async def owed(session: AsyncSession, application: Application) -> int:
    """Return the principal that the household owes in the programme, whole đồng."""
    values = {"household": application.household_id, "programme": application.programme_id}
    return int(await session.scalar(_OWED, values) or 0)

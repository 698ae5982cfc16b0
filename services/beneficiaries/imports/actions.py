"""Take a file in: kept, entered, handed to the worker."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, jobs
from kit.files import Stored
from kit.identity import Actor
from kit.problems import Language
from kit.scope import RowScope
from kit.telemetry import request_id
from kit.values.ids import new_id
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.imports.errors import NoRows
from services.beneficiaries.imports.models import Import
from services.beneficiaries.imports.running import JOB
from services.beneficiaries.imports.schemas import UploadQuery
from services.beneficiaries.imports.source import table_kind

_UNIT = text(
    "select id from areas where code = :code and level = 'commune' and valid_from <= vietnam_today()"
    " and (valid_to is null or valid_to > vietnam_today())"
)
# One sender's same file twice at once: the second waits, and then finds the first.
_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


def must_be_a_table(stored: Stored) -> None:
    """Errors: NoRows, TableKindUnknown."""
    if not stored.size:
        raise NoRows
    table_kind(stored.head)


async def enter(
    session: AsyncSession,
    stored: Stored,
    query: UploadQuery,
    *,
    scope: RowScope,
    language: Language,
    by: Actor,
    days: int,
) -> tuple[Import, bool]:
    """Return the import of a stored file, and whether it is new.

    The same file of the same sender that is still being worked on is that import. Errors: AreaNotFound for somebody
    who answers for no area.
    """
    await session.execute(_ALONE, {"key": f"imports/{by.subject}/{stored.digest.hex()}/{query.dry_run}"})
    unit = await session.scalar(_UNIT, {"code": scope.area}) if scope.reach == "area" else None
    if scope.reach not in {"all", "area"} or (scope.reach == "area" and unit is None):
        raise AreaNotFound
    running = await session.scalar(
        select(Import).where(
            Import.sent_by == by.subject,
            Import.digest == stored.digest,
            Import.dry_run == query.dry_run,
            Import.finished_at.is_(None),
        )
    )
    if running is not None:
        return running, False
    found = Import(
        id=query.id or new_id(),
        sent_by=by.subject,
        client=by.client_id,
        request_id=request_id.get(),
        reach=scope.reach,
        area_code=scope.area,
        area_id=unit,
        language=language,
        file_name=query.file_name,
        kind=table_kind(stored.head),
        size=stored.size,
        digest=stored.digest,
        dry_run=query.dry_run,
        state="waiting",
        place=stored.place,
        expires_at=datetime.now(UTC) + timedelta(days=days),
    )
    session.add(found)
    await session.flush()
    facts = {"sha256": stored.digest.hex(), "size": stored.size, "dry_run": query.dry_run}
    await audit.record(session, by, "import.sent", "import", found.id, facts)
    await jobs.enqueue(session, JOB, {"import_id": str(found.id)}, key=str(found.id))
    await session.refresh(found)
    return found, True

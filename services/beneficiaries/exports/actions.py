"""Ask for an export, and fetch it: each of the two is audited."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit, jobs
from kit.http import ListQuery
from kit.identity import Actor
from kit.problems import Forbidden
from kit.problems.validation import invalid
from kit.scope import RowScope
from kit.telemetry import request_id
from kit.values.ids import new_id
from services.beneficiaries.exports.catalogue import LISTS
from services.beneficiaries.exports.errors import ExportNotFound, ExportNotReady, ListUnknown
from services.beneficiaries.exports.making import EXPIRY, JOB
from services.beneficiaries.exports.models import Export, of
from services.beneficiaries.exports.schemas import ExportIn

_PLACE = frozenset(ListQuery.model_fields)


async def ask(session: AsyncSession, given: ExportIn, *, scope: RowScope, by: Actor, days: int) -> Export:
    """Enter an export for the worker. Errors: ListUnknown, Forbidden, Invalid for filters that are not the list's."""
    wanted = LISTS.get(given.list)
    if wanted is None:
        raise ListUnknown
    if not by.may(wanted.needs):
        raise Forbidden(needed=wanted.needs)
    places = [name for name in given.filters if name in _PLACE]
    if places:
        raise invalid({"type": "extra_forbidden", "loc": ("body", "filters", name)} for name in places)
    try:
        wanted.query.model_validate(given.filters)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise invalid({**one, "loc": ("body", "filters", *one["loc"])} for one in found) from error
    export = Export(
        id=given.id or new_id(),
        requested_by=by.subject,
        client=by.client_id,
        request_id=request_id.get(),
        reach=scope.reach if scope.reach in {"all", "area"} else "none",
        area_code=scope.area,
        list=given.list,
        filters=given.filters,
        format=given.format,
        state="waiting",
        expires_at=datetime.now(UTC) + timedelta(days=days),
    )
    session.add(export)
    await session.flush()
    facts = {"list": given.list, "filters": given.filters, "format": given.format}
    await audit.record(session, by, "export.asked", "export", export.id, facts)
    named = of(by.subject, export.id)
    await jobs.enqueue(session, JOB, named, key=str(export.id))
    await jobs.enqueue(session, EXPIRY, named, key=str(export.id), run_after=export.expires_at)
    await session.refresh(export)
    return export


async def fetch(session: AsyncSession, export_id: UUID, *, by: Actor) -> Export:
    """Return an export whose file is there. Errors: ExportNotFound, ExportNotReady."""
    export = await session.get(Export, export_id)
    if export is None or export.expires_at <= datetime.now(UTC):
        raise ExportNotFound
    if export.place is None:
        raise ExportNotReady
    facts = {"list": export.list, "format": export.format, "rows": export.rows}
    await audit.record(session, by, "export.fetched", "export", export.id, facts)
    return export

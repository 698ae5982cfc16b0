"""Reads of needs: each with the support of its kind beside it, one statement a page."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, column, func, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.households.models import Household
from services.beneficiaries.needs import schemas
from services.beneficiaries.needs.errors import NeedKindNotFound, NeedKindUnknown, NeedNotFound
from services.beneficiaries.needs.models import Need, NeedKind

_ORDER = Keyset((Need.id,), (UUID,))
_RECEIVED = table("support_received", column("household_id"), column("kind"), column("happened_on"))
_UNDER = text("select areas_under(:code)")


def _shown() -> tuple[Select[*tuple[Any, ...]], Any]:
    came = (
        select(
            func.min(_RECEIVED.c.happened_on).label("since"),
            func.max(_RECEIVED.c.happened_on).label("last"),
        )
        .where(
            _RECEIVED.c.household_id == Need.household_id,
            _RECEIVED.c.kind == any_(NeedKind.support_kinds),
            _RECEIVED.c.happened_on >= Need.raised_on,
        )
        .correlate(Need, NeedKind)
        .lateral("came")
    )
    shown = (
        select(Need, Household.code, Household.village, AreaVersion, came.c.since, came.c.last)
        .join(Household, Household.id == Need.household_id)
        .join(AreaVersion, AreaVersion.id == Household.area_id)
        .join(NeedKind, NeedKind.code == Need.kind)
        .join(came, text("true"))
    )
    return shown, came


async def page(session: AsyncSession, query: schemas.NeedQuery) -> tuple[list[schemas.Need], str | None]:
    """Return the caller's needs in the order of recording, and the next cursor."""
    wanted, came = _shown()
    for field, value in (
        (Need.household_id, query.household_id),
        (Need.kind, query.kind),
        (Need.state, query.state),
        (Need.origin, query.origin),
        (Household.village, query.village),
    ):
        if value is not None:
            wanted = wanted.where(field == value)
    if query.area is not None:
        within = list(await session.scalar(_UNDER, {"code": query.area}) or ())
        wanted = wanted.where(Household.area_id == func.any(within))
    if query.supported is not None:
        wanted = wanted.where(came.c.since.is_not(None) if query.supported else came.c.since.is_(None))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: [row[0].id])
    return [_need(row) for row in rows], following


async def one(session: AsyncSession, need_id: UUID) -> schemas.Need:
    """Errors: NeedNotFound."""
    wanted, _ = _shown()
    row = (await session.execute(wanted.where(Need.id == need_id))).one_or_none()
    if row is None:
        raise NeedNotFound
    return _need(row)


async def locked(session: AsyncSession, need_id: UUID) -> Need:
    """Return a need that no other transaction may change meanwhile. Errors: NeedNotFound."""
    found = await session.get(Need, need_id, with_for_update=True)
    if found is None:
        raise NeedNotFound
    return found


async def kinds(session: AsyncSession) -> schemas.NeedKinds:
    rows = await session.scalars(select(NeedKind).order_by(NeedKind.code))
    return schemas.NeedKinds(items=[kind(row) for row in rows])


async def kind_in_use(session: AsyncSession, code: str) -> NeedKind:
    """Errors: NeedKindUnknown."""
    found = await session.get(NeedKind, code)
    if found is None:
        raise NeedKindUnknown
    found.must_be_in_use()
    return found


async def one_kind(session: AsyncSession, code: str, *, lock: bool = False) -> NeedKind:
    """Errors: NeedKindNotFound."""
    found = await session.get(NeedKind, code, with_for_update=lock or None)
    if found is None:
        raise NeedKindNotFound
    return found


def kind(row: NeedKind) -> schemas.NeedKind:
    return schemas.NeedKind(
        code=row.code,
        title=schemas.NeedTitle(vi=row.title_vi, en=row.title_en, fr=row.title_fr),
        support_kinds=row.support_kinds,
        indicators=row.indicators,
        active=row.active,
        version=row.version,
    )


def _need(row: Any) -> schemas.Need:
    need, code, village, area, since, last = row
    plain = {name: getattr(need, name) for name in schemas.Need.model_fields if hasattr(need, name)}
    return schemas.Need(
        **plain,
        household_code=code,
        village=village,
        area=AreaName(id=area.id, code=area.code, name=area.name),
        supported_since=since,
        last_support_on=last,
    )

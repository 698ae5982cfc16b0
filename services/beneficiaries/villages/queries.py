"""Reads of villages: in which commune each lies on a day, whatever was merged or split meanwhile."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from kit.values.text import fold
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.villages import schemas
from services.beneficiaries.villages.errors import VillageNotFound, VillageUnknown
from services.beneficiaries.villages.models import Village

_ORDER = Keyset((Village.folded, Village.id), (str, UUID))
_UNIT_OF = text(
    "select id from areas where code = :code and level = 'commune' and valid_from <= :day"
    " and (valid_to is null or valid_to > :day)"
)
# A commune without a list accepts any name; one whose place cannot be told has none.
_KNOWN = text(
    "select count(*) as listed, coalesce(bool_or(:key = any (v.keys)), false) as known"
    " from villages_in(area_place(:area, :day), :day) i (id) join villages v on v.id = i.id"
)
_FOLDED = text(
    "select v.folded from villages_in(:unit, :day) i (id) join villages v on v.id = i.id union"
    " select folded from villages where area_id = :unit and (valid_to is null or valid_to > :day)"
)
_LIES_IN = text(
    "select v.id, a.id as area_id, a.code, a.name from villages v"
    " join areas a on a.id = area_place(coalesce((select p.area_id from village_parts p where p.village_id = v.id"
    "   and p.since <= :day order by p.since desc limit 1), v.area_id), :day)"
    " where v.id = any(:ids)"
)
# What is folded holds neither % nor _.
_CALLED = text("exists (select from unnest(villages.keys) k (key) where k.key like :q)")
_INSIDE = text("select i.id from villages_in(:unit, :day) i (id) where i.id = any(:ids)")


async def page(
    session: AsyncSession, query: schemas.VillageQuery, day: date
) -> tuple[list[schemas.Village], str | None]:
    """Return the villages of a day by kind and name without accents, and the next cursor."""
    wanted = select(Village).where(Village.valid_from <= day, or_(Village.valid_to.is_(None), Village.valid_to > day))
    units = [] if query.area_id is None else [query.area_id]
    if query.area is not None:
        carrier = await session.scalar(_UNIT_OF, {"code": query.area, "day": day})
        if carrier is None:
            return [], None
        units.append(carrier)
    for unit in units:
        wanted = wanted.where(Village.id.in_(select(func.villages_in(unit, day))))
    if query.q is not None:
        # Nothing but punctuation folds to nothing, and no village is called that.
        wanted = wanted.where(_CALLED.bindparams(q=f"%{fold(query.q)}%"), literal(bool(fold(query.q))))
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].folded, row[0].id))
    return await shown(session, [row[0] for row in rows], day), following


async def shown(session: AsyncSession, villages: Sequence[Village], day: date) -> list[schemas.Village]:
    places = {
        row.id: AreaName(id=row.area_id, code=row.code, name=row.name)
        for row in await session.execute(_LIES_IN, {"ids": [village.id for village in villages], "day": day})
    }
    names = [name for name in schemas.Village.model_fields if name != "area"]
    return [
        schemas.Village(**{name: getattr(village, name) for name in names}, area=places.get(village.id))
        for village in villages
    ]


async def one(session: AsyncSession, village_id: UUID, day: date) -> schemas.Village:
    """Errors: VillageNotFound."""
    found = await session.get(Village, village_id, populate_existing=True)
    if found is None:
        raise VillageNotFound
    return (await shown(session, [found], day))[0]


async def locked(session: AsyncSession, village_id: UUID) -> Village:
    """Errors: VillageNotFound."""
    found = await session.get(Village, village_id, with_for_update=True)
    if found is None:
        raise VillageNotFound
    return found


async def folded_in(session: AsyncSession, unit: UUID, day: date) -> set[str]:
    """Return kind and name of every village that lies in a unit on a day, or is listed in it for later days."""
    return set(await session.scalars(_FOLDED, {"unit": unit, "day": day}))


async def inside(session: AsyncSession, unit: UUID, ids: Sequence[UUID], day: date) -> set[UUID]:
    """Return those of the villages that lie in the unit on that day."""
    return set(await session.scalars(_INSIDE, {"unit": unit, "ids": list(ids), "day": day}))


async def must_be_listed(session: AsyncSession, area_id: UUID, village: str, day: date) -> None:
    """Refuse a village that is not on the list of the commune in which `area_id` lies on that day.

    A commune without a list accepts any name. One statement; for many rows take `keys_in` once for each commune.
    Errors: VillageUnknown.
    """
    values = {"area": area_id, "key": fold(village), "day": day}
    found = (await session.execute(_KNOWN, values)).one()
    if found.listed and not found.known:
        raise VillageUnknown(village=village)


async def keys_in(session: AsyncSession, unit: UUID, day: date) -> set[str]:
    """Return every folded way of writing a village of this unit on that day; empty where the unit has no list."""
    keys = text("select distinct unnest(v.keys) from villages_in(:unit, :day) i (id) join villages v on v.id = i.id")
    return set(await session.scalars(keys, {"unit": unit, "day": day}))

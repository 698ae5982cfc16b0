"""Classes on a day as known at a moment; a fixed number of statements for each answer."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, Text, column, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.areas.models import AreaVersion, Atlas
from services.beneficiaries.areas.schemas import AreaName
from services.beneficiaries.clocks import known_at
from services.beneficiaries.difficulty import schemas
from services.beneficiaries.difficulty.changes import Classes, Moved
from services.beneficiaries.difficulty.models import Difficulty
from services.beneficiaries.errors import AreaNotFound
from services.beneficiaries.villages.errors import VillageNotFound
from services.beneficiaries.villages.models import Village

_ORDER = Keyset((AreaVersion.code, AreaVersion.valid_from), (str, date))
_OF_AREA = text(
    "select d.unit_id, u.code, u.name, d.zone, d.particularly_disadvantaged, d.since, d.decision_number"
    " from areas a cross join lateral area_difficulty(a.id, :day, :known) d left join areas u on u.id = d.unit_id"
    " where a.id = :id and a.level = 'commune'"
)
# After the units are locked: a clock of the transaction's start would let an earlier starter rewrite the past.
_MOMENT = text(
    "select greatest(clock_timestamp(), (select max(d.recorded_from) + interval '1 microsecond'"
    " from area_difficulties d where d.area_id = any(:ids) or d.village_id = any(:ids)))"
)


async def of_area(session: AsyncSession, area_id: UUID, day: date, known: datetime) -> schemas.AreaDifficulty:
    """Errors: AreaNotFound."""
    row = (await session.execute(_OF_AREA, {"id": area_id, "day": day, "known": known})).one_or_none()
    if row is None:
        raise AreaNotFound
    return schemas.AreaDifficulty(
        area_id=area_id,
        as_of=day,
        known_at=known,
        area=None if row.unit_id is None else AreaName(id=row.unit_id, code=row.code, name=row.name),
        zone=row.zone,
        particularly_disadvantaged=row.particularly_disadvantaged,
        since=row.since,
        decision_number=row.decision_number,
    )


async def page(
    session: AsyncSession, query: schemas.CommunesQuery, day: date, known: datetime
) -> tuple[list[schemas.CommuneDifficulty], str | None]:
    """Return the communes of a day by code with their classes, and the next cursor."""
    held = func.area_difficulty(AreaVersion.id, day, known).table_valued(
        column("zone", Text),
        column("particularly_disadvantaged", Boolean),
        column("since", Date),
        column("decision_number", Text),
    )
    wanted = (
        select(AreaVersion.id, AreaVersion.code, AreaVersion.name, AreaVersion.valid_from, *held.c)
        .join(held, true())
        .where(AreaVersion.level == "commune", AreaVersion.valid_from <= day)
        .where(or_(AreaVersion.valid_to.is_(None), AreaVersion.valid_to > day))
    )
    if query.zone is not None:
        wanted = wanted.where(held.c.zone == query.zone)
    if query.particularly_disadvantaged is not None:
        wanted = wanted.where(held.c.particularly_disadvantaged == query.particularly_disadvantaged)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row.code, row.valid_from))
    return [
        schemas.CommuneDifficulty(
            area=AreaName(id=row.id, code=row.code, name=row.name),
            zone=row.zone,
            particularly_disadvantaged=row.particularly_disadvantaged,
            since=row.since,
            decision_number=row.decision_number,
        )
        for row in rows
    ], following


async def of_village(session: AsyncSession, village_id: UUID, day: date, known: datetime) -> schemas.VillageDifficulty:
    """Errors: VillageNotFound."""
    if await session.get(Village, village_id) is None:
        raise VillageNotFound
    rows = await session.scalars(
        select(Difficulty).where(known_at(Difficulty, known), Difficulty.village_id == village_id)
    )
    held = next((row for row in rows if row.holds_on(day)), None)
    return schemas.VillageDifficulty(
        village_id=village_id,
        as_of=day,
        known_at=known,
        particularly_disadvantaged=None if held is None else held.particularly_disadvantaged,
        since=None if held is None else held.valid_from,
        decision_number=None if held is None else held.decision_number,
    )


async def changes(session: AsyncSession, query: schemas.ChangesQuery, known: datetime) -> schemas.DifficultyChanges:
    atlas = await areas.atlas(session)
    rows = (
        await session.scalars(select(Difficulty).where(known_at(Difficulty, known), Difficulty.area_id.is_not(None)))
    ).all()
    found = Classes(rows, atlas).changes(query.from_, query.to)
    items = [_change(moved, atlas) for moved in found if query.change in {None, moved.kind}]
    return schemas.DifficultyChanges.model_validate(
        {"from": query.from_, "to": query.to, "known_at": known, "items": items}
    )


def _change(moved: Moved, atlas: Atlas) -> schemas.DifficultyChange:
    return schemas.DifficultyChange(
        change=moved.kind,
        on=moved.after.valid_from,
        area=_name(atlas, moved.unit_id),
        became=_name(atlas, moved.became),
        before=None if moved.before is None else _class(moved.before),
        after=_class(moved.after),
        decision_number=moved.after.decision_number,
        decided_on=moved.after.decided_on,
    )


def _name(atlas: Atlas, unit_id: UUID) -> AreaName:
    unit = atlas.units[unit_id]
    return AreaName(id=unit.id, code=unit.code, name=unit.name)


def _class(row: Difficulty) -> schemas.Class:
    return schemas.Class.model_validate({name: getattr(row, name) for name in schemas.Class.model_fields})


async def line_of(session: AsyncSession, area_id: UUID) -> list[UUID]:
    """Return the versions of a commune under all its names, the oldest first. Errors: AreaNotFound."""
    atlas = await areas.atlas(session)
    if area_id not in atlas.units:
        raise AreaNotFound
    return atlas.line(area_id)


async def locked_line(session: AsyncSession, area_id: UUID) -> list[AreaVersion]:
    """Return the versions of a commune, held against other decisions and acts. Errors: AreaNotFound."""
    ids = await line_of(session, area_id)
    while True:
        rows = await session.scalars(
            select(AreaVersion).where(AreaVersion.id.in_(ids)).order_by(AreaVersion.id).with_for_update()
        )
        versions = list(rows)
        # An act may have been faster and added a version.
        now = await line_of(session, area_id)
        if now == ids:
            return versions
        ids = now


async def moment(session: AsyncSession, ids: Sequence[UUID]) -> datetime:
    """Return a time after everything recorded of these communes or villages, which are locked."""
    found: datetime = (await session.execute(_MOMENT, {"ids": list(ids)})).scalar_one()
    return found


async def recorded(session: AsyncSession, ids: Sequence[UUID], *, now_only: bool = False) -> list[Difficulty]:
    """Return what was ever recorded of communes or villages, in that order; `now_only`, what is held true, by day."""
    wanted = select(Difficulty).where(or_(Difficulty.area_id.in_(ids), Difficulty.village_id.in_(ids)))
    if now_only:
        wanted = wanted.where(Difficulty.recorded_to.is_(None)).order_by(Difficulty.valid_from)
    else:
        wanted = wanted.order_by(Difficulty.recorded_from, Difficulty.valid_from)
    return list(await session.scalars(wanted))


def decision(row: Difficulty) -> schemas.Decision:
    return schemas.Decision.model_validate({name: getattr(row, name) for name in schemas.Decision.model_fields})

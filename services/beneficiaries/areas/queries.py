"""Reads of areas; two statements for a list of any length."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.http import Keyset
from services.beneficiaries.areas.models import AreaVersion, Atlas, Unit
from services.beneficiaries.areas.schemas import Area, AreaName, AreaQuery
from services.beneficiaries.errors import AreaNotFound

_ORDER = Keyset((AreaVersion.code, AreaVersion.valid_from), (str, date))
_COMMUNES = text("select id, code, name, valid_from, valid_to from areas where level = 'commune'")
_SUCCESSIONS = text("select predecessor_id, successor_id from area_successions")
_EDGES = text(
    "select s.predecessor_id, s.successor_id, p.code as p_code, p.name as p_name, n.code as n_code, n.name as n_name"
    " from area_successions s join areas p on p.id = s.predecessor_id join areas n on n.id = s.successor_id"
    " where s.predecessor_id = any(:ids) or s.successor_id = any(:ids) order by p.code, n.code"
)
_IN_SCOPE = select(AreaVersion).from_statement(
    text(
        "select a.* from areas a where a.id = :id and a.level = 'commune'"
        " and (current_setting('app.reach', true) = 'all' or (current_setting('app.reach', true) = 'area'"
        " and a.id = any ((select areas_in_scope())::uuid[])))"
    )
)


def _with_parent() -> Select[*tuple[Any, ...]]:
    parent = aliased(AreaVersion)
    return select(AreaVersion, parent.id, parent.code, parent.name).outerjoin(
        parent, parent.id == AreaVersion.parent_id
    )


async def page(session: AsyncSession, query: AreaQuery, day: date) -> tuple[list[Area], str | None]:
    """Return units that stand on `day`, by code, and the next cursor."""
    wanted = _with_parent().where(
        AreaVersion.valid_from <= day, or_(AreaVersion.valid_to.is_(None), AreaVersion.valid_to > day)
    )
    for column, value in (
        (AreaVersion.level, query.level),
        (AreaVersion.code, query.code),
        (AreaVersion.parent_id, query.parent),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    rows, following = await _ORDER.rows(session, wanted, query, lambda row: (row[0].code, row[0].valid_from))
    return await _with_edges(session, rows), following


async def one(session: AsyncSession, area_id: UUID) -> Area:
    """Errors: AreaNotFound."""
    rows = (await session.execute(_with_parent().where(AreaVersion.id == area_id))).all()
    if not rows:
        raise AreaNotFound
    return (await _with_edges(session, rows))[0]


async def in_scope(session: AsyncSession, area_id: UUID) -> AreaVersion:
    """Return a commune unit that the caller may register in. Errors: AreaNotFound."""
    found: AreaVersion | None = await session.scalar(_IN_SCOPE, {"id": area_id})
    if found is None:
        raise AreaNotFound
    return found


async def commune(session: AsyncSession, area_id: UUID) -> AreaVersion:
    """Return a commune unit, whoever answers for it. Errors: AreaNotFound."""
    found = await session.scalar(select(AreaVersion).where(AreaVersion.id == area_id, AreaVersion.level == "commune"))
    if found is None:
        raise AreaNotFound
    return found


async def atlas(session: AsyncSession) -> Atlas:
    units = [Unit(*row) for row in await session.execute(_COMMUNES)]
    edges = [(row.predecessor_id, row.successor_id) for row in await session.execute(_SUCCESSIONS)]
    return Atlas(units, edges)


async def _with_edges(session: AsyncSession, rows: Sequence[Any]) -> list[Area]:
    edges = (await session.execute(_EDGES, {"ids": [row[0].id for row in rows]})).all()
    found = []
    for version, *parent in rows:
        shown = {name: getattr(version, name) for name in _SHOWN}
        shown["parent"] = AreaName(id=parent[0], code=parent[1], name=parent[2]) if parent[0] else None
        shown["predecessors"] = [
            AreaName(id=e.predecessor_id, code=e.p_code, name=e.p_name) for e in edges if e.successor_id == version.id
        ]
        shown["successors"] = [
            AreaName(id=e.successor_id, code=e.n_code, name=e.n_name) for e in edges if e.predecessor_id == version.id
        ]
        found.append(Area(**shown))
    return found


_SHOWN = tuple(name for name in Area.model_fields if name not in {"parent", "predecessors", "successors"})

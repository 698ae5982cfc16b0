"""Reads of standards: a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.errors import StandardUnknown
from services.beneficiaries.standards import schemas
from services.beneficiaries.standards.errors import StandardNotFound
from services.beneficiaries.standards.models import PointTable, Rules

_STANDARDS = text(
    "select code, title, valid_from, valid_to, confidence, source from poverty_standards order by valid_from"
)
_LINES = text(
    "select standard, review_years, area, class as household_class, income_rule, deprivation_rule, status"
    " from poverty_standard_lines order by class, area"
)
_RULES = text("select * from poverty_rules where cast(:code as text) is null or standard = :code order by version desc")
_INDICATORS = text("select * from poverty_indicators where rules_id = :id order by number")
_POINTS = text("select * from point_tables where standard = :code order by version desc")
_ITEMS = text(
    "select i.* from point_items i join point_tables t on t.id = i.table_id where t.standard = :code order by i.code"
)
_CAUSES = text("select code, number, title_vi, title_en, title_fr from poverty_causes order by number")
_CODE_ON = text("select code from poverty_standards where valid_from <= :day and valid_to > :day")
_RULES_OF = text(
    "select r.*, array(select i.code from poverty_indicators i where i.rules_id = r.id order by i.number) as indicators"
    " from poverty_rules r where r.id = :id or (r.standard = :code and r.recorded_to is null)"
)
_POINTS_OF = text(
    "select t.*, coalesce((select jsonb_object_agg(i.code, i.points) from point_items i where i.table_id = t.id), '{}')"
    "  as items from point_tables t where t.id = :id or (t.standard = :code and t.recorded_to is null)"
)


async def page(session: AsyncSession) -> schemas.Standards:
    return schemas.Standards(items=[schemas.Standard(**one) for one in (await _all(session)).values()])


async def one(session: AsyncSession, code: str) -> schemas.StandardDetail:
    """Errors: StandardNotFound."""
    found = (await _all(session)).get(code)
    if found is None:
        raise StandardNotFound
    indicators = await session.execute(_INDICATORS, {"id": found["rules"].id})
    items: dict[UUID, list[schemas.PointItem]] = defaultdict(list)
    for row in await session.execute(_ITEMS, {"code": code}):
        items[row.table_id].append(schemas.PointItem(code=row.code, title=_title(row), points=row.points))
    tables = [
        schemas.PointTableVersion(**_shown(row, schemas.PointTableVersion), items=items[row.id])
        for row in await session.execute(_POINTS, {"code": code})
    ]
    rules = await _rules(session, code)
    return schemas.StandardDetail(
        **found,
        indicators=[schemas.Indicator(**_shown(row, schemas.Indicator), title=_title(row)) for row in indicators],
        points=next((table for table in tables if table.recorded_to is None), None),
        rules_before=[version for version in rules[code] if version.recorded_to is not None],
        points_before=[table for table in tables if table.recorded_to is not None],
    )


async def causes(session: AsyncSession) -> schemas.Causes:
    rows = await session.execute(_CAUSES)
    return schemas.Causes(items=[schemas.Cause(number=row.number, code=row.code, title=_title(row)) for row in rows])


async def code_on(session: AsyncSession, day: date) -> str:
    """Return the code of the standard of a day. Errors: StandardUnknown."""
    found: str | None = await session.scalar(_CODE_ON, {"day": day})
    if found is None:
        raise StandardUnknown(day=day)
    return found


async def rules(session: AsyncSession, *, code: str | None = None, rules_id: UUID | None = None) -> Rules:
    """Return the rules of a standard known now, or one version of them."""
    row = (await session.execute(_RULES_OF, {"code": code, "id": rules_id})).one()
    return Rules(
        id=row.id,
        standard=row.standard,
        version=row.version,
        income_rural=row.income_rural,
        income_urban=row.income_urban,
        deprivations=row.deprivations,
        indicators=tuple(row.indicators),
    )


async def points(session: AsyncSession, *, code: str | None = None, table_id: UUID | None = None) -> PointTable | None:
    """Return the points of a standard known now, or one version of them; None where none was entered."""
    row = (await session.execute(_POINTS_OF, {"code": code, "id": table_id})).one_or_none()
    if row is None:
        return None
    return PointTable(
        id=row.id,
        standard=row.standard,
        version=row.version,
        income_rural=row.income_rural,
        income_urban=row.income_urban,
        per_deprivation=row.per_deprivation,
        deprivation_line=row.deprivation_line,
        items=dict(row.items),
    )


async def _all(session: AsyncSession) -> dict[str, dict[str, Any]]:
    """Return every standard by code, oldest first, as the fields of `Standard`."""
    lines: dict[str, list[schemas.Threshold]] = defaultdict(list)
    for row in await session.execute(_LINES):
        lines[row.standard].append(schemas.Threshold(**_shown(row, schemas.Threshold)))
    versions = await _rules(session, None)
    return {
        row.code: {
            **row._mapping,  # noqa: SLF001 - public in SQLAlchemy
            "thresholds": lines[row.title],
            "rules": next(version for version in versions[row.code] if version.recorded_to is None),
        }
        for row in await session.execute(_STANDARDS)
    }


async def _rules(session: AsyncSession, code: str | None) -> Mapping[str, list[schemas.RulesVersion]]:
    found: dict[str, list[schemas.RulesVersion]] = defaultdict(list)
    for row in await session.execute(_RULES, {"code": code}):
        found[row.standard].append(schemas.RulesVersion(**_shown(row, schemas.RulesVersion)))
    return found


def _shown(row: Any, shape: type[BaseModel], without: Iterable[str] = ("title", "items")) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name not in set(without)}


def _title(row: Any) -> schemas.Title:
    return schemas.Title(vi=row.title_vi, en=row.title_en, fr=row.title_fr)

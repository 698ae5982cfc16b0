"""Enter a standard, or another version of its rules or points; what was there is superseded, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import audit
from kit.identity import Actor
from kit.values.ids import new_id
from services.beneficiaries.standards import schemas
from services.beneficiaries.standards.errors import StandardNotFound
from services.beneficiaries.standards.models import PointTable, Rules

_SPACE = UUID("5f0c4f0e-8d0b-5a53-9c0c-3a86ad2cf0a4")

# Only one that nothing was classified under from that day on: else the exclusion constraint refuses the newcomer.
_END_BEFORE = text(
    "update poverty_standards p set valid_to = :day where p.valid_from < :day and p.valid_to > :day and not exists ("
    " select from poverty_statuses s where s.standard = p.code and s.valid_from >= :day)"
)
_STANDARD = text(
    "insert into poverty_standards (code, title, valid_from, valid_to, confidence, source)"
    " values (:code, :title, :valid_from, :valid_to, :confidence, :source)"
)
_LOCK = text("select code from poverty_standards where code = :code for key share")
_SUPERSEDE = {
    table: text(
        f"update {table} set recorded_to = greatest(clock_timestamp(), recorded_from + interval '1 microsecond')"  # noqa: S608 - one of two names below
        " where standard = :code and recorded_to is null returning version, recorded_to"
    )
    for table in ("poverty_rules", "point_tables")
}
_RULES = text(
    "insert into poverty_rules (id, standard, version, confidence, source, income_rural, income_urban, average_rural,"
    " average_urban, deprivations, entered_by, recorded_from) values (:id, :standard, :version, :confidence, :source,"
    " :income_rural, :income_urban, :average_rural, :average_urban, :deprivations, :entered_by,"
    " coalesce(cast(:recorded_from as timestamptz), clock_timestamp()))"
)
_INDICATOR = text(
    "insert into poverty_indicators (rules_id, code, number, dimension, title_vi, title_en, title_fr, deprived_if,"
    " confidence, evidence) values (:rules_id, :code, :number, :dimension, :title_vi, :title_en, :title_fr,"
    " :deprived_if, :confidence, :evidence)"
)
_POINTS = text(
    "insert into point_tables (id, standard, version, confidence, source, income_rural, income_urban, per_deprivation,"
    " deprivation_line, entered_by, recorded_from) values (:id, :standard, :version, :confidence, :source,"
    " :income_rural, :income_urban, :per_deprivation, :deprivation_line, :entered_by,"
    " coalesce(cast(:recorded_from as timestamptz), clock_timestamp()))"
)
_ITEM = text(
    "insert into point_items (table_id, code, title_vi, title_en, title_fr, points)"
    " values (:table_id, :code, :title_vi, :title_en, :title_fr, :points)"
)


async def enter(session: AsyncSession, given: schemas.StandardIn, *, by: Actor) -> None:
    """Save a standard with its first rules. Errors, by constraint: StandardCodeTaken, StandardPeriodTaken."""
    await session.execute(_END_BEFORE, {"day": given.valid_from})
    facts = {"confidence": given.rules.confidence, "source": given.rules.source}
    await session.execute(_STANDARD, given.model_dump(exclude={"rules"}) | facts)
    await _write_rules(session, given.code, given.rules, None, by=by)
    await _tell(session, by, "entered", given.code, {"valid_from": str(given.valid_from)})


async def supersede_rules(session: AsyncSession, code: str, given: schemas.RulesIn, *, by: Actor) -> None:
    """Save another version of a standard's rules. Errors: StandardNotFound, VersionTaken."""
    version = await _write_rules(session, code, given, await _before(session, "poverty_rules", code), by=by)
    await _tell(session, by, "rules_superseded", code, {"version": version})


async def supersede_points(session: AsyncSession, code: str, given: schemas.PointTableIn, *, by: Actor) -> None:
    """Save another version of a standard's points, or the first. Errors: StandardNotFound, VersionTaken."""
    before = await _before(session, "point_tables", code)
    table = PointTable(new_id(), code, before[0] + 1 if before else 1, *_lines(given))
    row = vars(table) | given.model_dump(include={"confidence", "source"})
    await session.execute(_POINTS, row | {"entered_by": by.subject, "recorded_from": before and before[1]})
    items = [{"table_id": table.id, "code": one.code, "points": one.points, **_titles(one)} for one in given.items]
    if items:
        await session.execute(_ITEM, items)
    await _tell(session, by, "points_superseded", code, {"version": table.version})


async def _before(session: AsyncSession, table: str, code: str) -> tuple[int, datetime] | None:
    """End the version known now and return its number and the moment, None where there is none."""
    if await session.scalar(_LOCK, {"code": code}) is None:
        raise StandardNotFound
    row = (await session.execute(_SUPERSEDE[table], {"code": code})).one_or_none()
    return None if row is None else (row.version, row.recorded_to)


async def _write_rules(
    session: AsyncSession, code: str, given: schemas.RulesIn, before: tuple[int, datetime] | None, *, by: Actor
) -> int:
    codes = tuple(one.code for one in given.indicators)
    version = before[0] + 1 if before else 1
    rules = Rules(new_id(), code, version, given.income_rural, given.income_urban, given.deprivations, codes)
    row = given.model_dump(exclude={"indicators"}) | {"id": rules.id, "standard": code, "version": version}
    await session.execute(_RULES, row | {"entered_by": by.subject, "recorded_from": before and before[1]})
    lines = [
        one.model_dump(exclude={"title"}) | _titles(one) | {"rules_id": rules.id, "number": number}
        for number, one in enumerate(given.indicators, 1)
    ]
    if lines:
        await session.execute(_INDICATOR, lines)
    return version


def _lines(given: schemas.PointTableIn) -> tuple[int, int, int, int]:
    return given.income_rural, given.income_urban, given.per_deprivation, given.deprivation_line


def _titles(one: schemas.IndicatorIn | schemas.PointItemIn) -> dict[str, Any]:
    return {"title_vi": one.title.vi, "title_en": one.title.en, "title_fr": one.title.fr}


async def _tell(session: AsyncSession, by: Actor, what: str, code: str, change: dict[str, Any]) -> None:
    # The log names what it is about by a UUID; a standard has a code.
    subject = uuid5(_SPACE, code)
    await audit.record(session, by, f"poverty_standard.{what}", "poverty_standard", subject, {"code": code, **change})

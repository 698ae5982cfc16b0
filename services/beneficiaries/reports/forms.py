"""Each form from its counts; a row for each commune that has any, and one for all of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.values.dates import now
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.movement import queries as movement
from services.beneficiaries.movement.models import Listed, Movement, movements
from services.beneficiaries.poverty_rate import queries as rates
from services.beneficiaries.poverty_rate.models import Tally, by_place
from services.beneficiaries.reports import groups, queries
from services.beneficiaries.reports.cells import PLACE, STATUS, WHOLE, Table, share
from services.beneficiaries.reports.queries import Map
from services.beneficiaries.reports.schemas import Cell

_MOVED: Final = {
    "start": "Đầu kỳ",
    "to_other_list": "Chuyển sang danh sách kia",
    "above": "Thoát cả hai danh sách",
    "other_decrease": "Giảm khác",
    "from_other_list": "Từ danh sách kia chuyển sang",
    "fallen_back": "Tái nghèo",
    "newly_arisen": "Phát sinh mới",
    "other_increase": "Tăng khác",
    "end": "Cuối kỳ",
}
_LISTS: Final[Mapping[int, Listed]] = {
    2: "poor", 3: "near_poor", 4: "poor", 5: "poor", 6: "near_poor", 7: "near_poor", 14: "near_poor", 15: "poor",
}  # fmt: skip
_KINDS: Final = {9: "ethnicity", 10: "cause"}


async def table(session: AsyncSession, number: int, day: date, since: date, on: Map) -> Table:
    """Return columns and rows of one of the forms by commune."""
    if number == 1:
        return await _result(session, day, on)
    if number in {2, 3}:
        return await _movement(session, _LISTS[number], day, since, on)
    if number in groups.STATUSES:
        return await groups.table(session, number, day, on)
    if number in _KINDS:
        return await _counted(session, _KINDS[number], ("poor", "near_poor"), day, on, as_percent=False)
    return await _counted(session, "deprivation", (_LISTS[number],), day, on, as_percent=number in {5, 7})


async def households(
    session: AsyncSession, number: int, day: date, on: Map, after: UUID | None, most: int
) -> tuple[Table, UUID | None]:
    """Return form 14 or 15 after a household, and the last one where more follow."""
    found = await queries.listed(session, _LISTS[number], day, on, after, most + 1)
    names = {unit: on.atlas.units[place].name for unit, place in on.atlas.places(on.day).items() if place}
    rows: list[list[Cell]] = [
        [row.code, row.head_name, row.village, names.get(row.area_id, ""), row.members] for row in found[:most]
    ]
    columns = ["Mã hộ", "Họ và tên chủ hộ", "Bản", "Xã", "Số nhân khẩu"]
    return (columns, rows), found[most - 1].household_id if len(found) > most else None


async def mapped(session: AsyncSession, day: date, code: str | None) -> Map:
    """Errors: AreaNotFound."""
    return Map.of(await areas.atlas(session), day, code)


async def _result(session: AsyncSession, day: date, on: Map) -> Table:
    found = by_place(await rates.tallies(session, day, now()), lambda unit: on.atlas.place(unit, on.day))
    lines = [(unit.code, unit.name, found[unit.id]) for unit in on.units if unit.id in found]
    lines.append(("", WHOLE, sum((one for *_, one in lines), Tally())))
    columns = [
        *PLACE,
        "Tổng số hộ",
        "Hộ nghèo",
        "% hộ nghèo",
        "Hộ cận nghèo",
        "% hộ cận nghèo",
        "Hộ có mức sống trung bình",
    ]
    return columns, [
        [
            code,
            name,
            t.households,
            t.poor,
            share(t.poor, t.households),
            t.near_poor,
            share(t.near_poor, t.households),
            None,
        ]
        for code, name, t in lines
    ]


async def _movement(session: AsyncSession, status: Listed, day: date, since: date, on: Map) -> Table:
    groups = await movement.groups(session, since, day, now())
    found = movements(groups, lambda unit: on.atlas.place(unit, on.day))
    lines = [(unit.code, unit.name, found[unit.id, status]) for unit in on.units if (unit.id, status) in found]
    # Who moved from one commune to another is in both: the whole is the sum of the communes.
    whole = Movement(**{name: sum(getattr(one, name) for *_, one in lines) for name in _MOVED})
    rows: list[list[Cell]] = [
        [code, name, *(getattr(one, key) for key in _MOVED)] for code, name, one in [*lines, ("", WHOLE, whole)]
    ]
    return [*PLACE, *_MOVED.values()], rows


async def _counted(
    session: AsyncSession, kind: str, statuses: Sequence[Listed], day: date, on: Map, *, as_percent: bool
) -> Table:
    counted = await queries.counts(session, kind, day, on)
    totals = await queries.counts(session, "status", day, on)
    keys = await queries.titles(session, kind, day)
    used = [(code, title) for code, title in keys if kind != "ethnicity" or any(key == code for *_, key in counted)]
    columns, rows = list(PLACE), []
    for status in statuses:
        columns += [f"Số {STATUS[status]}", *(f"{title} ({STATUS[status]})" for _, title in used)]
    there = [unit for unit in on.units if any((unit.id, status, "") in totals for status in statuses)]
    for code, name, places in [*((u.code, u.name, [u.id]) for u in there), ("", WHOLE, [u.id for u in there])]:
        row: list[Cell] = [code, name]
        for status in statuses:
            whole = sum(totals.get((place, status, ""), 0) for place in places)
            parts = [sum(counted.get((place, status, key), 0) for place in places) for key, _ in used]
            row += [whole, *(share(part, whole) if as_percent else part for part in parts)]
        rows.append(row)
    return columns, rows

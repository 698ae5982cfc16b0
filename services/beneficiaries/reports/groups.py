"""Forms 8, 11, 12 and 13: who lives in the households on the lists."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.beneficiaries.movement.models import Listed
from services.beneficiaries.reports import queries
from services.beneficiaries.reports.cells import PLACE, STATUS, WHOLE, Table, share
from services.beneficiaries.reports.queries import Counts, Families, Map
from services.beneficiaries.reports.schemas import Cell

_BOTH: Final[tuple[Listed, ...]] = ("poor", "near_poor")
_SUBJECTS, _CHILDREN = 8, 11
STATUSES: Final[Mapping[int, tuple[Listed, ...]]] = {
    _SUBJECTS: _BOTH,
    _CHILDREN: _BOTH,
    12: ("poor",),
    13: ("near_poor",),
}

_GROUPS: Final = {
    "minority": "Hộ dân tộc thiểu số",
    "women": "Hộ do phụ nữ làm chủ hộ",
    "with_children": "Hộ có trẻ em dưới 16 tuổi",
    "with_old": "Hộ có người từ 60 tuổi",
    "without_workers": "Hộ không có người từ 16 đến 59 tuổi",
}
# What is known of a household only, and not of each person in it, or not at all.
_UNKNOWN: Final = {
    _SUBJECTS: ("Hộ không có khả năng lao động", "Hộ có người có công với cách mạng"),
    _CHILDREN: ("Trẻ em suy dinh dưỡng", "Trẻ em không đi học đúng cấp học", "Trẻ em không có thẻ bảo hiểm y tế"),
}
_DEPTHS: Final = {
    ("0", "1", "2"): "thiếu hụt dưới 3 chỉ số",
    ("3",): "thiếu hụt 3 chỉ số",
    ("4",): "thiếu hụt 4 chỉ số",
    ("5",): "thiếu hụt từ 5 chỉ số",
    ("",): "chưa có phiếu rà soát",
}
_People = Mapping[tuple[UUID | None, str], Families]
_Places = list[tuple[str, str, list[UUID | None]]]


def unfilled(number: int) -> list[str]:
    """Return the columns of a form that the records cannot fill."""
    of = [f"{title} ({STATUS[status]})" for status in STATUSES.get(number, ()) for title in _UNKNOWN.get(number, ())]
    return ["Hộ có mức sống trung bình"] if number == 1 else of


async def table(session: AsyncSession, number: int, day: date, on: Map) -> Table:
    """Return columns and rows of one of the four forms."""
    people = await queries.families(session, day, on)
    there = [unit for unit in on.units if any((unit.id, status) in people for status in (*_BOTH, "none"))]
    places: _Places = [(unit.code, unit.name, [unit.id]) for unit in there]
    places.append(("", WHOLE, [unit.id for unit in there]))
    statuses = STATUSES[number]
    if number == _SUBJECTS:
        return _subjects(people, places)
    if number == _CHILDREN:
        keys = await queries.titles(session, "child", day)
        return _children(people, await queries.counts(session, "child", day, on), keys, places)
    return _result(people, await queries.counts(session, "depth", day, on), statuses[0], places)


def _subjects(people: _People, places: _Places) -> Table:
    columns = list(PLACE)
    for status in _BOTH:
        titles = [*_GROUPS.values(), *_UNKNOWN[_SUBJECTS]]
        columns += [f"Số {STATUS[status]}", *(f"{title} ({STATUS[status]})" for title in titles)]
    rows: list[list[Cell]] = []
    for code, name, ids in places:
        row: list[Cell] = [code, name]
        for status in _BOTH:
            here = _sum(people, ids, status)
            row += [here.households, *(getattr(here, key) for key in _GROUPS), *(None for _ in _UNKNOWN[_SUBJECTS])]
        rows.append(row)
    return columns, rows


def _children(people: _People, counted: Counts, keys: list[tuple[str, str]], places: _Places) -> Table:
    """A child is counted under a deprivation of its household: the forms of a review do not tell of each child."""
    columns = list(PLACE)
    for status in _BOTH:
        titles = [*(f"Trẻ em trong hộ thiếu hụt {title}" for _, title in keys), *_UNKNOWN[_CHILDREN]]
        columns += [f"Trẻ em dưới 16 tuổi ({STATUS[status]})", *(f"{title} ({STATUS[status]})" for title in titles)]
    rows: list[list[Cell]] = []
    for code, name, ids in places:
        row: list[Cell] = [code, name]
        for status in _BOTH:
            row.append(_sum(people, ids, status).children)
            row += [sum(counted.get((one, status, key), 0) for one in ids) for key, _ in keys]
            row += [None for _ in _UNKNOWN[_CHILDREN]]
        rows.append(row)
    return columns, rows


def _result(people: _People, depths: Counts, status: Listed, places: _Places) -> Table:
    named = STATUS[status]
    columns = [
        *PLACE,
        "Tổng số hộ",
        "Tổng số nhân khẩu",
        f"Số {named}",
        f"% {named}",
        f"Nhân khẩu {named}",
        f"% nhân khẩu {named}",
        f"Số {named} dân tộc thiểu số",
        f"Nhân khẩu {named} dân tộc thiểu số",
        f"Số {named} do phụ nữ làm chủ hộ",
        *(f"Số {named} {title}" for title in _DEPTHS.values()),
    ]
    rows: list[list[Cell]] = []
    for code, name, ids in places:
        whole = sum((_sum(people, ids, one) for one in (*_BOTH, "none")), Families())
        here = _sum(people, ids, status)
        row: list[Cell] = [code, name, whole.households, whole.people]
        row += [here.households, share(here.households, whole.households)]
        row += [here.people, share(here.people, whole.people), here.minority, here.minority_people, here.women]
        row += [sum(depths.get((one, status, key), 0) for one in ids for key in keys) for keys in _DEPTHS]
        rows.append(row)
    return columns, rows


def _sum(people: _People, ids: Iterable[UUID | None], status: str) -> Families:
    return sum((people.get((one, status), Families()) for one in ids), Families())

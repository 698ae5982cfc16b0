"""What can be exported: the lists of the registry under their own names, by the functions that serve their pages.

So an export has the filters, the rows, the masks and the scope of its list, and cannot come to differ from it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.http import ListQuery
from services.beneficiaries.areas import queries as areas
from services.beneficiaries.areas.schemas import Area, AreaQuery
from services.beneficiaries.exports import people, statuses
from services.beneficiaries.grievances import queries as grievances
from services.beneficiaries.grievances.schemas import GrievanceLine, GrievanceQuery
from services.beneficiaries.households import lists as households
from services.beneficiaries.households.schemas import HouseholdLine, HouseholdQuery
from services.beneficiaries.needs import queries as needs
from services.beneficiaries.needs.schemas import Need, NeedQuery
from services.beneficiaries.reviews import queries as reviews
from services.beneficiaries.reviews.schemas import ReviewLine, ReviewQuery
from services.beneficiaries.subject_requests import queries as subject_requests
from services.beneficiaries.villages import queries as villages
from services.beneficiaries.villages.schemas import Village, VillageQuery

Pages = Callable[[AsyncSession, Any, date, Vault], Awaitable[tuple[Sequence[BaseModel], str | None]]]


@dataclass(frozen=True)
class Exportable:
    """A list: its query, the shape of its rows, its pages, and the scope that reading it needs."""

    query: type[ListQuery]
    row: type[BaseModel]
    pages: Pages
    needs: str = "beneficiaries.read"

    @property
    def filters(self) -> list[str]:
        return [name for name in self.query.model_fields if name not in ListQuery.model_fields]

    @property
    def columns(self) -> list[str]:
        return [column for column, _ in _columns(self.row)]

    def cells(self, row: BaseModel) -> list[Any]:
        """Return a row as flat cells: parts of an object each for itself, lists in one cell."""
        return [_cell(row, path) for _, path in _columns(self.row)]


def _columns(shape: type[BaseModel]) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, field in shape.model_fields.items():
        inner = _model(field.annotation)
        if inner is None:
            found.append((name, (name,)))
        else:
            found += [(f"{name}_{part}", (name, *path)) for part, path in _columns(inner)]
    return found


def _model(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation names, also as `Model | None`."""
    for kind in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and not _is_list(annotation):
            return kind
    return None


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in {list, tuple, dict}


def _cell(row: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        row = None if row is None else getattr(row, name)
    if isinstance(row, list | tuple):
        return " | ".join(_text(part) for part in row)
    if row is None or isinstance(row, str | int | float | date):
        return row
    return _text(row)


def _text(value: Any) -> str:
    return value.model_dump_json() if isinstance(value, BaseModel) else str(value)


def _of_a_day(page: Callable[[AsyncSession, Any, date], Awaitable[tuple[Sequence[BaseModel], str | None]]]) -> Pages:
    async def pages(session: AsyncSession, query: Any, day: date, _: Vault) -> tuple[Sequence[BaseModel], str | None]:
        return await page(session, query, query.as_of or day if hasattr(query, "as_of") else day)

    return pages


def _plain(page: Callable[[AsyncSession, Any], Awaitable[tuple[Sequence[BaseModel], str | None]]]) -> Pages:
    async def pages(session: AsyncSession, query: Any, _: date, __: Vault) -> tuple[Sequence[BaseModel], str | None]:
        return await page(session, query)

    return pages


async def _people(
    session: AsyncSession, query: people.PeopleQuery, _: date, vault: Vault
) -> tuple[list[people.PersonLine], str | None]:
    return await people.page(session, query, vault)


async def _households(
    session: AsyncSession, query: HouseholdQuery, day: date, _: Vault
) -> tuple[list[HouseholdLine], str | None]:
    """Return households; heads whose data may only be kept are not named."""
    lines, following = await households.page(session, query, query.as_of or day)
    unnamed = await subject_requests.with_restricted_heads(session, [line.id for line in lines])
    return [line.model_copy(update={"head_name": ""}) if line.id in unnamed else line for line in lines], following


LISTS: Final[Mapping[str, Exportable]] = {
    "areas": Exportable(AreaQuery, Area, _of_a_day(areas.page)),
    "grievances": Exportable(GrievanceQuery, GrievanceLine, _of_a_day(grievances.page), "beneficiaries.write"),
    "households": Exportable(HouseholdQuery, HouseholdLine, _households),
    "needs": Exportable(NeedQuery, Need, _plain(needs.page)),
    "people": Exportable(people.PeopleQuery, people.PersonLine, _people),
    "poverty-statuses": Exportable(statuses.StatusesQuery, statuses.StatusLine, _plain(statuses.page)),
    "reviews": Exportable(ReviewQuery, ReviewLine, _of_a_day(reviews.page)),
    "villages": Exportable(VillageQuery, Village, _of_a_day(villages.page)),
}

"""One row of a file: cells made into what the registry takes, by the same rules and messages as its API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, ValidationError

from kit.problems import Problem
from kit.tables import Fault, Row
from kit.values.dates import Day
from kit.values.text import Line, Paragraph
from services.beneficiaries.areas.schemas import AreaCode
from services.beneficiaries.households.schemas import MemberIn
from services.beneficiaries.imports import errors, values

_FAULTS: Final[Mapping[Fault, type[Problem]]] = {
    "formula_cell": errors.FormulaCell,
    "error_cell": errors.ErrorCell,
    "nul_cell": errors.NulCell,
    "cell_too_long": errors.CellTooLong,
}
_DAYS: Final = ("registered_on", "joined_on")


class RowIn(MemberIn):
    """A member, and the household of the row."""

    model_config = ConfigDict(extra="forbid")

    household: Annotated[Line, Field(max_length=50)]
    area_code: AreaCode
    village: Line
    address: Annotated[Paragraph | None, Field(max_length=500)] = None
    registered_on: Day | None = None
    mother: Line | None = None
    father: Line | None = None


@dataclass(slots=True)
class Mistake:
    """What is wrong, and where: `column` is its name, None for the whole row.

    code: a problem's slug, or what pydantic calls it, with the facts of its sentence.
    """

    row: int
    column: str | None
    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: int, column: str | None, kind: type[Problem], **facts: Any) -> "Mistake":
        return cls(row, column, kind.slug(), facts)


@dataclass(slots=True)
class Read:
    """A row as read: `member` where it can be taken as it stands, else what is wrong with it."""

    number: int
    member: RowIn | None
    mistakes: list[Mistake]


class RowReader:
    """Reads rows under one header.

    groups: code of an ethnic group by its folded name.
    """

    def __init__(self, columns: Sequence[str], groups: Mapping[str, str]) -> None:
        self.columns = columns
        self._groups = groups

    def read(self, row: Row) -> Read:
        mistakes = [self._fault(row.number, place, fault) for place, fault in row.faults.items()]
        given = {name: text for name, cell in zip(self.columns, row.cells, strict=False) if (text := cell.strip())}
        given.pop("errors", None)
        if any(row.cells[len(self.columns) :]):
            mistakes.append(Mistake.of(row.number, None, errors.TooManyCells))
        member: RowIn | None = None
        try:
            member = RowIn.model_validate(self._normal(given))
        except ValidationError as error:
            faulty = {mistake.column for mistake in mistakes}
            mistakes += [
                mistake
                for found in error.errors(include_url=False, include_input=False)
                if (mistake := _mistake(row.number, found)).column not in faulty
            ]
        return Read(row.number, None if mistakes else member, mistakes)

    def _fault(self, number: int, place: int, fault: Fault) -> Mistake:
        name = self.columns[place] if place < len(self.columns) else None
        return Mistake.of(number, name, _FAULTS[fault])

    def _normal(self, given: dict[str, str]) -> dict[str, str]:
        """Write each value as the registry does; what is not understood stays, and is refused by its rule."""
        normal = dict(given)
        for name in _DAYS:
            if name in given:
                normal[name] = values.day(given[name])
        if "birth_date" in given:
            normal["birth_date"], normal["birth_precision"] = values.birth(given["birth_date"])
        if "sex" in given:
            normal["sex"] = values.sex(given["sex"])
        if "relation" in given:
            normal["relation"] = values.relation(given["relation"])
        if "ethnicity" in given:
            normal["ethnicity"] = values.ethnicity(given["ethnicity"], self._groups)
        if "phone" in given:
            normal["phone"] = values.phone(given["phone"])
        return normal


def _mistake(row: int, found: Any) -> Mistake:
    facts = {name: value for name, value in (found.get("ctx") or {}).items() if isinstance(value, str | int)}
    facts |= {name: str(value) for name, value in (found.get("ctx") or {}).items() if name not in facts}
    loc = found["loc"]
    return Mistake(row, str(loc[0]) if loc else None, found["type"], facts)

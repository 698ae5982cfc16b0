from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.dates import Day
from services.loans.clients.registry import Unit
from services.loans.impact.queries import Figures

STORY_BEGINS = date(2021, 1, 1)
_SMALLEST_SHOWN = 5


class ImpactQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: Annotated[Day, Field(alias="from", description="First day counted")] = STORY_BEGINS
    last: Annotated[Day | None, Field(alias="to", description="Last day counted; today if left out")] = None
    as_of: Annotated[Day | None, Field(description="The day whose areas are used; today if left out")] = None
    by: Annotated[Literal["none", "area"], Field(description="One figure for all, or one for each area")] = "none"


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vi: str
    en: str
    fr: str


class AreaOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    code: str
    name: str


class ImpactRow(BaseModel):
    """`value` is null and `suppressed` true where one to four households could be told apart."""

    model_config = ConfigDict(extra="forbid")

    row: str
    title: Title
    counts: str
    value: int | None
    unit: Literal["turns", "households", "VND"]
    area: AreaOut | None
    suppressed: bool


class ImpactOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[ImpactRow]


@dataclass(frozen=True)
class _Row:
    name: str
    field: str
    unit: Literal["turns", "households", "VND"]
    title: Title
    counts: str


_ROWS = (
    _Row(
        "loan_turns",
        "turns",
        "turns",
        Title(vi="Lượt vay vốn ưu đãi", en="Policy loans paid out", fr="Prêts bonifiés versés"),
        "Loans paid out in the period; a household that borrowed twice counts twice",
    ),
    _Row(
        "loan_households",
        "households",
        "households",
        Title(vi="Hộ được vay vốn ưu đãi", en="Households that borrowed", fr="Ménages emprunteurs"),
        "Different households to which a loan was paid out in the period; each counts once",
    ),
    _Row(
        "loans_vnd",
        "lent",
        "VND",
        Title(vi="Số tiền đã giải ngân", en="Lent", fr="Sommes prêtées"),
        "Principal of the loans paid out in the period",
    ),
    _Row(
        "repaid_vnd",
        "repaid",
        "VND",
        Title(
            vi="Số tiền đã thu (gốc và lãi)", en="Repaid, principal and interest", fr="Remboursé, capital et intérêts"
        ),
        "Payments of borrowers with a value date in the period, interest included",
    ),
    _Row(
        "outstanding_vnd",
        "outstanding",
        "VND",
        Title(vi="Dư nợ cuối kỳ", en="Principal outstanding at the end", fr="Encours à la fin"),
        "Principal lent and not repaid at the end of the last day of the period, whenever it was lent",
    ),
)


def rows_of(found: Figures, area: Unit | None, *, public: bool) -> Iterable[ImpactRow]:
    for row in _ROWS:
        value: int = getattr(found, row.field)
        hidden = public and row.unit == "households" and 0 < value < _SMALLEST_SHOWN
        yield ImpactRow(
            row=row.name,
            title=row.title,
            counts=row.counts,
            value=None if hidden else value,
            unit=row.unit,
            area=None if area is None else AreaOut(id=area.id, code=area.code, name=area.name),
            suppressed=hidden,
        )

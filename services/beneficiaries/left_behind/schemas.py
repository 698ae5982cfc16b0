"""Households in need that nobody has helped for a while."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.households.schemas import HouseholdLine


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LeftBehindQuery(ListQuery):
    months: Annotated[int, Field(ge=1, le=120, description="No support of the need's kind for so many months")] = 12
    kind: Annotated[str | None, Field(pattern="^[a-z][a-z_]{0,39}$", description="Only needs of this kind")] = None
    area: Annotated[
        AreaCode | None, Field(description="In today's commune with this code, and in the units it was made from")
    ] = None
    village: Annotated[Line | None, Field(description="Only in the village of this name")] = None
    as_of: Annotated[Day | None, Field(description="The day asked about; today without it")] = None


class UnmetNeed(_Strict):
    """last_support_on: of its kind, however long ago before the day asked about; null if there never was any."""

    id: UUID
    kind: str
    raised_on: date
    last_support_on: date | None


class LeftBehindHousehold(_Strict):
    household: HouseholdLine
    needs: list[UnmetNeed]


class KindCount(_Strict):
    kind: str
    households: int


class VillageCount(_Strict):
    """households: each once, whatever it needs; kinds: a household that needs two things stands under both."""

    area: AreaName
    village: str
    households: int
    kinds: list[KindCount]


class LeftBehind(_Strict):
    """villages: on the first page only, over the whole answer; null on those that follow."""

    as_of: date
    months: int
    without_support_since: date
    villages: list[VillageCount] | None
    items: list[LeftBehindHousehold]
    next: str | None

"""Acts on areas as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.areas.schemas import HAT_LOT, AreaCode

Kind = Literal["merge", "split", "rename", "reclassify", "correct_aliases"]
Role = Literal["ended", "made", "corrected"]
UnitKind = Literal["xã", "phường", "thị trấn", "đặc khu"]
_MOST = 50

DecisionNumber = Annotated[Line, Field(max_length=60, examples=["1681/NQ-UBTVQH15"])]
Aliases = Annotated[list[Annotated[Line, Field(max_length=100)]], Field(max_length=20)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUnit(_Strict):
    """A commune, ward or township that an act makes.

    code: may be one that a unit ended by the same act carried. parent_id: without it the nearest unit above all those
    ended that stands on that day.
    """

    code: AreaCode
    name: Annotated[Line, Field(max_length=100, examples=["Xã Mai Sơn"])]
    kind: Annotated[UnitKind, Field(examples=["xã"])]
    urban: Annotated[bool, Field(description="Whether thresholds and rates for towns apply")]
    aliases: Aliases = []
    parent_id: UUID | None = None
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None


class Part(NewUnit):
    """A part of a unit that is split. villages: those that lie in it from then on; others have no place until named."""

    villages: Annotated[list[UUID], Field(max_length=500)] = []


class _ActIn(_Strict):
    decision_number: DecisionNumber
    decided_on: Annotated[Day, Field(examples=["2025-06-16"])]
    effective_on: Annotated[Day, Field(description="First day of what the act makes", examples=["2025-07-01"])]
    legal_basis: Annotated[Line, Field(max_length=300, examples=["Resolution 1681/NQ-UBTVQH15, Art. 1"])]

    @model_validator(mode="after")
    def _is_not_backdated(self) -> Self:
        if self.decided_on > self.effective_on:
            raise ValueError("takes effect before it was decided")
        return self


def _named_once(units: list[UUID]) -> list[UUID]:
    if len(set(units)) != len(units):
        raise ValueError("names one twice")
    return units


class MergeIn(_ActIn):
    """Several units become one; it may go on under the code and name of one of them."""

    kind: Literal["merge"]
    units: Annotated[list[UUID], Field(min_length=2, max_length=_MOST)]
    into: NewUnit

    @model_validator(mode="after")
    def _of_several(self) -> Self:
        _named_once(self.units)
        return self


class SplitIn(_ActIn):
    """One unit becomes several; one of them may go on under its code and name."""

    kind: Literal["split"]
    unit: UUID
    into: Annotated[list[Part], Field(min_length=2, max_length=_MOST)]

    @model_validator(mode="after")
    def _into_different_codes(self) -> Self:
        if len({part.code for part in self.into}) != len(self.into):
            raise ValueError("names a code twice")
        _named_once([village for part in self.into for village in part.villages])
        return self


class RenameIn(_ActIn):
    """A unit goes on under another name; the former one is kept among its other spellings."""

    kind: Literal["rename"]
    unit: UUID
    name: Annotated[Line, Field(max_length=100)]


class ReclassifyIn(_ActIn):
    """A unit becomes urban or rural, mostly under another kind and name: a commune becomes a township."""

    kind: Literal["reclassify"]
    unit: UUID
    urban: bool
    unit_kind: UnitKind | None = None
    name: Annotated[Line | None, Field(max_length=100)] = None


class CorrectAliasesIn(_ActIn):
    """The other spellings of one version, all of them; the version stays."""

    kind: Literal["correct_aliases"]
    unit: UUID
    aliases: Aliases


ActIn = Annotated[
    MergeIn | SplitIn | RenameIn | ReclassifyIn | CorrectAliasesIn, Field(discriminator="kind", title="ActIn")
]

EXAMPLES = {
    "another spelling": {
        "summary": "Keep another spelling of a unit",
        "value": {
            "kind": "correct_aliases",
            "unit": str(HAT_LOT),
            "aliases": ["Thị trấn Hát Lót (cũ)"],
            "decision_number": "12/QĐ-UBND",
            "decided_on": "2024-03-01",
            "effective_on": "2024-03-01",
            "legal_basis": "Correction of the register of names",
        },
    }
}


class ActQuery(ListQuery):
    kind: Annotated[Kind | None, Field(description="Only acts of this kind")] = None
    area_id: Annotated[UUID | None, Field(description="Only acts that ended, made or corrected this unit")] = None
    decision_number: Annotated[DecisionNumber | None, Field(description="Only acts of this decision")] = None


class ActUnit(_Strict):
    """A unit that an act ended, made or corrected."""

    id: UUID
    code: str
    name: str
    role: Role


class Act(_Strict):
    """A dated act with the units that it ended and made."""

    id: UUID
    kind: Kind
    decision_number: str
    decided_on: date
    effective_on: date
    legal_basis: str
    units: list[ActUnit]
    recorded_at: datetime


class Version(_Strict):
    id: UUID
    code: str
    name: str
    kind: str
    urban: bool | None
    valid_from: date
    valid_to: date | None
    aliases: list[str]


class History(_Strict):
    """All that a unit came from and became, oldest first, and the acts that did it.

    acts: those on record with a decision; edges of the reference table without one have none.
    """

    area_id: UUID
    versions: list[Version]
    acts: list[Act]

"""Units of administration as they go out."""

from datetime import date
from typing import Annotated, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day

Level = Literal["country", "province", "district", "commune"]

MAI_SON = uuid5(NAMESPACE_URL, "forthepoor/area/04105/2025-07-01")
"""The commune that carries code 04105 since 1 July 2025; in the examples of the documents."""
_SON_LA = uuid5(NAMESPACE_URL, "forthepoor/area/14/1900-01-01")
HAT_LOT = uuid5(NAMESPACE_URL, "forthepoor/area/04105/1900-01-01")

AreaCode = Annotated[str, Field(pattern="^[0-9]{5}$", examples=["04105"])]
AsOf = Annotated[Day | None, Field(description="The day whose map is asked for; today without it")]


class AreaQuery(ListQuery):
    as_of: AsOf = None
    level: Annotated[Level | None, Field(description="Only units of this level")] = None
    code: Annotated[
        str | None,
        Field(pattern="^[0-9A-Z]{2,5}$", description="Only the unit that carried this code on that day"),
    ] = None
    parent: Annotated[UUID | None, Field(description="Only units right below this one")] = None


class AreaName(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    code: str
    name: str


class Area(AreaName):
    """One version of a unit.

    valid_to is the first day on which the version no longer stands; null for today's.
    urban: whether thresholds and rates for towns apply to this version; null above the communes.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": str(MAI_SON),
                    "code": "04105",
                    "name": "Xã Mai Sơn",
                    "kind": "xã",
                    "level": "commune",
                    "valid_from": "2025-07-01",
                    "valid_to": None,
                    "aliases": [],
                    "urban": False,
                    "parent": {"id": str(_SON_LA), "code": "14", "name": "Tỉnh Sơn La"},
                    "latitude": 21.1465,
                    "longitude": 104.168,
                    "legal_basis": "1681/NQ-UBTVQH15 (16/06/2025), effective 2025-07-01",
                    "source": "son_la_communes_2025.csv",
                    "predecessors": [{"id": str(HAT_LOT), "code": "04105", "name": "Thị trấn Hát Lót"}],
                    "successors": [],
                }
            ]
        },
    )

    kind: str = Field(description="What the unit is called in Vietnamese: xã, phường, thị trấn …")
    level: Level
    valid_from: date
    valid_to: date | None
    aliases: list[str] = Field(description="Other spellings in use")
    urban: bool | None
    parent: AreaName | None
    latitude: float | None
    longitude: float | None
    legal_basis: str | None
    source: str = Field(description="The reference table this came from")
    predecessors: list[AreaName]
    successors: list[AreaName]


class GeographyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: AsOf = None


class Geography(BaseModel):
    """How to read figures of any commune unit that ever was on the map of one day.

    places: for every unit its unit on that day, or null where it cannot be told (a unit that was split, or that
    merged with others later and is asked for on an earlier day).
    """

    model_config = ConfigDict(extra="forbid")

    as_of: date
    units: list[AreaName]
    places: dict[UUID, UUID | None]

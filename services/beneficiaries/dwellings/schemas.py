"""What a household lives in, as far as poverty is measured by it."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.values.dates import Day
from kit.values.quantity import Measure

Kind = Literal["permanent", "semi_permanent", "weak", "makeshift"]
Walls = Literal["concrete", "brick_or_stone", "wood", "metal", "bamboo", "earth", "other"]
Frame = Literal["concrete", "brick_or_stone", "metal", "durable_wood", "wood", "bamboo", "other"]
Roof = Literal["concrete", "tiles", "slabs", "thatch", "other"]
Water = Literal[
    "piped",
    "drilled_well",
    "protected_dug_well",
    "protected_spring",
    "rain",
    "bottled",
    "unprotected_well",
    "unprotected_spring",
    "surface",
    "other",
]
Latrine = Literal[
    "septic",
    "semi_septic",
    "pour_flush",
    "improved_pit",
    "double_vault",
    "simple_pit",
    "other",
    "none",
]
Ownership = Literal["own", "rented", "borrowed", "public", "other"]
Means = Literal["television", "radio", "desktop", "telephone", "laptop", "tablet", "smartphone"]

_FLOOR_AREA = Measure("m²", 2).pattern(4)


def _as_written(value: object) -> object:
    """Refuse numbers, which JSON does not keep to the last decimal, and every other spelling."""
    if isinstance(value, Decimal) or (isinstance(value, str) and re.fullmatch(_FLOOR_AREA, value)):
        return value
    raise PydanticCustomError("string_pattern_mismatch", "an area is written as 42.50")


FloorArea = Annotated[Decimal, BeforeValidator(_as_written), WithJsonSchema({"type": "string", "pattern": _FLOOR_AREA})]


class _Features(BaseModel):
    """The facts; which materials count as durable is what the surveyor judged, not a rule of this program."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[Kind, Field(description="The statistics office's four classes, from permanent to makeshift")]
    floor_area_m2: Annotated[FloorArea, Field(description="In square metres", examples=["42.50"])]
    walls: Walls
    frame: Annotated[Frame, Field(description="Columns or bearing walls")]
    roof: Roof
    walls_durable: bool
    frame_durable: bool
    roof_durable: bool
    water_source: Annotated[Water, Field(description="Main source of water for eating and drinking")]
    latrine: Latrine
    ownership: Ownership
    uses_internet: Annotated[bool, Field(description="Some member uses an internet service")]
    information_means: Annotated[
        list[Means],
        AfterValidator(lambda means: sorted(set(means))),
        Field(max_length=7, description="What the household has to be informed by"),
    ]


class DwellingIn(_Features):
    """The dwelling from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "semi_permanent",
                    "floor_area_m2": "42.50",
                    "walls": "wood",
                    "frame": "durable_wood",
                    "roof": "tiles",
                    "walls_durable": False,
                    "frame_durable": True,
                    "roof_durable": True,
                    "water_source": "protected_spring",
                    "latrine": "double_vault",
                    "ownership": "own",
                    "uses_internet": True,
                    "information_means": ["smartphone", "television"],
                }
            ]
        },
    )

    since: Annotated[
        Day | None,
        Field(description="From when it is so; today without it. The day on which a known one began corrects that"),
    ] = None


class Dwelling(_Features):
    """The dwelling as it was on a day; valid_to is the first day on which another holds."""

    id: UUID
    valid_from: date
    valid_to: date | None

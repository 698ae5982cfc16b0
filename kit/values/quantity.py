"""Goods and labour as integers of the smallest part, written as decimals with their unit."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.values.money import LARGEST


@dataclass(frozen=True)
class Measure:
    """A unit as people write it: `kg` with three decimals is kept in whole grams."""

    name: str
    decimals: int

    def pattern(self, digits: int) -> str:
        """Return what every amount above zero matches that has at most `digits` digits before the point.

        None of them has a needless zero in front. Read alike by Rust, Python and ECMA-262.
        """
        below_one = "|".join(
            "0" * zeros + "[1-9]" + "[0-9]?" * (self.decimals - 1 - zeros) for zeros in range(self.decimals)
        )
        return rf"^([1-9][0-9]{{0,{digits - 1}}}(\.[0-9]{{1,{self.decimals}}})?|0\.({below_one}))$"

    def parse(self, text: str) -> int:
        """Return the whole number of smallest parts in `text`; ValueError where it has more decimals."""
        whole, _, part = text.partition(".")
        if len(part) > self.decimals:
            raise ValueError(f"{self.name} has at most {self.decimals} decimals")
        return int(whole + part.ljust(self.decimals, "0"))

    def format(self, parts: int) -> str:
        sign, digits = ("-", str(-parts)) if parts < 0 else ("", str(parts))
        if self.decimals == 0:
            return sign + digits
        digits = digits.rjust(self.decimals + 1, "0")
        return f"{sign}{digits[: -self.decimals]}.{digits[-self.decimals :]}"


KILOGRAM = Measure("kg", 3)
PERSON_DAY = Measure("person-day", 1)
_MEASURES = {measure.name: measure for measure in (KILOGRAM, PERSON_DAY)}


class Quantity(BaseModel):
    """A positive amount of goods or labour: `{"quantity": "15.000", "unit": "kg"}`.

    `kg` is exact to the gram, `person-day` to a tenth of a day. Wide enough for any sum that we can keep.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"quantity": "15.000", "unit": "kg"}]}
    )

    quantity: Annotated[
        str,
        Field(max_length=20, pattern=r"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,3})?$", examples=["15.000"]),
    ]
    unit: Annotated[str, Field(pattern="^(kg|person-day)$", examples=["kg"])]

    @model_validator(mode="after")
    def _within_reason(self) -> Self:
        if not 0 < self.parts <= LARGEST:
            raise ValueError("quantity must be above zero")
        return self

    @property
    def parts(self) -> int:
        """Whole number of the unit's smallest part: grams, tenths of a person-day."""
        return _MEASURES[self.unit].parse(self.quantity)

    @classmethod
    def of(cls, parts: int, measure: Measure) -> Self:
        return cls(quantity=measure.format(parts), unit=measure.name)


class Kilograms(Quantity):
    """Goods that are handed over, to the gram and below 10^15 of them: `{"quantity": "15.000", "unit": "kg"}`."""

    quantity: Annotated[str, Field(max_length=16, pattern=KILOGRAM.pattern(12), examples=["15.000"])]
    unit: Annotated[str, Field(pattern="^kg$", examples=["kg"])]


class PersonDays(Quantity):
    """Work that is given, to a tenth of a day and below 10^15 of them: `{"quantity": "2.5", "unit": "person-day"}`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": "2.5", "unit": "person-day"}]})

    quantity: Annotated[str, Field(max_length=16, pattern=PERSON_DAY.pattern(14), examples=["2.5"])]
    unit: Annotated[str, Field(pattern="^person-day$", examples=["person-day"])]

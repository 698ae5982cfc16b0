"""What is given and what is held: đồng, rice, labour; in the books as whole numbers of the smallest part."""

from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Tag

from kit.values.money import LARGEST_AT_ONCE, Balance, Cash, Money
from kit.values.quantity import KILOGRAM, PERSON_DAY, Kilograms, Measure, PersonDays, Quantity

Unit = Literal["VND", "RICE_G", "LABOUR_TENTH_DAY"]
UNITS: Final[tuple[Unit, ...]] = ("VND", "RICE_G", "LABOUR_TENTH_DAY")

LARGEST_GIFT: Final = LARGEST_AT_ONCE
"""In the unit's smallest part, for each kind."""

_UNIT_OF: Final[dict[str, Unit]] = {"kg": "RICE_G", "person-day": "LABOUR_TENTH_DAY"}
_MEASURE_OF: Final[dict[str, Measure]] = {"RICE_G": KILOGRAM, "LABOUR_TENTH_DAY": PERSON_DAY}

Kind = Literal["money", "goods", "labour"]
UNIT_OF_KIND: Final[dict[Kind, Unit]] = {"money": "VND", "goods": "RICE_G", "labour": "LABOUR_TENTH_DAY"}


def _kind_of(value: Any) -> Kind:
    if isinstance(value, Money):
        return "money"
    unit = value.get("unit") if isinstance(value, dict) else getattr(value, "unit", None)
    if unit == PERSON_DAY.name:
        return "labour"
    return "goods" if unit is not None or (isinstance(value, dict) and "quantity" in value) else "money"


Value = Annotated[
    Annotated[Cash, Tag("money")] | Annotated[Kilograms, Tag("goods")] | Annotated[PersonDays, Tag("labour")],
    Discriminator(_kind_of),
]
"""Money in VND, rice in `kg` (to the gram), or labour in `person-day` (to a tenth of a day)."""

Held = Balance | Quantity


def unit_of(value: Money | Quantity) -> Unit:
    return "VND" if isinstance(value, Money) else _UNIT_OF[value.unit]


def parts_of(value: Money | Quantity) -> int:
    """Return đồng, grams, or tenths of a person-day."""
    return value.amount if isinstance(value, Money) else value.parts


def plain(unit: str, parts: int) -> dict[str, Any]:
    """Return `parts` as JSON shows it; also zero and below, which a balance may be."""
    measure = _MEASURE_OF.get(unit)
    if measure is None:
        return {"amount": parts, "currency": unit}
    return {"quantity": measure.format(parts), "unit": measure.name}


def spoken(unit: str, parts: int) -> str:
    """Return `parts` as a sentence of a refusal writes it: `12.500 kg`."""
    measure = _MEASURE_OF.get(unit)
    return f"{parts} {unit}" if measure is None else f"{measure.format(parts)} {measure.name}"

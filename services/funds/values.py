"""What is given and what is held: đồng, rice, labour; in the books as whole numbers of the smallest part."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Tag

from kit.values.money import Balance, Money
from kit.values.quantity import KILOGRAM, PERSON_DAY, Measure, Quantity

Unit = Literal["VND", "RICE_G", "LABOUR_TENTH_DAY"]
UNITS: Final[tuple[Unit, ...]] = ("VND", "RICE_G", "LABOUR_TENTH_DAY")

LARGEST_GIFT: Final = 10**15
"""Above any gift there ever was (a million billion đồng); thousands of them still fit the books."""

_UNIT_OF: Final[dict[str, Unit]] = {"kg": "RICE_G", "person-day": "LABOUR_TENTH_DAY"}
_MEASURE_OF: Final[dict[str, Measure]] = {"RICE_G": KILOGRAM, "LABOUR_TENTH_DAY": PERSON_DAY}

Kind = Literal["money", "goods", "labour"]
UNIT_OF_KIND: Final[dict[Kind, Unit]] = {"money": "VND", "goods": "RICE_G", "labour": "LABOUR_TENTH_DAY"}


def _shape(value: Any) -> str:
    if isinstance(value, Quantity) or (isinstance(value, dict) and not value.keys().isdisjoint({"quantity", "unit"})):
        return "quantity"
    return "money"


def _within_reason(value: Money | Quantity) -> Money | Quantity:
    if parts_of(value) > LARGEST_GIFT:
        raise ValueError("is beyond any gift")
    return value


def _of_rice(value: Quantity) -> Quantity:
    if value.unit != KILOGRAM.name:
        raise ValueError("rice is weighed in kg")
    return value


Shape = Annotated[Money, Tag("money")] | Annotated[Quantity, Tag("quantity")]

Value = Annotated[Shape, Discriminator(_shape), AfterValidator(_within_reason)]
"""Money in VND, rice in `kg` (to the gram), or labour in `person-day` (to a tenth of a day)."""

Rice = Annotated[Quantity, AfterValidator(_of_rice), AfterValidator(_within_reason)]
Cash = Annotated[Money, AfterValidator(_within_reason)]

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

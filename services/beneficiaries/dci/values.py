"""Values of a query, as the kind that their attribute is compared as."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from services.beneficiaries.dci.attributes import Attribute
from services.beneficiaries.dci.refusals import Refused

_LONGEST_VALUE: Final = 200
_LARGEST_NUMBER: Final = Decimal(10) ** 15


def value_of(attribute: Attribute, value: Any) -> Any:
    """Return the value as the attribute's kind; strings are taken for numbers and days, as clients send both."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("rjct.filter.invalid", "a value is text or a number")
    text = str(value).strip()
    if not 0 < len(text) <= _LONGEST_VALUE or not text.isprintable():
        raise Refused("rjct.filter.invalid", f"a value has 1 to {_LONGEST_VALUE} printable characters")
    if attribute.kind == "number":
        return _number(text)
    if attribute.kind == "day":
        return _day(text)
    # A number loses the zeros in front that identity numbers begin with.
    return text.zfill(12) if attribute.kind == "identity" and isinstance(value, int) else text


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Refused("rjct.filter.invalid", "this attribute is compared with a number") from error
    if not number.is_finite() or abs(number) > _LARGEST_NUMBER:
        raise Refused("rjct.filter.invalid", "this attribute is compared with a number within reason")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if "T" not in text else datetime.fromisoformat(text).date()
    except ValueError as error:
        raise Refused("rjct.filter.invalid", "this attribute is compared with a day, as 2024-01-31") from error

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kit.values.dates import Day

_DAY: TypeAdapter[date] = TypeAdapter(Day)


def test_a_day_is_read_as_it_is_written() -> None:
    assert _DAY.validate_python("2024-02-29") == _DAY.validate_python(date(2024, 2, 29)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "value",
    [0, "0", 1_700_000_000, 1.5, True, "2024-01-31T00:00:00", "20240131", "2024-1-31", "2023-02-29", "٢٠٢٤-01-31",
     " 2024-01-31", "1899-12-31", "2201-01-01", datetime(2024, 1, 31), None],  # noqa: DTZ001 - to be refused
)  # fmt: skip
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        _DAY.validate_python(value)

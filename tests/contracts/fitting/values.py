"""Moving single values into the range that a rule leaves them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import schemathesis

from tests.contracts.rows import Rows

Body = dict[str, Any]
Source = Callable[[Rows], Any]
"""Gives the id, or whatever names a row in an address; by the names of its parts where they are of different rows."""
Rule = Callable[[schemathesis.Case, Rows], None]
"""Puts right what a schema cannot say of one operation; its docstring is the reason."""


def move(given: Body, name: str, first: date, last: date) -> date:
    """Move a day into a range, every day of it within reach; one that is left out stays so. Return the day that counts."""
    if not given.get(name):
        return last
    days = (last - first).days + 1
    moved = first + timedelta(days=date.fromisoformat(given[name]).toordinal() % days)
    given[name] = moved.isoformat()
    return moved


def within(number: int, least: int, most: int) -> int:
    return least + number % (most - least + 1)


def objects(part: Any) -> Iterator[Body]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from objects(inner)


def in_order(given: Body, first: str, last: str) -> None:
    """A period ends when it begins, or later; a schema does not compare two values.

    An end of a query that is left out is today, which no schema knows: then both are given.
    """
    if first == "from" and not {first, last}.isdisjoint(given):
        for one, other in ((first, last), (last, first)):
            given.setdefault(other, given.get(one))
    if given.get(first) and given.get(last) and given[first] > given[last]:
        given[first], given[last] = given[last], given[first]


def whole(value: Any) -> Any:
    """To JSON Schema 362.0 is an integer; to us it is a slip."""
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

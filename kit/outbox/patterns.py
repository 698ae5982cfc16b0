"""Which types of events somebody wants: exact names, or ``loan.*`` for all below; an empty list is all."""

from typing import Annotated

from pydantic import StringConstraints

TypePattern = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?$")
]


def matches(column: str, patterns: str) -> str:
    """SQL: whether `column` is wanted by the text array `patterns`. Both are our own SQL, never input."""
    return (
        f"(cardinality({patterns}) = 0 or {column} = any({patterns})"
        f" or exists (select from unnest({patterns}) as wanted(pattern)"
        f" where wanted.pattern like '%.*' and starts_with({column}, left(wanted.pattern, -1))))"
    )

"""Which types of events somebody wants: exact names, or ``loan.*`` for all below; an empty list is all."""

import re
from typing import Annotated

from pydantic import AfterValidator

_PATTERN = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?")


def _checked(pattern: str) -> str:
    if not _PATTERN.fullmatch(pattern):
        raise ValueError("is neither an event type nor a prefix such as loan.*")
    return pattern


TypePattern = Annotated[str, AfterValidator(_checked)]


def matches(column: str, patterns: str) -> str:
    """SQL: whether `column` is wanted by the text array `patterns`. Both are our own SQL, never input."""
    return (
        f"(cardinality({patterns}) = 0 or {column} = any({patterns})"
        f" or exists (select from unnest({patterns}) as wanted(pattern)"
        f" where wanted.pattern like '%.*' and starts_with({column}, left(wanted.pattern, -1))))"
    )

"""Optimistic locking: `ETag` out, `If-Match` in."""

import re
from typing import Annotated

from fastapi import Depends, Header

from kit.problems import PreconditionRequired, StaleVersion

_SHAPE = '^"([1-9][0-9]{0,8})"$'
_TAG = re.compile(_SHAPE, re.ASCII)


def etag(version: int) -> str:
    return f'"{version}"'


def expect_version(actual: int, expected: int) -> None:
    """Errors: StaleVersion where somebody was faster."""
    if actual != expected:
        raise StaleVersion(headers={"ETag": etag(actual)})


async def _if_match(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The `ETag` of the version you read; needed on every change.",
            json_schema_extra={"pattern": _SHAPE},
            openapi_examples={"first version": {"value": '"1"'}},
        ),
    ] = None,
) -> int:
    if if_match is None or not if_match.strip():
        raise PreconditionRequired
    found = _TAG.fullmatch(if_match.strip())
    # A tag that we never gave out names a version that does not exist.
    if found is None:
        raise StaleVersion
    return int(found[1])


IfMatch = Annotated[int, Depends(_if_match)]
"""The version the caller read. Errors: PreconditionRequired (428), StaleVersion (412)."""

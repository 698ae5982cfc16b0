"""Keyset pages: a cursor names the last row seen, so page ten thousand costs what page one costs."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kit.problems import BadCursor
from kit.statements import Statements

Item = TypeVar("Item")


Cursor = Annotated[str, Field(min_length=1, max_length=1000, pattern="^[A-Za-z0-9_-]+$")]
"""The form of a cursor; only those that a list gave out say where to go on."""


class ListQuery(BaseModel):
    """What every list takes; a list adds its own filters, and refuses all others."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200, description="Rows on a page")] = 20
    cursor: Annotated[Cursor | None, Field(description="`next` of the page before")] = None


class Page(BaseModel, Generic[Item]):
    """One page; `next` is null on the last."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item]
    next: str | None


_KINDS: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    str: str,
    int: int,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


@dataclass(frozen=True, eq=False)
class Keyset:
    """The order of a list: columns that together are unique, all ascending or all descending.

    kinds: the Python type of each column, as it travels in the cursor.
    """

    columns: Sequence[ColumnElement[Any] | Any]
    kinds: Sequence[type]
    descending: bool = False

    def page(self, statement: Select[*tuple[Any, ...]], query: ListQuery) -> Select[*tuple[Any, ...]]:
        """Return `statement` ordered, started after the cursor, with one row more than the page to see if more follow.

        Errors: BadCursor for one that this list did not give out for these filters.
        """
        return self._after(statement, self.edge(query)).limit(query.limit + 1)

    def edge(self, query: ListQuery) -> tuple[Any, ...] | None:
        """Return the key of the last row seen, None on the first page. Errors: BadCursor."""
        return None if query.cursor is None else self._read(query)

    async def rows(
        self,
        session: AsyncSession,
        statement: Select[*tuple[Any, ...]],
        query: ListQuery,
        key: Callable[[Any], Sequence[Any]],
    ) -> tuple[list[Any], str | None]:
        """Return the page's rows and the next cursor; `key` gives a row's values of `columns`."""
        return self._cut((await session.execute(self.page(statement, query))).all(), query, key)

    async def direct_rows(
        self,
        session: Statements,
        statement: Select[Any],
        query: ListQuery,
        filters: Mapping[str, Any],
        key: Callable[[Any], Sequence[Any]],
    ) -> tuple[list[Any], str | None]:
        """Return what `rows` returns, from a statement made once for this set of filters, with named parameters."""
        values = {**filters, "page_limit": query.limit + 1}
        if query.cursor is not None:
            values |= {f"after_{place}": edge for place, edge in enumerate(self._read(query))}
        made = _made_once(self, statement, query.cursor is not None)
        return self._cut((await session.execute(made, values)).all(), query, key)

    def _cut(
        self, found: Sequence[Any], query: ListQuery, key: Callable[[Any], Sequence[Any]]
    ) -> tuple[list[Any], str | None]:
        """Return the page without the row that only showed that more follow, and the cursor if they do."""
        rows = list(found[: query.limit])
        return rows, self._write(query, key(rows[-1])) if len(found) > query.limit else None

    def _after(
        self, statement: Select[*tuple[Any, ...]], edge: tuple[Any, ...] | ColumnElement[Any] | None
    ) -> Select[*tuple[Any, ...]]:
        """Return `statement` in this order, started after `edge`."""
        if edge is not None:
            key = tuple_(*self.columns)
            statement = statement.where(key < edge if self.descending else key > edge)
        return statement.order_by(*(c.desc() if self.descending else c.asc() for c in self.columns))

    def _write(self, query: ListQuery, values: Sequence[Any]) -> str:
        raw = orjson.dumps([_filters(query), *values], default=str)  # the driver's own kind of UUID
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def _read(self, query: ListQuery) -> tuple[Any, ...]:
        text = query.cursor or ""
        try:
            raw = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            filters, *values = raw
            if filters != _filters(query) or len(values) != len(self.kinds):
                raise BadCursor
            return tuple(_typed(kind, value) for kind, value in zip(self.kinds, values, strict=True))
        except (ValueError, TypeError, KeyError, binascii.Error, OverflowError) as error:
            raise BadCursor from error


@cache
def _made_once(order: Keyset, statement: Select[Any], after: bool) -> Select[Any]:  # noqa: FBT001 - a key of the cache
    names = (bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(order.columns))
    edge = tuple_(*names) if after else None
    return order._after(statement, edge).limit(bindparam("page_limit", type_=BigInteger))  # noqa: SLF001 - its own cache


def _typed(kind: type, value: Any) -> Any:
    if kind is int:
        if type(value) is not int or abs(value) >= 1 << 63:
            raise BadCursor
        return value
    if not isinstance(value, str) or "\0" in value:
        raise BadCursor
    return _KINDS[kind](value)


_PLACE = ("cursor", "limit")


def _filters(query: ListQuery) -> str:
    """Return a fingerprint of the filters: a cursor belongs to the query that it came from."""
    plain = [(name, str(value)) for name, value in vars(query).items() if value is not None and name not in _PLACE]
    return hashlib.blake2b(orjson.dumps(plain), digest_size=6).hexdigest() if plain else ""


def set_next_link(request: Request, response: Response, cursor: str | None) -> None:
    """Add the `Link` header of RFC 8288 for the page that follows."""
    if cursor is not None:
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        response.headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", cursor)])}>; rel="next"'

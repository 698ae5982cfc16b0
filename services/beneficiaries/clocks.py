"""Rows on two clocks: true from a day until before another, known from a moment until superseded; never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, inspect, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from kit.model import Id
from kit.values.ids import new_id


class Recorded:
    """What is known of something, from a moment on."""

    id: Mapped[Id]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime | None]

    def rewritten(self, moment: datetime, **changes: Any) -> Self:
        """Return what is known from `moment` instead of this row, which ends there."""
        self.recorded_to = moment
        return self.again(moment, **changes)

    def again(self, moment: datetime, **changes: Any) -> Self:
        """Return the same knowledge, had anew at `moment`."""
        before = {column.key: getattr(self, column.key) for column in inspect(type(self)).columns}
        fresh = {"id": new_id(), "recorded_from": moment, "recorded_to": None}
        return type(self)(**{**before, **fresh, **changes})

    def cause(self) -> dict[str, Any]:
        """Return what a row shares with those that are rewritten because of it."""
        return {}


class MadeByAct(Recorded):
    """A row that an act on a household may make.

    act_id: the act that made it so, None for a registration or a correction.
    """

    act_id: Mapped[UUID | None]

    def again(self, moment: datetime, **changes: Any) -> Self:
        """Return the same knowledge, had anew at `moment`, by the act that `changes` name or by none."""
        return super().again(moment, **{"act_id": None, **changes})

    def cause(self) -> dict[str, Any]:
        return {"act_id": self.act_id}


class Dated(Recorded):
    """Of such rows one holds on a day at most."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class Fitted(Generic[Row]):
    """What a new row does to those known now: one superseded at most, one or two made."""

    superseded: Row | None
    made: list[Row]


def held_on(known: Sequence[Row], day: date) -> Row | None:
    return next((row for row in known if row.holds_on(day)), None)


def fit(known: Sequence[Row], new: Row) -> Fitted[Row]:
    """Put a row where it belongs among those known now.

    The row that held on its first day ends there, or is corrected if it began there; rows of later days stay, and the
    new one lasts until the next of them.
    """
    covering = held_on(known, new.valid_from)
    if covering is None:
        new.valid_to = min((row.valid_from for row in known if row.valid_from > new.valid_from), default=None)
        return Fitted(None, [new])
    new.valid_to = covering.valid_to
    if covering.valid_from == new.valid_from:
        covering.recorded_to = new.recorded_from
        return Fitted(covering, [new])
    shorter = covering.rewritten(new.recorded_from, valid_to=new.valid_from, **new.cause())
    return Fitted(covering, [shorter, new])


def ended(found: Row, day: date, moment: datetime, **changes: Any) -> Row:
    """Let a row end before a day within its time; on its first day it never held.

    Return what is known of it from `moment` on, or was known until then.
    """
    if day == found.valid_from:
        found.recorded_to = moment
        return found
    return found if day == found.valid_to else found.rewritten(moment, valid_to=day, **changes)


async def save(session: AsyncSession, fitted: Fitted[Any]) -> None:
    """Write what is no longer known first: the database's constraints look at every statement."""
    await session.flush()
    session.add_all(fitted.made)
    await session.flush()


def known_at(kind: type[Recorded], moment: datetime) -> ColumnElement[bool]:
    """Return a condition: a row was known at a moment."""
    return (kind.recorded_from <= moment) & or_(kind.recorded_to.is_(None), kind.recorded_to > moment)


def held_then(kind: type[Dated], day: date | ColumnElement[Any]) -> ColumnElement[bool]:
    """Return a condition: a row holds on a day, which may be an expression."""
    return (kind.valid_from <= day) & or_(kind.valid_to.is_(None), kind.valid_to > day)


def as_asked(kind: type[Dated], as_of: date | None, moment: datetime | None) -> Sequence[ColumnElement[bool]]:
    """Return conditions: rows known at a moment, or now without one, of a day if one is given."""
    known = kind.recorded_to.is_(None) if moment is None else known_at(kind, moment)
    return [known] if as_of is None else [known, held_then(kind, as_of)]

"""Rows on two clocks: true from a day until before another, known from a moment until superseded; never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import Mapped

from kit.model import Id
from kit.values.ids import new_id


class Recorded:
    """What is known of something, from a moment on.

    act_id: the act that made it so, None for a registration or a correction.
    """

    id: Mapped[Id]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime | None]
    act_id: Mapped[UUID | None]

    def rewritten(self, moment: datetime, act_id: UUID | None, **changes: Any) -> Self:
        """Return what is known from `moment` instead of this row, which ends there."""
        self.recorded_to = moment
        return self.again(moment, act_id, **changes)

    def again(self, moment: datetime, act_id: UUID | None, **changes: Any) -> Self:
        """Return the same knowledge, had anew at `moment`."""
        before = {column.key: getattr(self, column.key) for column in inspect(type(self)).columns}
        return type(self)(
            **{**before, **changes, "id": new_id(), "recorded_from": moment, "recorded_to": None, "act_id": act_id}
        )


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


def fit(known: Sequence[Row], new: Row) -> Fitted[Row]:
    """Put a row where it belongs among those known now.

    The row that held on its first day ends there, or is corrected if it began there; rows of later days stay, and the
    new one lasts until the next of them.
    """
    covering = next((row for row in known if row.holds_on(new.valid_from)), None)
    if covering is None:
        new.valid_to = min((row.valid_from for row in known if row.valid_from > new.valid_from), default=None)
        return Fitted(None, [new])
    new.valid_to = covering.valid_to
    if covering.valid_from == new.valid_from:
        covering.recorded_to = new.recorded_from
        return Fitted(covering, [new])
    shorter = covering.rewritten(new.recorded_from, new.act_id, valid_to=new.valid_from)
    return Fitted(covering, [shorter, new])

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.http import Keyset, ListQuery
from services.funds.errors import RoundNotFound
from services.funds.rounds.models import Round, RoundLine
from services.funds.rounds.schemas import LineOut, RoundOut, RoundsQuery
from services.funds.values import plain

INSERT_LINES: Final = insert(RoundLine.__table__)  # type: ignore[arg-type] # a Table, though typed as FromClause

NEWEST_FIRST: Final = Keyset((Round.given_on, Round.id), (date, UUID), descending=True)
LINES_IN_ORDER: Final = Keyset((RoundLine.id,), (UUID,))

_SUM: Final = (
    select(
        func.count().label("households"),
        func.sum(RoundLine.members).label("people"),
        func.sum(RoundLine.money).label("money"),
        func.sum(RoundLine.rice_g).label("rice_g"),
    )
    .where(RoundLine.round_id == Round.id)
    .lateral("total")
)
_SHOWN: Final = select(Round, _SUM.c.households, _SUM.c.people, _SUM.c.money, _SUM.c.rice_g)

_LINE: Final = select(
    RoundLine.id,
    RoundLine.reference,
    RoundLine.household_id,
    RoundLine.area_id,
    RoundLine.members,
    RoundLine.money,
    RoundLine.rice_g,
)


def listed(query: RoundsQuery) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = _SHOWN
    if query.campaign is not None:
        statement = statement.where(Round.campaign_id == query.campaign)
    if query.kind is not None:
        statement = statement.where(Round.kind == query.kind)
    if query.state is not None:
        statement = statement.where(Round.state == query.state)
    return statement


async def one(session: AsyncSession, round_id: UUID) -> RoundOut:
    """Errors: RoundNotFound."""
    row = (await session.execute(_SHOWN.where(Round.id == round_id))).one_or_none()
    if row is None:
        raise RoundNotFound
    return shown(row)


async def locked(session: AsyncSession, round_id: UUID) -> Round:
    """Return the round, locked for a decision. Errors: RoundNotFound."""
    found = await session.get(Round, round_id, with_for_update=True)
    if found is None:
        raise RoundNotFound
    return found


async def lines_of(session: AsyncSession, round_id: UUID) -> Sequence[RoundLine]:
    return (await session.scalars(select(RoundLine).where(RoundLine.round_id == round_id).order_by(RoundLine.id))).all()


async def page_of_lines(session: AsyncSession, round_id: UUID, query: ListQuery) -> tuple[list[LineOut], str | None]:
    """Errors: RoundNotFound."""
    rows, following = await LINES_IN_ORDER.rows(
        session, _LINE.where(RoundLine.round_id == round_id), query, lambda row: (row.id,)
    )
    # Every round has lines, so an empty page may mean that there is no round.
    if not rows and await session.scalar(select(Round.id).where(Round.id == round_id)) is None:
        raise RoundNotFound
    return [_line(row) for row in rows], following


async def served(session: AsyncSession, proposed: Round, households: Sequence[UUID]) -> set[UUID]:
    """Return those of the households that a live round serves already, of this campaign, occasion and kind."""
    found = await session.scalars(
        select(RoundLine.household_id).where(
            RoundLine.live,
            RoundLine.campaign_id == proposed.campaign_id,
            RoundLine.occasion == proposed.occasion,
            RoundLine.kind == proposed.kind,
            RoundLine.household_id.in_(households),
        )
    )
    return set(found)


def values(money: int, rice_g: int) -> list[dict[str, Any]]:
    return [plain(unit, parts) for unit, parts in (("VND", money), ("RICE_G", rice_g)) if parts]


def shown(row: Any) -> RoundOut:
    found: Round = row[0]
    return RoundOut.model_validate(
        {
            "id": found.id,
            "campaign_id": found.campaign_id,
            "kind": found.kind,
            "occasion": found.occasion,
            "on": found.given_on,
            "state": found.state,
            "per_person": None if found.per_person_g is None else plain("RICE_G", found.per_person_g),
            "months": found.months,
            "total": {
                "households": row.households,
                "people": row.people,
                "money": plain("VND", int(row.money)),
                "rice": plain("RICE_G", int(row.rice_g)),
            },
            "proposed_by": found.proposed_by,
            "decided_by": found.decided_by,
            "decided_at": found.decided_at,
            "reason": found.reason,
            "version": found.version,
        }
    )


def _line(row: Any) -> LineOut:
    return LineOut.model_validate(
        {
            "id": row.id,
            "reference": row.reference,
            "household_id": row.household_id,
            "area_id": row.area_id,
            "members": row.members,
            "values": values(row.money, row.rice_g),
        }
    )

"""Old values brought under the current key while the service is up: in batches, each a transaction of its own.

What is left to do stands in the values themselves, which name their key: a run that was killed is simply run again. A
value is exchanged only for the same value, as it was read; what a user changed meanwhile stays as the user left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import LargeBinary, and_, bindparam, column, func, select, tuple_, update, values
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import CryptoError, Vault
from kit.database import Database, RowScope
from services.beneficiaries.rotation.columns import SEALED, SealedColumn

SCOPE: Final = RowScope.everything("rotation:beneficiaries")
BATCH: Final = 200
_PASSES: Final = 20


@dataclass
class Progress:
    """What became of a column.

    resealed: values brought under the current key. left: those that are under another. unreadable: those of them that
    do not open with the keys at hand.
    """

    column: str
    resealed: int = 0
    left: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Exchange:
    """A value as it was read, and the same one under the current key."""

    key: tuple[Any, ...]
    old: bytes
    new: bytes


@dataclass
class Batch:
    """Values under other keys; last: key of the last row looked at, None at the end of the column."""

    exchanges: list[Exchange] = field(default_factory=list)
    last: tuple[Any, ...] | None = None
    unreadable: int = 0


async def rotate(
    database: Database, vault: Vault, current: str, *, batch: int = BATCH, columns: Sequence[SealedColumn] = SEALED
) -> list[Progress]:
    """Bring all columns under the key named `current`, and return what became of each."""
    return [await _rotate_one(database, vault, current, one, batch) for one in columns]


async def read(
    session: AsyncSession, sealed: SealedColumn, vault: Vault, current: str, after: tuple[Any, ...] | None, most: int
) -> Batch:
    """Return the next values of a column that stand under another key than the current one."""
    wanted = select(*sealed.keys, sealed.sealed).where(_old(sealed, current)).order_by(*sealed.keys).limit(most)
    if after is not None:
        edge = [bindparam(None, value, type_=kind) for value, (_, kind) in zip(after, sealed.key, strict=True)]
        wanted = wanted.where(tuple_(*sealed.keys) > tuple_(*edge))
    rows = (await session.execute(wanted)).all()
    found = Batch(last=tuple(rows[-1][:-1]) if len(rows) == most else None)
    for *key, old in rows:
        context = sealed.context(*key)
        try:
            fresh = vault.seal_bytes(vault.open_bytes(old, context=context), context=context)
        except CryptoError:
            found.unreadable += 1
        else:
            found.exchanges.append(Exchange(tuple(key), old, fresh))
    return found


async def exchange(session: AsyncSession, sealed: SealedColumn, exchanges: Sequence[Exchange]) -> int:
    """Exchange the values that are still as they were read, and return how many.

    A row that somebody is changing is passed over instead of waited for, so this never stands in anybody's way.
    """
    if not exchanges:
        return 0
    names = [name for name, _ in sealed.key]
    fresh = values(
        *(column(name, kind) for name, kind in sealed.key),
        column("old", LargeBinary),
        column("new", LargeBinary),
        name="fresh",
    ).data([(*one.key, one.old, one.new) for one in exchanges])
    same = and_(*(sealed.rows.c[name] == fresh.c[name] for name in names), sealed.sealed == fresh.c.old)
    free = (
        select(*sealed.keys, fresh.c.old, fresh.c.new)
        .join_from(sealed.rows, fresh, same)
        .order_by(*sealed.keys)
        .with_for_update(of=sealed.rows, key_share=True, skip_locked=True)
        .cte("free")
    )
    changed = await session.execute(
        update(sealed.rows)
        .where(*(sealed.rows.c[name] == free.c[name] for name in names), sealed.sealed == free.c.old)
        .values({sealed.column: free.c.new})
        .returning(*sealed.keys)
    )
    return len(changed.all())


async def left(session: AsyncSession, sealed: SealedColumn, current: str) -> int:
    """Return how many values of a column stand under another key than the current one."""
    return await session.scalar(select(func.count()).select_from(sealed.rows).where(_old(sealed, current))) or 0


async def _rotate_one(database: Database, vault: Vault, current: str, sealed: SealedColumn, most: int) -> Progress:
    """Go through a column until nothing is left, or a pass changed nothing.

    Processes that have not been told of the new key yet go on sealing under the old one, also behind us.
    """
    progress = Progress(sealed.name)
    for _ in range(_PASSES):
        before = progress.resealed
        progress.unreadable = await _pass(database, vault, current, sealed, most, progress)
        async with database.transaction(SCOPE, read_only=True) as session:
            progress.left = await left(session, sealed, current)
        if progress.left == 0 or progress.resealed == before:
            break
    return progress


async def _pass(
    database: Database, vault: Vault, current: str, sealed: SealedColumn, most: int, progress: Progress
) -> int:
    unreadable, after = 0, None
    while True:
        async with database.transaction(SCOPE, read_only=True) as session:
            found = await read(session, sealed, vault, current, after, most)
        async with database.transaction(SCOPE) as session:
            changed = await exchange(session, sealed, found.exchanges)
        progress.resealed += changed
        unreadable += found.unreadable
        if found.last is None:
            return unreadable
        after = found.last


def _old(sealed: SealedColumn, current: str) -> Any:
    """Whether a value names another key than `current`: format (1), length of the key id (1), key id (kit.crypto)."""
    name = func.substring(sealed.sealed, 3, func.get_byte(sealed.sealed, 1))
    return and_(sealed.sealed.is_not(None), name != bindparam(None, current.encode(), type_=LargeBinary))

"""Entries read back from the books."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.entry import Entry, Posting
from kit.ledger.errors import EntryUnknown

_LOAD = text(
    "SELECT e.id, e.effective_on, e.description, e.source, e.key, e.actor, e.hold_id, e.reverses,"
    " a.code, p.amount, p.unit"
    " FROM ledger_entries e JOIN ledger_postings p USING (position) JOIN ledger_accounts a ON a.id = p.account_id"
    " WHERE e.id = ANY (CAST(:ids AS uuid[])) ORDER BY e.position, p.line"
)


async def load(session: AsyncSession, entry_id: UUID) -> Entry:
    """Return an entry, for instance to reverse it. Errors: EntryUnknown."""
    return (await load_many(session, [entry_id]))[entry_id]


async def load_many(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Entry]:
    """Return entries by id, in one statement. Errors: EntryUnknown where one is missing."""
    rows = (await session.execute(_LOAD, {"ids": list(ids)})).all()
    postings: dict[UUID, list[Posting]] = defaultdict(list)
    for row in rows:
        postings[row.id].append(Posting(row.code, row.amount, row.unit))
    found = {
        row.id: Entry(
            id=row.id,
            effective_on=row.effective_on,
            postings=tuple(postings[row.id]),
            description=row.description,
            source=row.source,
            key=row.key,
            actor=row.actor,
            hold=row.hold_id,
            reverses=row.reverses,
        )
        for row in {row.id: row for row in rows}.values()
    }
    if set(ids) - found.keys():
        raise EntryUnknown
    return found

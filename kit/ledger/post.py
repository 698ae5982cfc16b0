"""Entries into the books, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from kit.ledger.entry import Entry
from kit.ledger.errors import refusals
from kit.statements import Statements

_POST = text(
    "SELECT entry_id FROM ledger_post(CAST(:ids AS uuid[]), CAST(:dates AS date[]), CAST(:descriptions AS text[]),"
    " CAST(:sources AS text[]), CAST(:reversed AS uuid[]), CAST(:held AS uuid[]), CAST(:keys AS text[]),"
    " CAST(:actors AS text[]), CAST(CAST(:legs AS text[]) AS jsonb[]))"
)


async def post(session: Statements, entry: Entry) -> UUID:
    """Write one entry and return its id: the first entry's, where its key was used before with the same body.

    Errors: every class of `kit.ledger.errors` but those of periods and closing; the transaction is lost then.
    """
    return (await post_many(session, [entry]))[0]


async def post_many(session: Statements, entries: Sequence[Entry]) -> list[UUID]:
    """Write all entries or none, in two statements whatever their number; return the ids in order.

    Accounts that may not go below zero are judged by the net of the batch. One call per transaction takes its locks
    in sorted order and cannot deadlock with another; several calls may, and then one gets LedgerBusy.
    """
    if not entries:
        return []
    with refusals():
        rows = await session.execute(_POST, _columns(entries))
        return list(rows.scalars())


def _columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    return {
        "ids": [entry.id for entry in entries],
        "dates": [entry.effective_on for entry in entries],
        "descriptions": [entry.description for entry in entries],
        "sources": [entry.source for entry in entries],
        "reversed": [entry.reverses for entry in entries],
        "held": [entry.hold for entry in entries],
        "keys": [entry.key for entry in entries],
        "actors": [entry.actor for entry in entries],
        "legs": [
            orjson.dumps([(line.account, line.amount, line.unit) for line in entry.postings]).decode()
            for entry in entries
        ],
    }

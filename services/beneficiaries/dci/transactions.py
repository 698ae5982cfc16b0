"""What a partner asked and what became of it: one row a message, without the data that was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.values.ids import new_id
from services.beneficiaries.dci.answers import Json
from services.beneficiaries.partners.models import Partner

State = Literal["pdng", "succ", "rjct"]
_LINE: Final = ("reference_id", "timestamp", "status", "status_reason_code", "status_reason_message")

_SAVE: Final = text(
    "insert into dci_transactions (id, partner_id, transaction_id, action, state, message_sealed, answer, items,"
    " callback_url, delivery, finished_at) values (:id, :partner, :transaction, :action, :state, :sealed,"
    " cast(:answer as jsonb), cast(:items as jsonb), cast(:url as text),"
    " case when cast(:url as text) is null then 'none' else 'waiting' end,"
    " case when cast(:state as text) = 'pdng' then null else now() end)"
)
_OPEN: Final = text(
    "select t.id, t.partner_id, t.transaction_id, t.action, t.state, t.message_sealed, t.answer, t.callback_url"
    " from dci_transactions t where t.id = :id and t.delivery = 'waiting'"
)
_SETTLE: Final = text(
    "update dci_transactions set state = :state, items = cast(:items as jsonb), finished_at = now()"
    " where id = :id and state = 'pdng'"
)
_DELIVER: Final = text(
    "update dci_transactions set delivery = :delivery, message_sealed = null,"
    " state = case when state = 'pdng' then 'rjct' else state end, finished_at = coalesce(finished_at, now())"
    " where id = :id and delivery = 'waiting'"
)
_FIND: Final = text(
    "select t.id, t.transaction_id, t.state, t.items from dci_transactions t"
    " where t.partner_id = :partner and t.action = any(cast(:actions as text[])) and case cast(:by as text)"
    "  when 'transaction_id' then t.transaction_id = cast(:value as text)"
    "  when 'correlation_id' then cast(t.id as text) = cast(:value as text)"
    "  else exists (select from jsonb_array_elements(t.items) item"
    "   where item ->> 'reference_id' = any(cast(:values as text[]))) end"
    " order by t.received_at desc, t.id desc limit 1"
)


@dataclass(frozen=True)
class Kept:
    """A transaction to be saved, under the id that the partner knows as correlation id.

    message: kept sealed until it is answered.
    """

    transaction_id: str
    action: str
    state: State
    items: Sequence[Mapping[str, Any]] = ()
    message: Json | None = None
    callback_url: str | None = None
    id: UUID = field(default_factory=new_id)


def context(transaction: UUID) -> str:
    return f"dci_transactions.message:{transaction}"


async def save(session: AsyncSession, partner: Partner, kept: Kept, vault: Vault, answer: Json | None = None) -> None:
    """Write the row; `answer` is what will be posted, where that is settled already."""
    sealed = None
    if kept.message is not None:
        sealed = vault.seal(orjson.dumps(kept.message).decode(), context=context(kept.id))
    values = {
        "id": kept.id,
        "partner": partner.id,
        "transaction": kept.transaction_id,
        "action": kept.action,
        "state": kept.state,
        "sealed": sealed,
        "answer": None if answer is None else orjson.dumps(answer).decode(),
        "items": _lines(kept.items),
        "url": kept.callback_url,
    }
    await session.execute(_SAVE, values)


async def waiting(session: AsyncSession, transaction: UUID) -> Any:
    """Return a transaction whose answer has not been posted, or None."""
    return (await session.execute(_OPEN, {"id": transaction})).one_or_none()


async def settle(session: AsyncSession, transaction: UUID, state: State, items: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(_SETTLE, {"id": transaction, "state": state, "items": _lines(items)})


async def delivered(session: AsyncSession, transaction: UUID, *, arrived: bool) -> None:
    """Note how it ended, and forget the question."""
    await session.execute(_DELIVER, {"id": transaction, "delivery": "delivered" if arrived else "undelivered"})


async def find(session: AsyncSession, partner: Partner, actions: Sequence[str], by: str, value: Any) -> Any:
    """Return the newest transaction of this partner that is meant, or None."""
    values = {
        "partner": partner.id,
        "actions": list(actions),
        "by": by,
        "value": value if isinstance(value, str) else "",
        "values": value if isinstance(value, list) else [value],
    }
    return (await session.execute(_FIND, values)).one_or_none()


def _lines(items: Sequence[Mapping[str, Any]]) -> str:
    """Return of each item what `txn/status` may tell of it: no data, no count."""
    lines = [{name: item[name] for name in _LINE if name in item} for item in items]
    # A reference that was refused may be anything, and a text of the database holds no NUL.
    return orjson.dumps(
        [line | {"reference_id": line["reference_id"][:99].replace("\0", "")} for line in lines]
    ).decode()

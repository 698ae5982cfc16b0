"""Value set aside on an account: it counts against what is available until posted, voided or expired.

Post a hold in part or whole by an entry with `hold=<its id>` that spends from its account; what is left stays held.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.ledger.entry import LARGEST
from kit.ledger.errors import AmountRefused, refusals
from kit.values.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reservation of `amount`, above zero, on an account that may not go below zero.

    `expires_at` None: until posted or voided; from that moment on it holds nothing. `key` and `source` as of an
    entry; the moment of expiry does not count when a key is used again. Errors: AmountRefused.
    """

    account: str
    amount: int
    unit: str
    key: str
    source: str
    actor: str
    expires_at: datetime | None = None
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= LARGEST:
            raise AmountRefused(amount=repr(self.amount))
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise ValueError("expires_at needs a time zone")


_PLACE = text(
    "SELECT hold_id FROM ledger_place_hold(CAST(:id AS uuid), CAST(:account AS text), CAST(:amount AS bigint),"
    " CAST(:unit AS text), CAST(:expires_at AS timestamptz), CAST(:key AS text), CAST(:source AS text),"
    " CAST(:actor AS text))"
)
_VOID = text("SELECT ledger_void_hold(CAST(:id AS uuid), CAST(:actor AS text))")
_EXPIRE = text("SELECT ledger_expire_holds(CAST(:most AS integer), CAST(:actor AS text))")
_REMAINING = text("SELECT remaining FROM ledger_holds WHERE id = :id")


async def place(session: AsyncSession, hold: Hold) -> UUID:
    """Set value aside; return the hold's id, the first one's for a key used before.

    Errors: Overdrawn, AccountUnknown, AccountUnavailable, AccountHasNoFloor, UnitDiffers, IdempotencyMismatch.
    """
    with refusals():
        placed: UUID = (
            await session.execute(
                _PLACE,
                {
                    "id": hold.id,
                    "account": hold.account,
                    "amount": hold.amount,
                    "unit": hold.unit,
                    "expires_at": hold.expires_at,
                    "key": hold.key,
                    "source": hold.source,
                    "actor": hold.actor,
                },
            )
        ).scalar_one()
    return placed


async def void(session: AsyncSession, hold_id: UUID, *, actor: str) -> int:
    """Let go of what is left of a hold; return how much. Errors: HoldInsufficient where nothing is left."""
    with refusals():
        released: int = (await session.execute(_VOID, {"id": hold_id, "actor": actor})).scalar_one()
    return released


async def expire(session: AsyncSession, *, actor: str, most: int = 1000) -> int:
    """Write down which holds have run out, at most `most`; return how many. A job: they count no more already."""
    with refusals():
        expired: int = (await session.execute(_EXPIRE, {"most": most, "actor": actor})).scalar_one()
    return expired


async def remaining(session: AsyncSession, hold_id: UUID) -> int | None:
    """Return what is left of a hold, expired or not; None where there is no such hold."""
    left: int | None = await session.scalar(_REMAINING, {"id": hold_id})
    return left

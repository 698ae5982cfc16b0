"""Who gets events: partners who registered an address, and our own services, from the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.outbox import TypePattern
from kit.settings import EventTarget
from kit.values.ids import new_id
from kit.webhooks.guard import Guard
from kit.webhooks.problems import EndpointNotFound
from kit.webhooks.signatures import check_signing_secret, new_secret

State = Literal["active", "paused", "disabled"]

_COLUMNS: Final = "id, url, types, bank, state, state_reason, failures, open_until, created_at"
_REGISTER: Final = text(
    "insert into webhook_endpoints (id, url, secret, types, bank)"  # noqa: S608 - no input in it
    f" values (:id, :url, :secret, :types, :bank) returning {_COLUMNS}"
)
_FIND: Final = text(f"select {_COLUMNS} from webhook_endpoints where id = :id and not internal")  # noqa: S608
_LIST: Final = text(f"select {_COLUMNS} from webhook_endpoints where not internal order by id")  # noqa: S608
# A new start forgets the failures, so that it is tried at once.
_SET_STATE: Final = text(
    "update webhook_endpoints"  # noqa: S608
    " set state = :state, state_reason = null, failures = 0, failing_since = null,"
    f" open_until = null where id = :id and not internal returning {_COLUMNS}"
)
_SECRET: Final = text("select secret from webhook_endpoints where id = :id and not internal for update")
_SET_SECRET: Final = text("update webhook_endpoints set secret = :secret where id = :id")
_REMOVE: Final = text("delete from webhook_endpoints where id = :id and not internal returning id")

_UPSERT_OWN: Final = """
    insert into webhook_endpoints (id, url, secret, internal) values ($1, $2, $3, true)
    on conflict (id) do update
    set secret = excluded.secret, state = 'active', state_reason = null, failures = 0, failing_since = null,
        open_until = null
"""
_RESEAL: Final = "update webhook_endpoints set secret = $3 where id = $1 and secret = $2"
_RETIRE_OWN: Final = """
    update webhook_endpoints set state = 'disabled', state_reason = 'no longer in the settings'
    where internal and state <> 'disabled' and not id = any($1::uuid[])
"""


@dataclass(frozen=True)
class Registered:
    """An endpoint as its owner sees it; the secret is shown once, when it is made."""

    id: UUID
    url: str
    types: list[str]
    bank: str
    state: State
    state_reason: str | None
    failures: int
    open_until: datetime | None
    created_at: datetime


def secret_context(endpoint_id: UUID) -> str:
    return f"webhook_endpoints.secret:{endpoint_id}"


async def register(
    session: AsyncSession,
    vault: Vault,
    guard: Guard,
    *,
    url: str,
    bank: str,
    types: Sequence[TypePattern] = (),
    secret: str | None = None,
) -> tuple[Registered, str]:
    """Add an endpoint of a bank; return it with its signing secret, made here unless one is given.

    It gets the bank's events from now on; `replay` brings earlier ones.
    Errors: UnsafeEndpoint, UnusableSecret.
    """
    guard.check(url)
    secret = secret or new_secret()
    check_signing_secret(secret)
    endpoint_id = new_id()
    sealed = vault.seal(secret, context=secret_context(endpoint_id))
    row = await session.execute(
        _REGISTER, {"id": endpoint_id, "url": url, "secret": sealed, "types": list(types), "bank": bank}
    )
    return _registered(row.one()), secret


async def find(session: AsyncSession, endpoint_id: UUID) -> Registered:
    """Errors: EndpointNotFound, also for one outside the session's row scope, as in all that follows."""
    return _registered((await session.execute(_FIND, {"id": endpoint_id})).one_or_none())


async def every(session: AsyncSession) -> list[Registered]:
    """All endpoints within the session's row scope, oldest first."""
    return [_registered(row) for row in (await session.execute(_LIST)).all()]


async def set_state(session: AsyncSession, endpoint_id: UUID, state: State) -> Registered:
    """Pause (events wait), disable (events pass it by), or start again."""
    row = (await session.execute(_SET_STATE, {"id": endpoint_id, "state": state})).one_or_none()
    return _registered(row)


async def rotate(session: AsyncSession, vault: Vault, endpoint_id: UUID, secret: str | None = None) -> str:
    """Sign with a further secret from now on, beside the last one; return it."""
    secret = secret or new_secret()
    check_signing_secret(secret)
    kept = (await _secrets(session, vault, endpoint_id))[-1:]
    await _keep(session, vault, endpoint_id, [*kept, secret])
    return secret


async def retire(session: AsyncSession, vault: Vault, endpoint_id: UUID) -> None:
    """Sign with the newest secret only: the receiver has it."""
    await _keep(session, vault, endpoint_id, (await _secrets(session, vault, endpoint_id))[-1:])


async def remove(session: AsyncSession, endpoint_id: UUID) -> None:
    """Take an endpoint away with its log."""
    if await session.scalar(_REMOVE, {"id": endpoint_id}) is None:
        raise EndpointNotFound


async def upsert_own(pool: Any, vault: Vault, targets: Sequence[EventTarget]) -> None:
    """Make our own services endpoints, as the settings name them; one that is named no more is disabled.

    A target's secret may be several, separated by spaces, while one is being replaced.
    """
    ids = []
    for target in targets:
        endpoint_id = uuid5(NAMESPACE_URL, target.url)
        secret = target.secret.get_secret_value()
        for each in secret.split():
            check_signing_secret(each)
        sealed = vault.seal(secret, context=secret_context(endpoint_id))
        await pool.execute(_UPSERT_OWN, endpoint_id, target.url, sealed)
        ids.append(endpoint_id)
    await pool.execute(_RETIRE_OWN, ids)


async def reseal(pool: Any, vault: Vault) -> int:
    """Bring secrets that an old key encrypted under the current one; return how many."""
    changed = 0
    for row in await pool.fetch("select id, secret from webhook_endpoints"):
        if vault.needs_rotation(row["secret"]):
            context = secret_context(row["id"])
            fresh = vault.seal(vault.open(row["secret"], context=context), context=context)
            # Only if nobody gave it another secret in the meantime.
            await pool.execute(_RESEAL, row["id"], row["secret"], fresh)
            changed += 1
    return changed


async def _secrets(session: AsyncSession, vault: Vault, endpoint_id: UUID) -> list[str]:
    sealed = await session.scalar(_SECRET, {"id": endpoint_id})
    if sealed is None:
        raise EndpointNotFound
    return vault.open(sealed, context=secret_context(endpoint_id)).split()


async def _keep(session: AsyncSession, vault: Vault, endpoint_id: UUID, secrets: Sequence[str]) -> None:
    sealed = vault.seal(" ".join(secrets), context=secret_context(endpoint_id))
    await session.execute(_SET_SECRET, {"id": endpoint_id, "secret": sealed})


def _registered(row: Row[Any] | None) -> Registered:
    if row is None:
        raise EndpointNotFound
    return Registered(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it

"""Events that others push to us: checked, and each counted once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.outbox import Event
from kit.values.dates import Moment
from kit.webhooks.problems import BadSignature, NotAnEvent
from kit.webhooks.signatures import verify

# One that another transaction is accepting right now is waited for: if that rolls back, it is ours.
_REMEMBER = text(
    "insert into inbox_events (source, event_id) values (:source, :event_id)"
    " on conflict (source, event_id) do nothing returning event_id"
)

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Envelope(BaseModel):
    """CloudEvents 1.0 in structured JSON; attributes that we do not know are allowed to be there."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"]
    id: UUID
    source: _Name
    type: _Name
    subject: _Name
    time: Moment
    data: dict[str, Any]


class Inbox:
    """Who may push events to us, by name and secret.

    secrets: ``{"funds": "whsec_…"}``; several separated by spaces, or as a list, while one is being replaced.
    """

    def __init__(self, secrets: Mapping[str, SecretStr | str | Sequence[str]]) -> None:
        self._secrets = {source: _listed(secret) for source, secret in secrets.items()}

    async def accept(self, session: AsyncSession, source: str, headers: Mapping[str, str], body: bytes) -> Event | None:
        """Return the event the first time it comes, None when it was accepted before.

        It is remembered in the caller's transaction: do its effect there too, and both happen once or not
        at all.

        source: the sender's name in our settings, taken from the route. Errors: BadSignature (also for a
        source that nobody told us of), StaleMessage, NotAnEvent.
        """
        if source not in self._secrets:
            raise BadSignature
        message_id = verify(self._secrets[source], headers, body)
        try:
            envelope = _Envelope.model_validate_json(body)
        except ValidationError as error:
            raise NotAnEvent from error
        if message_id != str(envelope.id):
            raise NotAnEvent
        new = await session.scalar(_REMEMBER, {"source": source, "event_id": message_id})
        return Event.of(_row(envelope)) if new else None


def _row(envelope: _Envelope) -> dict[str, Any]:
    return {**envelope.model_dump(), "occurred_at": envelope.time}


def _listed(secret: SecretStr | str | Sequence[str]) -> list[str]:
    if isinstance(secret, SecretStr):
        secret = secret.get_secret_value()
    return secret.split() if isinstance(secret, str) else list(secret)

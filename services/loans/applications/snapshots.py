"""The registry's answer as it was given: dated, signed, never changed."""

import hmac
from datetime import date, timedelta
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.crypto import Vault
from kit.model import Id, Model, RecordedAt
from kit.values.ids import new_id
from services.loans.clients.registry import Answer
from services.loans.errors import SnapshotBroken

_CONTEXT = "status_snapshots"


class Snapshot(Model):
    """A household's poverty status on `as_of`; good for a decision until `expires_on`.

    answer: the registry's body, letter by letter. signature: HMAC-SHA256 over the whole row, so that a figure
    changed behind our back is noticed before anything is decided on it.
    """

    __tablename__ = "status_snapshots"

    id: Mapped[Id]
    application_id: Mapped[UUID]
    household_id: Mapped[UUID]
    as_of: Mapped[date]
    status: Mapped[Literal["poor", "near_poor", "newly_escaped", "none"]] = mapped_column(Text)
    since: Mapped[date | None]
    left_list_on: Mapped[date | None]
    standard: Mapped[str | None]
    area_id: Mapped[UUID | None]
    answer: Mapped[str]
    signature: Mapped[bytes]
    expires_on: Mapped[date]
    asked_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def of(cls, answer: Answer, application_id: UUID, *, good_for: int, by: str, vault: Vault) -> Self:
        """Keep an answer; `good_for` days after the day it is about it may no longer be decided on."""
        made = cls(
            id=new_id(),
            application_id=application_id,
            household_id=answer.household_id,
            as_of=answer.as_of,
            status=answer.status,
            since=answer.since,
            left_list_on=answer.left_list_on,
            standard=answer.standard,
            area_id=answer.area_id,
            answer=answer.text,
            expires_on=answer.as_of + timedelta(days=good_for),
            asked_by=by,
        )
        made.signature = made._sign(vault)
        return made

    def check(self, vault: Vault) -> None:
        """Errors: SnapshotBroken."""
        if not hmac.compare_digest(self._sign(vault), bytes(self.signature)):
            raise SnapshotBroken

    def _sign(self, vault: Vault) -> bytes:
        facts = (
            self.id,
            self.application_id,
            self.household_id,
            self.as_of,
            self.status,
            self.since,
            self.left_list_on,
            self.standard,
            self.area_id,
            self.expires_on,
            self.asked_by,
            self.answer,
        )
        return vault.index("\n".join(str(fact) for fact in facts), context=_CONTEXT)

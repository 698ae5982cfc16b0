"""A partner of the exchange: who asks, on what basis, what it may be given; and a person's consent to it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from kit.model import Id, Model, RecordedAt
from services.beneficiaries.partners.errors import ConsentNeedsRepresentative, ConsentWithdrawn

PURPOSE: Final = "social_registry_exchange"
_OF_AGE: Final = 16
"""A child is somebody under sixteen (Law 102/2016/QH13, Art. 1)."""


class Partner(Model):
    """Another system that searches the registry.

    client: the OAuth client it calls as. basis: `statutory` work of a state agency needs no consent, everything else
    is given for people who agreed. public_keys: base64 of Ed25519 keys, `{"id", "key"}` each.
    """

    __tablename__ = "dci_partners"

    id: Mapped[Id]
    sender_id: Mapped[str]
    client: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str]
    legal_basis: Mapped[str]
    attributes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    signatures_required: Mapped[bool]
    public_keys: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    callback_url: Mapped[str | None]
    messages_per_day: Mapped[int]
    most_records: Mapped[int]
    state: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[RecordedAt]
    changed_at: Mapped[RecordedAt]

    @property
    def needs_consent(self) -> bool:
        return self.basis == "consent"

    @property
    def keys(self) -> dict[str, str]:
        return {key["id"]: key["key"] for key in self.public_keys}

    @property
    def given(self) -> Sequence[str]:
        return self.attributes


class Consent(Model):
    """A person, or a child's representative, agrees to the exchange from a day until it is withdrawn."""

    __tablename__ = "exchange_consents"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str]
    given_by: Mapped[str]
    evidence: Mapped[str]
    given_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[RecordedAt]

    def must_be_theirs_to_give(self, born: date) -> None:
        """Errors: ConsentNeedsRepresentative."""
        years = self.given_on.year - born.year - ((self.given_on.month, self.given_on.day) < (born.month, born.day))
        if self.given_by == "person" and years < _OF_AGE:
            raise ConsentNeedsRepresentative

    def withdraw(self, day: date) -> None:
        """Errors: ConsentWithdrawn."""
        if self.withdrawn_on is not None or day < self.given_on:
            raise ConsentWithdrawn
        self.withdrawn_on = day

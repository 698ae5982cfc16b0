"""Payment channels and disabilities of people, on two clocks."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.crypto import Vault
from kit.model import Model
from services.beneficiaries.clocks import Dated
from services.beneficiaries.people.errors import AccountMissing


class PaymentChannel(Dated, Model):
    """How a person is paid from a day on; there is one way on a day at most.

    The account is sealed for its person, not for its row: rows are superseded by others that say the same for longer
    or shorter.
    """

    __tablename__ = "payment_channels"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str]
    provider: Mapped[str]
    holder: Mapped[str | None]
    account_sealed: Mapped[bytes | None]
    account_index: Mapped[bytes | None]
    recorded_by: Mapped[str]

    def pays_into(self, account: str | None, vault: Vault) -> None:
        """Errors: AccountMissing where a number or holder is missing, or given for cash."""
        if (account is None) != (self.kind == "cash") or (self.holder is None) != (self.kind == "cash"):
            raise AccountMissing
        self.account_sealed = vault.seal(account, context=account_context(self.person_id)) if account else None
        self.account_index = vault.index(account, context="payment_channels.account") if account else None

    def account(self, vault: Vault) -> str | None:
        sealed = self.account_sealed
        return None if sealed is None else vault.open(sealed, context=account_context(self.person_id))


class Disability(Dated, Model):
    """A disability with its degree, as a certificate says (Circular 01/2019/TT-BLĐTBXH); one of a kind on a day."""

    __tablename__ = "disabilities"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    degree: Mapped[str]
    certificate_number: Mapped[str]
    certified_on: Mapped[date]
    recorded_by: Mapped[str]


def account_context(person_id: UUID, _: UUID | None = None) -> str:
    return f"payment_channels.account:{person_id}"

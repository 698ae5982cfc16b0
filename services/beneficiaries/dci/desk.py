"""What the exchange works with, in the service and in its worker."""

from dataclasses import dataclass
from typing import Self

from kit.crypto import Vault
from kit.identity import Actor
from kit.webhooks import Guard
from services.beneficiaries.dci.searching import Asking
from services.beneficiaries.dci.signatures import Signer
from services.beneficiaries.partners.models import Partner
from services.beneficiaries.settings import Settings


@dataclass(frozen=True)
class Desk:
    """Keys, addresses and the guard of what we send; made once per process."""

    vault: Vault
    signer: Signer
    guard: Guard
    public_url: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            Vault.from_settings(settings),
            Signer.derived(settings.index_key_bytes, settings.dci_sender_id),
            Guard(allow_loopback=settings.environment != "production"),
            settings.public_url,
        )

    def asking(self, partner: Partner, by: Actor | None = None) -> Asking:
        """Return the partner as the one who asks; without a caller it is a message of before that is answered now."""
        return Asking(partner, by or _itself(partner), self.vault, self.public_url)


def _itself(partner: Partner) -> Actor:
    return Actor(
        subject=partner.client,
        client_id=partner.client,
        scopes=frozenset(),
        roles=frozenset({"social-registry"}),
    )

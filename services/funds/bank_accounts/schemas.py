from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery
from kit.values.text import Line
from services.funds.bank_accounts.models import BankAccount, CampaignAccount

Bin = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="The bank's number at NAPAS", examples=["970405"])]
Number = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,19}$", examples=["8500201000017"])]


class BankAccountIn(BaseModel):
    """An account of the Fund at a bank."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    bank_bin: Bin
    bank_name: Line
    number: Number
    holder: Line


class BankAccountOut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    bank_bin: str
    bank_name: str
    number: str
    holder: str

    @classmethod
    def of(cls, account: BankAccount) -> Self:
        return cls(
            id=account.id,
            bank_bin=account.bank_bin,
            bank_name=account.bank_name,
            number=account.number,
            holder=account.holder,
        )


class AssignmentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_id: UUID


class AssignmentOut(BaseModel):
    """Where a campaign's money arrives, and under which reference."""

    model_config = ConfigDict(extra="forbid")

    campaign_id: UUID
    reference: Annotated[str, Field(description="What a transfer carries in its memo", examples=["CD-7K3QX2M9AC"])]
    account: BankAccountOut

    @classmethod
    def of(cls, assigned: CampaignAccount, account: BankAccount) -> Self:
        return cls(campaign_id=assigned.campaign_id, reference=assigned.reference, account=BankAccountOut.of(account))


class BankAccountsQuery(ListQuery):
    bank_bin: Bin | None = None

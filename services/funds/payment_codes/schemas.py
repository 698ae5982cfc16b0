from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.money import Money
from services.funds.bank_accounts.schemas import BankAccountOut
from services.funds.payment_codes.vietqr import LIMIT, Target, Transfer

_SAMPLE = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E"
)


class PaymentCodeQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: Annotated[
        int | None,
        Field(ge=1, lt=LIMIT, description="In đồng, for a code of one gift; without it the giver types it"),
    ] = None
    format: Annotated[
        Literal["json", "png", "svg"], Field(description="The code's text with what it means, or a picture of it")
    ] = "json"


class PaymentCodeOut(BaseModel):
    """A code that a bank's application reads; `text` is what the picture holds."""

    model_config = ConfigDict(extra="forbid")

    campaign_id: UUID
    text: Annotated[str, Field(examples=[_SAMPLE])]
    reference: Annotated[str, Field(description="Stands in the transfer's memo", examples=["CD-7K3QX2M9AC"])]
    account: BankAccountOut
    amount: Money | None


class CodeIn(BaseModel):
    """The text of a code, to the letter."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=512, examples=[_SAMPLE])]


class CodeOut(BaseModel):
    """What a code asks a bank to do. `reference` is ours where the code carries one of our campaigns' form."""

    model_config = ConfigDict(extra="forbid")

    bank_bin: str
    number: str
    target: Target
    dynamic: bool
    amount: Money | None
    details: Annotated[
        dict[str, str],
        Field(description="bill, mobile, store, loyalty, reference, customer, terminal, purpose: those it carries"),
    ]
    reference: str | None

    @classmethod
    def of(cls, transfer: Transfer, reference: str | None) -> Self:
        return cls(
            bank_bin=transfer.bank_bin,
            number=transfer.number,
            target=transfer.target,
            dynamic=transfer.dynamic,
            amount=None if transfer.amount is None else Money(amount=transfer.amount),
            details={str(name): value for name, value in transfer.details.items()},
            reference=reference,
        )

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kit.http.pages import ListQuery, Page
from kit.values.money import Money
from kit.values.quantity import Quantity
from services.funds.books.schemas import Holding
from services.funds.campaigns.schemas import CampaignOut
from services.funds.rounds.models import Kind


class PublicDonation(BaseModel):
    """A gift as its donor chose to be shown."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[str, Field(examples=["DN-7K3QX2M9AC"])]
    donor: Annotated[str | None, Field(description="Null where the donor did not agree to be named")]
    on_behalf_of: Annotated[str | None, Field(description="The group credited with it, likewise")]
    value: Money | Quantity
    received_on: date
    reversed: Annotated[bool, Field(description="Recorded wrongly or given back, and taken out of the totals")]


class Use(BaseModel):
    """What one round of support gave in all; households appear nowhere."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    occasion: str
    on: date
    values: list[Money | Quantity]


class Account(BaseModel):
    """A campaign's account to the public."""

    model_config = ConfigDict(extra="forbid")

    campaign: CampaignOut
    received: Holding
    given: Holding
    held: Holding
    donation_count: Annotated[int, Field(description="Donations received, without those reversed")]
    households_reached: Annotated[int | None, Field(description="Different households; null for one to four of them")]
    households_suppressed: bool
    uses: Annotated[list[Use], Field(description="The rounds given last, at most 200")]
    use_count: Annotated[int, Field(description="Rounds in all")]
    donations: Annotated[
        Page[PublicDonation], Field(description="The first page; `/account/donations` continues from `next`")
    ]


class PublicDonationsQuery(ListQuery):
    reference: Annotated[
        str | None,
        Field(max_length=40, description="The code on a receipt, as it was read", examples=["DN-7K3QX2M9AC"]),
    ] = None

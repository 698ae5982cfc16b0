"""Payment channels and disabilities, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries.households.schemas import KnownAt

ChannelKind = Literal["bank", "e_money", "cash"]
DisabilityKind = Literal["mobility", "hearing_speech", "vision", "mental", "intellectual", "other"]
Degree = Literal["exceptionally_severe", "severe", "mild"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


Account = Annotated[
    str,
    Field(
        pattern="^[0-9A-Z]{6,24}$",
        description="Number of the account or wallet, without spaces: digits and capital letters",
        examples=["7905205012345"],
    ),
]
Since = Annotated[
    Day | None,
    Field(description="From when it is so; today without it. The day on which a known one began corrects that"),
]


class PaymentChannelIn(_Strict):
    """How a person is paid from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "bank",
                    "provider": "Agribank Mai Sơn",
                    "account_number": "7905205012345",
                    "holder": "LO THI DOI",
                }
            ],
            "oneOf": [
                {
                    "properties": {
                        "kind": {"const": "cash"},
                        "account_number": {"type": "null"},
                        "holder": {"type": "null"},
                    }
                },
                {
                    "properties": {
                        "kind": {"enum": ["bank", "e_money"]},
                        "account_number": {"type": "string"},
                        "holder": {"type": "string"},
                    },
                    "required": ["account_number", "holder"],
                },
            ],
        },
    )

    kind: Annotated[ChannelKind, Field(description="Bank account, e-money wallet, or cash at a point")]
    provider: Annotated[Line, Field(description="The bank, the wallet, or the payment point")]
    account_number: Account | None = None
    holder: Annotated[Line | None, Field(description="Name on the account: the person, or who receives for them")] = (
        None
    )
    since: Since = None


class PaymentChannelOut(_Strict):
    """A channel as it was on some days; the account is masked."""

    id: UUID
    person_id: UUID
    kind: ChannelKind
    provider: str
    account_number: str | None
    holder: str | None
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None


class DisabilityIn(_Strict):
    """A disability, as its certificate says."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "mobility",
                    "degree": "severe",
                    "certificate_number": "14/2024/XN-KT",
                    "certified_on": "2024-05-20",
                    "since": "2024-05-20",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    kind: DisabilityKind
    degree: Degree
    certificate_number: Line
    certified_on: Day
    since: Since = None


class DisabilityEnd(_Strict):
    """It does not hold any more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    on: Annotated[
        Day | None,
        Field(description="First day on which it does not hold; today without it. Its first day: it never held"),
    ] = None


class DisabilityOut(_Strict):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    person_id: UUID
    kind: DisabilityKind
    degree: Degree
    certificate_number: str
    certified_on: date
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None


class TimeQuery(ListQuery):
    as_of: Annotated[Day | None, Field(description="What held on this day; all days without it")] = None
    known_at: KnownAt | None = None


class UnmaskedChannel(_Strict):
    kind: ChannelKind
    provider: str
    account_number: str | None
    holder: str | None


class UnmaskedPerson(_Strict):
    """Numbers in full; the channel is that of today."""

    person_id: UUID
    identity_number: str | None
    phone: str | None
    payment_channel: UnmaskedChannel | None

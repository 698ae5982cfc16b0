"""Partners and consents, as they come in and go out."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line
from services.beneficiaries import examples

Given = Literal[
    "place",
    "poverty_score",
    "group_size",
    "group_head_info",
    "member_list",
    "registration_date",
    "last_updated",
    "identity_number",
    "name",
    "sex",
    "birth_date",
]
"""What a partner may be given, as recorded for it; the identifiers of a record always are."""
Basis = Literal["statutory", "consent"]
PartnerState = Literal["active", "suspended"]
_KEY_BYTES = 32


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _ed25519(text: str) -> str:
    try:
        size = len(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as error:
        raise ValueError("is not base64") from error
    if size != _KEY_BYTES:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return text


class PublicKey(_Strict):
    id: Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,64}$", examples=["2026-1"])]
    key: Annotated[
        str,
        Field(pattern="^[A-Za-z0-9+/]{43}=$", description="Ed25519, base64 of 32 bytes"),
        AfterValidator(_ed25519),
    ]


SenderId = Annotated[
    str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,98}$", description="What it calls itself in the header")
]
Client = Annotated[
    str, Field(pattern="^social-registry:[a-z][a-z0-9-]{0,30}$", description="The OAuth client that it calls as")
]
Address = Annotated[
    str, Field(min_length=1, max_length=2048, description="Where answers are posted to: https, a public host")
]
Attributes = Annotated[
    list[Given],
    Field(
        max_length=20, description="What it may be given, beside identifiers", json_schema_extra={"uniqueItems": True}
    ),
]
Keys = Annotated[list[PublicKey], Field(max_length=5)]
Quota = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Most = Annotated[int, Field(ge=1, le=2000, strict=True, description="Records of a search without pages, and of a page")]


class PartnerIn(_Strict):
    """Another system that may search the registry."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "sender_id": "students.moet.example",
                    "client": "social-registry:moet",
                    "name": "Register of pupils and students",
                    "basis": "statutory",
                    "legal_basis": "Decree 238/2025/NĐ-CP: school fees of children of poor households",
                    "attributes": ["place", "poverty_score", "group_size", "member_list", "name", "birth_date", "sex"],
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    sender_id: SenderId
    client: Client
    name: Line
    basis: Basis
    legal_basis: Annotated[Line, Field(description="The law that it works under, or the agreement with it")]
    attributes: Attributes
    signatures_required: bool = False
    public_keys: Keys = []
    callback_url: Address | None = None
    messages_per_day: Quota = 5000
    most_records: Most = 500

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once(self.attributes, self.public_keys)
        return self


class PartnerChange(_Strict):
    """What changes about a partner; what is absent stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"messages_per_day": 2000}]})

    name: Line | None = None
    basis: Basis | None = None
    legal_basis: Line | None = None
    attributes: Attributes | None = None
    signatures_required: bool | None = None
    public_keys: Keys | None = None
    callback_url: Address | None = None
    messages_per_day: Quota | None = None
    most_records: Most | None = None
    state: PartnerState | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once(self.attributes or [], self.public_keys or [])
        return self


def _once(attributes: list[Given], keys: list[PublicKey]) -> None:
    if len(set(attributes)) < len(attributes) or len({key.id for key in keys}) < len(keys):
        raise ValueError("names something twice")


class PartnerOut(_Strict):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    sender_id: str
    client: str
    name: str
    basis: Basis
    legal_basis: str
    attributes: list[Given]
    signatures_required: bool
    public_keys: list[PublicKey]
    callback_url: str | None
    messages_per_day: int
    most_records: int
    state: PartnerState
    version: int
    recorded_at: datetime
    changed_at: datetime


class ConsentIn(_Strict):
    """A person agrees that partners without a basis in law are told about them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "person_id": examples.PERSON,
                    "given_by": "person",
                    "evidence": "Form, signed 2026-11-02, file 118/2026",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    person_id: UUID
    given_by: Annotated[Literal["person", "representative"], Field(description="For a child under 16: representative")]
    evidence: Annotated[Line, Field(examples=["Form ĐT-3, signed 2026-11-02, file 118/2026"])]
    given_on: Annotated[Day | None, Field(description="Today without it")] = None


class ConsentWithdrawalIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    withdrawn_on: Annotated[Day | None, Field(description="Nothing is given from that day on; today without it")] = None


class ConsentOut(_Strict):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    person_id: UUID
    purpose: Literal["social_registry_exchange"]
    given_by: Literal["person", "representative"]
    evidence: str
    given_on: date
    withdrawn_on: date | None
    recorded_at: datetime


class ConsentQuery(ListQuery):
    person_id: Annotated[UUID | None, Field(description="Of this person")] = None


class ExchangeKeys(_Strict):
    """By what our messages to other registries are signed."""

    sender_id: str
    algorithm: Literal["ed25519"]
    keys: list[PublicKey]

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http.pages import ListQuery
from kit.values.absent import absent
from kit.values.text import Line
from services.funds.donors.models import Donor, Kind


class DonorIn(BaseModel):
    """A new donor; an anonymous one has no name, and is not named."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"properties": {"kind": {"const": "anonymous"}, "name": {"type": "null"}, "named": {"const": False}}},
                {
                    "properties": {"kind": {"enum": ["individual", "organisation"]}, "name": {"type": "string"}},
                    "required": ["name"],
                },
            ]
        },
    )

    id: UUID | None = Field(None, description="Your own id for them (UUID); made here where you send none")
    kind: Kind
    name: Line | None = None
    named: bool = Field(default=False, description="Whether they agreed to be named to the public")
    subject: Line | None = Field(None, description="Their login, so that they can follow their gifts")


class DonorPatch(BaseModel):
    """What changes; what is not sent stays. `subject` may become null."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    name: Annotated[Line, Field(default_factory=absent)]
    named: Annotated[bool, Field(default_factory=absent)]
    subject: Line | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change")
        return self


class DonorOut(BaseModel):
    """A donor as the Fund's own people see them."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    kind: Kind
    name: str | None
    named: bool
    subject: str | None
    merged_into: Annotated[UUID | None, Field(description="The donor who stands for them, where the two are one")]
    version: int

    @classmethod
    def of(cls, donor: Donor) -> Self:
        return cls(
            id=donor.id,
            kind=donor.kind,
            name=donor.name,
            named=donor.named,
            subject=donor.subject,
            merged_into=donor.merged_into,
            version=donor.version,
        )


class DonorsQuery(ListQuery):
    kind: Kind | None = None

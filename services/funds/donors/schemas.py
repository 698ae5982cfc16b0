from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http.pages import ListQuery
from kit.values.text import Line
from services.funds.donors.models import Donor, Kind


class DonorIn(BaseModel):
    """A new donor; an anonymous one has no name."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for them (UUID); made here where you send none")
    kind: Kind
    name: Line | None = None
    named: bool = Field(default=False, description="Whether they agreed to be named to the public")
    subject: Line | None = Field(None, description="Their login, so that they can follow their gifts")


class DonorPatch(BaseModel):
    """What changes; what is not sent stays. `subject` may become null."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    name: Line | None = None
    named: bool | None = None
    subject: Line | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change")
        if "named" in self.model_fields_set and self.named is None:
            raise ValueError("named is true or false")
        return self


class DonorOut(BaseModel):
    """A donor as the Fund's own people see them."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    kind: Kind
    name: str | None
    named: bool
    subject: str | None
    version: int

    @classmethod
    def of(cls, donor: Donor) -> Self:
        return cls(
            id=donor.id,
            kind=donor.kind,
            name=donor.name,
            named=donor.named,
            subject=donor.subject,
            version=donor.version,
        )


class DonorsQuery(ListQuery):
    kind: Kind | None = None

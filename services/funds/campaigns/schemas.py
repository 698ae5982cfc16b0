from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.http.pages import ListQuery
from kit.values.absent import absent
from kit.values.dates import Day
from kit.values.money import Cash, Money
from kit.values.text import Line, Paragraph
from services.funds.campaigns.models import Campaign

STANDING_FUND = UUID("a72c4f4f-307f-5639-9c9f-491a84d16262")
"""The Fund itself, which the migration opens: it receives on any day since it was founded."""


class CampaignIn(BaseModel):
    """A new campaign."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    name: Line
    purpose: Paragraph
    opens_on: Day
    closes_on: Day | None = Field(None, description="Last day of receiving; null for a standing fund")
    target: Cash | None = None


class CampaignPatch(BaseModel):
    """What changes; what is not sent stays. `closes_on` and `target` may become null, nothing else."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    name: Annotated[Line, Field(default_factory=absent)]
    purpose: Annotated[Paragraph, Field(default_factory=absent)]
    opens_on: Annotated[Day, Field(default_factory=absent)]
    closes_on: Day | None = None
    target: Cash | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change")
        return self


class CampaignOut(BaseModel):
    """What everybody may know of a campaign."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    name: str
    purpose: str
    opens_on: date
    closes_on: date | None
    target: Money | None
    state: Literal["open", "closed"]
    version: int

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls(
            id=campaign.id,
            name=campaign.name,
            purpose=campaign.purpose,
            opens_on=campaign.opens_on,
            closes_on=campaign.closes_on,
            target=None if campaign.target is None else Money(amount=campaign.target),
            state=campaign.state,
            version=campaign.version,
        )


class CampaignsQuery(ListQuery):
    state: Literal["open", "closed"] | None = None

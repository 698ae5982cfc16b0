from datetime import date
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import today
from services.funds.errors import (
    CampaignClosed,
    CampaignEndsBeforeItOpens,
    GivenBeforeCampaign,
    GivenInTheFuture,
    ReceivedInTheFuture,
)

State = Literal["open", "closed"]


class Campaign(Model):
    """An appeal for one purpose, with its dates; `closes_on` is None for a standing fund. `target` is in đồng."""

    __tablename__ = "campaigns"

    id: Mapped[Id]
    name: Mapped[str]
    purpose: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    target: Mapped[int | None]
    state: Mapped[State] = mapped_column(Text, default="open")
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def opened(
        cls,
        campaign_id: UUID | None,
        *,
        name: str,
        purpose: str,
        opens_on: date,
        closes_on: date | None,
        target: int | None,
    ) -> Self:
        """Return a campaign ready to receive. Errors: CampaignEndsBeforeItOpens."""
        made = cls(name=name, purpose=purpose, opens_on=opens_on, closes_on=closes_on, target=target)
        if campaign_id is not None:
            made.id = campaign_id
        made.check_dates()
        return made

    def check_dates(self) -> None:
        """Errors: CampaignEndsBeforeItOpens."""
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise CampaignEndsBeforeItOpens

    def accepts(self, received_on: date) -> None:
        """Errors: ReceivedInTheFuture, CampaignClosed."""
        if received_on > today():
            raise ReceivedInTheFuture
        late = self.closes_on is not None and received_on > self.closes_on
        if self.state != "open" or received_on < self.opens_on or late:
            raise CampaignClosed(
                name=self.name, opens_on=self.opens_on, closes_on=self.closes_on or "…", state=self.state
            )

    def gives(self, given_on: date) -> None:
        """Errors: GivenInTheFuture, GivenBeforeCampaign. A closed campaign still gives what it holds."""
        if given_on > today():
            raise GivenInTheFuture
        if given_on < self.opens_on:
            raise GivenBeforeCampaign

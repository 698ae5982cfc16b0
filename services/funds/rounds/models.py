from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import Computed, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit import ledger
from kit.model import Id, Model, RecordedAt
from kit.values.ids import new_id
from kit.values.reference import new_reference
from services.funds import chart
from services.funds.campaigns.models import Campaign
from services.funds.clients.registry import Household
from services.funds.decisions import DecidedByAnother
from services.funds.errors import NobodyInHousehold, RoundDecided, SupportTooLarge
from services.funds.values import LARGEST_GIFT

Kind = Literal["gift", "rice"]
State = Literal["proposed", "approved", "rejected"]

_PREFIX = {"gift": "GT", "rice": "RC"}


@dataclass(frozen=True)
class Gift:
    """The same for every household: đồng, grams of rice, or both."""

    money: int
    rice_g: int

    def share(self, _: Household) -> tuple[int, int]:
        return self.money, self.rice_g


@dataclass(frozen=True)
class Ration:
    """Rice by the number of people: grams per person and month, for one to three months (Decree 20/2021, Art. 12)."""

    per_person_g: int
    months: int

    def share(self, household: Household) -> tuple[int, int]:
        """Errors: NobodyInHousehold, SupportTooLarge."""
        if household.members < 1:
            raise NobodyInHousehold
        rice_g = self.per_person_g * self.months * household.members
        if rice_g > LARGEST_GIFT:
            raise SupportTooLarge
        return 0, rice_g


class Round(DecidedByAnother, Model):
    """Support of one kind for named households on one occasion; proposed by one person, decided by another.

    `per_person_g` and `months` are set for rice only. `live` rounds are those not rejected.
    """

    __tablename__ = "rounds"

    id: Mapped[Id]
    campaign_id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(Text)
    occasion: Mapped[str]
    given_on: Mapped[date]
    state: Mapped[State] = mapped_column(Text)
    live: Mapped[bool] = mapped_column(Computed("state <> 'rejected'", persisted=True))
    per_person_g: Mapped[int | None]
    months: Mapped[int | None]
    reason: Mapped[str | None]
    recorded_at: Mapped[RecordedAt]

    @classmethod
    def proposed(
        cls,
        campaign: Campaign,
        terms: Gift | Ration,
        *,
        occasion: str,
        on: date,
        by: str,
        round_id: UUID | None = None,
    ) -> Self:
        """Errors: GivenInTheFuture, GivenBeforeCampaign."""
        campaign.gives(on)
        ration = terms if isinstance(terms, Ration) else None
        return cls(
            id=round_id or new_id(),
            campaign_id=campaign.id,
            kind="rice" if ration else "gift",
            occasion=occasion,
            given_on=on,
            state="proposed",
            per_person_g=ration and ration.per_person_g,
            months=ration and ration.months,
            proposed_by=by,
        )

    def lines(self, terms: Gift | Ration, households: Iterable[Household]) -> list["RoundLine"]:
        """Return a line for each household. Errors: NobodyInHousehold, SupportTooLarge."""
        return [RoundLine.of(self, household, *terms.share(household)) for household in households]

    def decide(self, state: Literal["approved", "rejected"], *, by: str, reason: str | None = None) -> None:
        """Errors: RoundDecided, SecondPersonNeeded."""
        if self.state != "proposed":
            raise RoundDecided
        self.decided(by)
        self.state, self.reason = state, reason


class RoundLine(Model):
    """What one household receives: `money` in đồng, `rice_g` in grams; its area and people as they were on the day."""

    __tablename__ = "round_lines"

    id: Mapped[Id]
    round_id: Mapped[UUID]
    campaign_id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(Text)
    occasion: Mapped[str]
    live: Mapped[bool]
    household_id: Mapped[UUID]
    area_id: Mapped[UUID]
    members: Mapped[int]
    money: Mapped[int]
    rice_g: Mapped[int]
    reference: Mapped[str]
    entry_id: Mapped[UUID]

    @classmethod
    def of(cls, whole: Round, household: Household, money: int, rice_g: int) -> Self:
        return cls(
            id=new_id(),
            round_id=whole.id,
            campaign_id=whole.campaign_id,
            kind=whole.kind,
            occasion=whole.occasion,
            live=True,
            household_id=household.id,
            area_id=household.area_id,
            members=household.members,
            money=money,
            rice_g=rice_g,
            reference=new_reference(_PREFIX[whole.kind]),
            entry_id=new_id(),
        )

    def entry(self, *, on: date, by: str) -> ledger.Entry:
        return ledger.Entry(
            id=self.entry_id,
            effective_on=on,
            postings=chart.support(self.campaign_id, {"VND": self.money, "RICE_G": self.rice_g}),
            description=self.reference,
            source=f"support:{self.id}",
            key=f"support:{self.id}",
            actor=by,
        )

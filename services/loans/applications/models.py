"""An application for a loan, from the day it is made to the day it is paid out."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kit.model import Id, Model, RecordedAt
from kit.values.dates import today
from services.loans.applications.snapshots import Snapshot
from services.loans.errors import (
    DateOutOfOrder,
    NotThisState,
    SecondPersonNeeded,
    SnapshotExpired,
    WrongBank,
)
from services.loans.programmes.models import Programme, Reason, Standing, Terms
from services.loans.schedules.contract import PrincipalEvery
from services.loans.schedules.interest import Rate

ApplicationState = Literal["awaiting_status", "eligible", "refused", "approved", "disbursed"]


class Application(Model):
    """awaiting_status → eligible or refused → approved → disbursed.

    Eligibility, rate and cap follow from the household's poverty status on the date. Without the registry's answer
    it waits: it is neither lost nor waved through.
    """

    __tablename__ = "loan_applications"

    id: Mapped[Id]
    reference: Mapped[str]
    household_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    bank: Mapped[str]
    amount: Mapped[int]
    term_months: Mapped[int]
    principal_every: Mapped[PrincipalEvery] = mapped_column(SmallInteger)
    purpose: Mapped[str]
    applied_on: Mapped[date]
    applied_by: Mapped[str]
    state: Mapped[ApplicationState] = mapped_column(Text)
    refusals: Mapped[list[Reason]] = mapped_column(ARRAY(Text), default=list)
    snapshot_id: Mapped[UUID | None]
    area_id: Mapped[UUID | None]
    annual_rate: Mapped[int | None]
    approved_on: Mapped[date | None]
    approved_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[RecordedAt]

    @property
    def rate(self) -> Rate | None:
        return None if self.annual_rate is None else Rate(self.annual_rate)

    def check_renewal(self, as_of: date) -> None:
        """Errors: NotThisState once it is decided, DateOutOfOrder for a day before it was made or after today."""
        if self.state not in {"awaiting_status", "eligible"}:
            raise NotThisState(state=self.state)
        _between(self.applied_on, as_of, today())

    def verify(self, programme: Programme, terms: Terms, snapshot: Snapshot) -> None:
        """Take the registry's answer, which decides whether the household may borrow here."""
        self.check_renewal(snapshot.as_of)
        standing = Standing(snapshot.as_of, snapshot.status, snapshot.since, snapshot.left_list_on)
        self.refusals = list(programme.reasons_against(standing))
        self.state = "refused" if self.refusals else "eligible"
        self.snapshot_id = snapshot.id
        self.area_id = snapshot.area_id
        self.annual_rate = terms.annual_rate
        self.version += 1

    def refuse(self, reason: Reason) -> None:
        """Errors: NotThisState once it is decided."""
        if self.state != "awaiting_status":
            raise NotThisState(state=self.state)
        self.refusals, self.state = [reason], "refused"
        self.version += 1

    def check_approval(self, snapshot: Snapshot | None, *, by: str, on: date) -> None:
        """Refuse an approval that is early, alone, or built on an answer of long ago.

        Errors: NotThisState, SecondPersonNeeded, DateOutOfOrder, SnapshotExpired.
        """
        if self.state != "eligible" or snapshot is None:
            raise NotThisState(state=self.state)
        if by == self.applied_by:
            raise SecondPersonNeeded
        _between(max(self.applied_on, snapshot.as_of), on, today())
        if on > snapshot.expires_on:
            raise SnapshotExpired(expires_on=snapshot.expires_on)

    def approve(self, terms: Terms, *, by: str, on: date, owed: int) -> None:
        """Approve at the rate in force on the day. Errors: ProgrammeNotOpen, AmountAboveCap, TermTooLong."""
        terms.allow(self.amount, self.term_months, owed=owed)
        self.state, self.approved_by, self.approved_on = "approved", by, on
        self.annual_rate = terms.annual_rate
        self.version += 1

    def disburse(self, *, bank: str | None, on: date) -> None:
        """Errors: NotThisState, WrongBank, DateOutOfOrder."""
        if self.state != "approved" or self.approved_on is None:
            raise NotThisState(state=self.state)
        if bank is not None and bank != self.bank:
            raise WrongBank
        _between(self.approved_on, on, today())
        self.state = "disbursed"
        self.version += 1


def _between(earliest: date, day: date, latest: date) -> None:
    if not earliest <= day <= latest:
        raise DateOutOfOrder(earliest=earliest, latest=latest)

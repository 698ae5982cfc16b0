from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.money import Balance, vnd
from kit.values.text import Line, Paragraph
from services.loans import examples
from services.loans.applications.models import Application, ApplicationState
from services.loans.applications.snapshots import Snapshot
from services.loans.programmes.models import Reason, Status, programme_id
from services.loans.schedules.contract import PrincipalEvery
from services.loans.schedules.schemas import LoanAmount

BankCode = Annotated[
    str, Field(pattern="^[a-z][a-z0-9-]{0,30}$", description="Code of a partner bank", examples=["vbsp"])
]


class ApplicationIn(BaseModel):
    """What a household asks for. Rate and cap are not asked for: they follow from the programme and the day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "household_id": examples.HOUSEHOLD,
                    "programme_id": str(programme_id("poor")),
                    "amount": {"amount": 50_000_000, "currency": "VND"},
                    "term_months": 36,
                    "principal_every": 12,
                    "purpose": "Two cows and a shed",
                    "applied_on": "2024-01-15",
                }
            ]
        },
    )

    id: UUID | None = Field(None, description="Your own id for it (UUID); made here where you send none")
    household_id: UUID
    programme_id: UUID
    amount: LoanAmount
    term_months: Annotated[int, Field(strict=True, ge=1, le=600)]
    principal_every: Annotated[PrincipalEvery, Field(description="Months between two repayments of principal")] = 6
    purpose: Paragraph
    applied_on: Day
    bank: Annotated[BankCode | None, Field(description="The programme's own bank if left out")] = None


class ApprovalIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"on": "2026-11-14"}]})

    on: Annotated[Day | None, Field(description="Day of the decision; today if left out")] = None
    reason: Line | None = None


class VerificationIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    as_of: Annotated[Day | None, Field(description="The day whose status is asked; today if left out")] = None


class ApplicationQuery(ListQuery):
    state: ApplicationState | None = None
    household_id: UUID | None = None
    programme_id: UUID | None = None
    bank: BankCode | None = None


class SnapshotOut(BaseModel):
    """The registry's answer as it was kept. `answer` is its body, `signature` an HMAC over the whole row."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    as_of: date
    status: Status
    since: date | None
    left_list_on: date | None
    standard: str | None
    area_id: UUID | None
    expires_on: date
    asked_by: str
    recorded_at: datetime
    answer: dict[str, Any]
    signature: str

    @classmethod
    def of(cls, kept: Snapshot) -> "SnapshotOut":
        names = ("id", "as_of", "status", "since", "left_list_on", "standard", "area_id", "expires_on", "asked_by",
                 "recorded_at")  # fmt: skip
        return cls(
            **{name: getattr(kept, name) for name in names},
            answer=orjson.loads(kept.answer),
            signature=bytes(kept.signature).hex(),
        )


class ApplicationOut(BaseModel):
    """An application. `refusals` says why it was refused; `annual_rate` is that of the approval once there is one."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    reference: str
    household_id: UUID
    programme_id: UUID
    bank: str
    amount: Balance
    term_months: int
    principal_every: int
    purpose: str
    applied_on: date
    applied_by: str
    state: ApplicationState
    refusals: list[Reason]
    area_id: UUID | None
    annual_rate: str | None
    approved_on: date | None
    approved_by: str | None
    version: int
    recorded_at: datetime

    @classmethod
    def of(cls, application: Application) -> "ApplicationOut":
        return cls(**_facts(application))


class ApplicationDetailOut(ApplicationOut):
    """An application with the answer it was decided on; a bank does not see that one."""

    snapshot: SnapshotOut | None

    @classmethod
    def with_snapshot(cls, application: Application, kept: Snapshot | None) -> "ApplicationDetailOut":
        return cls(**_facts(application), snapshot=None if kept is None else SnapshotOut.of(kept))


def _facts(application: Application) -> dict[str, Any]:
    names = ("id", "reference", "household_id", "programme_id", "bank", "term_months", "principal_every", "purpose",
             "applied_on", "applied_by", "state", "refusals", "area_id", "approved_on", "approved_by", "version",
             "recorded_at")  # fmt: skip
    rate = application.rate
    return {
        **{name: getattr(application, name) for name in names},
        "amount": vnd(application.amount),
        "annual_rate": None if rate is None else str(rate),
    }

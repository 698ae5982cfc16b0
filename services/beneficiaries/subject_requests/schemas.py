"""Requests of data subjects, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Paragraph, Reason
from services.beneficiaries import examples
from services.beneficiaries.subject_requests.models import Kind, Outcome, State

AskedBy = Literal["person", "representative"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Title(_Strict):
    vi: Line
    en: Line
    fr: Line


class RequestKindOut(_Strict):
    """keep_years: only of deletion; how long data stays after somebody left a household of the lists."""

    code: Kind
    title: Title
    acknowledge_days: Annotated[int, Field(description="Working days")]
    answer_days: Annotated[int, Field(description="Calendar days")]
    keep_years: int | None
    source: str
    version: int


class RequestKinds(_Strict):
    items: list[RequestKindOut]


class RequestClocksIn(_Strict):
    """The clocks of a kind of request, and where they come from."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"acknowledge_days": 2, "answer_days": 10, "source": "Law 91/2025/QH15, Decree 356/2025"}]
        },
    )

    acknowledge_days: Annotated[int, Field(ge=1, le=30, strict=True, description="Working days")]
    answer_days: Annotated[int, Field(ge=1, le=90, strict=True, description="Calendar days")]
    source: Line


class SubjectRequestIn(_Strict):
    """What somebody asks about their own data; a child's representative asks for the child."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "person_id": examples.PERSON,
                    "kind": "access",
                    "asked_by": "person",
                    "evidence": "Came to the office with the identity card, 2026-11-20",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    person_id: UUID
    kind: Kind
    asked_by: AskedBy
    evidence: Annotated[Line, Field(description="How it is known who asked: a paper, a visit")]
    details: Annotated[Paragraph | None, Field(description="What is wrong, or what is wanted; kept encrypted")] = None
    consent_id: Annotated[UUID | None, Field(description="The consent that is withdrawn, and only for that")] = None
    received_on: Annotated[Day | None, Field(description="Today without it")] = None


class AcknowledgementIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    on: Annotated[Day | None, Field(description="Today without it")] = None


class AnswerIn(_Strict):
    """reason: needed for a refusal, and told to who asked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "granted"}]})

    outcome: Outcome
    reason: Reason | None = None


class LiftingIn(_Strict):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "The person asked for it to end"}]}
    )

    reason: Reason


class SubjectRequestLine(_Strict):
    """overdue: not acknowledged, or not answered, in its time."""

    id: UUID
    code: str
    person_id: UUID
    kind: Kind
    asked_by: AskedBy
    state: State
    received_on: date
    acknowledge_by: date
    acknowledged_on: date | None
    due_on: date
    decided_on: date | None
    overdue: bool
    version: int


class SubjectRequestOut(SubjectRequestLine):
    evidence: str
    details: str | None
    consent_id: UUID | None
    received_by: str
    proposed_outcome: Outcome | None
    proposed_by: str | None
    reason: str | None
    decided_by: str | None


class SubjectRequestQuery(ListQuery):
    kind: Kind | None = None
    state: State | None = None
    person_id: Annotated[UUID | None, Field(description="Of this person")] = None
    overdue: Annotated[bool | None, Field(description="Only those that are late, or only those that are not")] = None


class Sight(_Strict):
    """Somebody saw numbers, or was given data. reason: as it was given."""

    at: datetime
    who: str
    what: str
    reason: str | None


Rows = list[dict[str, Any]]


class PersonalExport(_Strict):
    """Everything that the registry holds on a person, for that person; numbers in full.

    Each list holds rows as they are recorded, superseded ones included. seen_by: who saw numbers or was given data.
    """

    request: str
    made_at: datetime
    person: dict[str, Any]
    memberships: Rows
    poverty_statuses: Rows
    support: Rows
    payment_channels: Rows
    disabilities: Rows
    parents: Rows
    consents: Rows
    requests: Rows
    restrictions: Rows
    seen_by: list[Sight]

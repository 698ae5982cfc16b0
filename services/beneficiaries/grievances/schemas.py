"""Grievances as they are filed, handled, answered and followed."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.http import ListQuery
from kit.values.dates import Day
from kit.values.text import Line, Paragraph, Reason
from services.beneficiaries.areas.schemas import MAI_SON, AreaCode, AreaName
from services.beneficiaries.grievances.kind_schemas import KindCode
from services.beneficiaries.grievances.models import Channel, Level, Outcome, State, Step

Officer = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9-]{0,39}(:[0-9]{5})?$",
        description="The person's login at the issuer",
        examples=["commune-officer:04105"],
    ),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FilingIn(_Strict):
    """What anybody may tell us, with a name or without one.

    about_staff: it is about somebody who works for the commune; then nobody of the commune sees it.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "area_id": str(MAI_SON),
                    "kind": "exclusion",
                    "text": "Nhà tôi đã cháy hồi tháng ba nhưng chưa ai đến xem.",
                    "village": "Bản Mé",
                }
            ]
        },
    )

    area_id: Annotated[UUID, Field(description="The commune it happened in: any unit that is or was")]
    village: Line | None = None
    kind: Annotated[KindCode, Field(description="As the complainant sees it; an officer classifies")] = "other"
    text: Paragraph
    contact: Annotated[
        Line | None, Field(description="How to reach the complainant; nothing for an anonymous grievance")
    ] = None
    about_staff: bool = False


class IntakeIn(FilingIn):
    """What an officer takes down from somebody, or enters from a letter.

    about_officer: the login of the officer it is about, if that is known.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "area_id": str(MAI_SON),
                    "kind": "payment",
                    "channel": "in_person",
                    "text": "Tiền trợ cấp tháng mười chưa nhận được.",
                }
            ]
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    channel: Channel
    received_on: Annotated[Day | None, Field(description="Received on; today without it")] = None
    household_id: UUID | None = None
    about_officer: Officer | None = None


class FilingReceipt(_Strict):
    """What the complainant keeps: with `code` and `secret`, and nothing else, the answer can be followed."""

    code: str = Field(examples=["GR-7K3QX2M9AC"])
    secret: str
    received_on: date
    due_on: date


class FollowingIn(_Strict):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"code": "GR-7K3QX2M9AC", "secret": "A" * 32}]},
    )

    code: Annotated[str, Field(min_length=1, max_length=40)]
    secret: Annotated[str, Field(min_length=1, max_length=64)]


class ReopeningIn(FollowingIn):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"code": "GR-7K3QX2M9AC", "secret": "A" * 32, "text": "Cán bộ chưa đến nhà tôi."}]
        },
    )

    text: Paragraph


class AnswerGiven(_Strict):
    on: date
    outcome: Outcome
    text: str


class Followed(_Strict):
    """Where a grievance stands, for who filed it. reopen_until: null where it cannot be reopened (any more)."""

    code: str
    kind: str
    state: State
    level: Level
    received_on: date
    due_on: date
    answers: list[AnswerGiven]
    reopen_until: date | None


class GrievanceQuery(ListQuery):
    state: State | None = None
    kind: KindCode | None = None
    level: Level | None = None
    assigned_to: Officer | None = None
    area: Annotated[
        AreaCode | None, Field(description="In today's commune with this code, and what it was made from")
    ] = None
    overdue: Annotated[bool | None, Field(description="Past its deadline without an answer, or not")] = None


class GrievanceLine(_Strict):
    """A grievance in a list: without what people wrote."""

    id: UUID
    code: str
    area: AreaName
    village: str | None
    channel: Channel
    kind: str
    about_staff: bool
    state: State
    level: Level
    received_on: date
    due_on: date
    overdue: bool
    assigned_to: str | None
    answered_on: date | None
    version: int


class StepMade(_Strict):
    """facts: what the step set, by name; text: an answer, or why it was reopened."""

    step: Step
    on: date
    by: str
    facts: dict[str, Any]
    text: str | None
    recorded_at: datetime


class Grievance(GrievanceLine):
    """A grievance with what was written and every step. has_contact: it can be asked for, with a reason."""

    household_id: UUID | None
    about_officer: str | None
    text: str
    has_contact: bool
    escalated_on: date | None
    reopen_until: date | None
    reopened_on: date | None
    steps: list[StepMade]


class ClassifyingIn(_Strict):
    """about_officer: only the district says so; the grievance then leaves the commune's sight."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "payment"}]})

    kind: KindCode
    about_officer: Officer | None = None


class AssigningIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"officer": "commune-officer:04105"}]})

    officer: Officer


class GrievanceAnswerIn(_Strict):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "upheld", "text": "Hộ đã được đưa vào danh sách rà soát."}]},
    )

    outcome: Outcome
    text: Paragraph


class EscalatingIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Vượt thẩm quyền của xã"}]})

    reason: Line


class ContactIn(_Strict):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Hẹn ngày đến xem nhà"}]})

    reason: Reason


class Contact(_Strict):
    contact: str | None

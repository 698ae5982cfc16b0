"""Proposed changes and their kinds, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kit.http import ListQuery
from kit.values.text import Line
from services.beneficiaries import examples
from services.beneficiaries.areas.schemas import AreaCode, AreaName
from services.beneficiaries.change_requests.models import Checker, State, Step

Kind = Literal[
    "person_facts",
    "identity",
    "members",
    "place",
    "dwelling",
    "review",
    "move",
    "split",
    "merge",
    "death",
]
MediaType = Literal["application/pdf", "image/jpeg", "image/png"]
Why = Annotated[Line, Field(max_length=200, description="In words that name nobody")]
_Version = Annotated[int, Field(ge=1, le=999_999_999)]
Payload = Annotated[
    dict[str, JsonValue],
    Field(
        description="What a direct change takes. `person_facts`, `identity`, `members`, `place`: the body of PATCH "
        "/households/{household_id}, with fields of that kind only. `dwelling`: of PUT …/dwelling. `move`, `split`, "
        "`death`: of POST …/moves, …/splits, …/deaths. `merge`: of POST /households/merges. `review`: of POST "
        "/review-requests.",
    ),
]
_ADDRESS: dict[str, JsonValue] = {"address": "Nhà số 3, cạnh trường tiểu học"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChangeRequestIn(_Strict):
    """A change that somebody else is to check. The household is named by its id, or by its code."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "place",
                    "household_id": examples.HOUSEHOLD,
                    "reason": "Thấy khi đến thăm nhà",
                    "payload": _ADDRESS,
                }
            ],
            "oneOf": [
                {"required": ["household_id"], "properties": {"household_id": {"type": "string"}}},
                {"required": ["household_code"], "properties": {"household_code": {"type": "string"}}},
            ],
        },
    )

    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    kind: Kind
    household_id: UUID | None = None
    household_code: Annotated[Line | None, Field(max_length=20, description="As spoken or typed: HH-7K3QX2M9AC")] = None
    base_version: Annotated[
        _Version | None, Field(description="Version of the household that was read; today's without it")
    ] = None
    reason: Why
    payload: Payload

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if (self.household_id is None) == (self.household_code is None):
            raise ValueError("name the household by its id or by its code")
        return self


class ResubmissionIn(_Strict):
    """The request once more, for the household as it is now, or as it was in the version that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Đã đối chiếu lại tại nhà"}]})

    reason: Why
    payload: Annotated[Payload | None, Field(description="The change without it as it was proposed")] = None
    base_version: _Version | None = None


class RefusalIn(_Strict):
    """Why a request is given back or rejected."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Cần bản chụp giấy tờ"}]})

    reason: Why


class ApprovalIn(_Strict):
    """What the checker looked at, if it is worth a word."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Đã đối chiếu sổ hộ khẩu"}]})

    reason: Why | None = None


class ChangeRequestQuery(ListQuery):
    kind: Kind | None = None
    state: State | None = None
    household_id: UUID | None = None
    area: Annotated[
        AreaCode | None, Field(description="Of households in today's commune with this code, and what it was made from")
    ] = None
    overdue: Annotated[bool | None, Field(description="Past the day by which somebody should have acted, or not")] = (
        None
    )
    mine: Annotated[bool | None, Field(description="Proposed by the caller, or by somebody else")] = None


class ChangeRequestLine(_Strict):
    """A change request in a list.

    To another office the household is only what it was named by: id or code, the other is null, as is everything about
    the household and about those who decide. fields: names of what is to change. due_on: day by which the checker, or
    after `returned` the proposer, should act.
    """

    id: UUID
    kind: str
    state: State
    household_id: UUID | None
    household_code: str | None
    area: AreaName | None
    fields: list[str]
    proposed_by: str
    proposed_at: datetime
    due_on: date
    overdue: bool
    decided_by: str | None
    decided_at: datetime | None
    attachments: int
    version: int


class ChangeRequestStepMade(_Strict):
    """made_by: null where another office asks and it was not they."""

    step: Step
    made_by: str | None
    reason: str | None
    recorded_at: datetime


class AttachmentShown(_Strict):
    id: UUID
    name: str
    media_type: MediaType
    size: int
    recorded_at: datetime


class ChangeRequest(ChangeRequestLine):
    """A change request with what is to change, numbers masked, its steps and attachments.

    current_version: of the household; the request can be approved while it is `base_version`. payload, base_version and
    current_version are null to another office.
    """

    reason: str
    payload: dict[str, JsonValue] | None
    base_version: int | None
    current_version: int | None
    steps: list[ChangeRequestStepMade]
    files: list[AttachmentShown]


class ChangeDecision(_Strict):
    """What became of a request.

    became_id: the act or review request that it became, null where it changed the household itself.
    """

    id: UUID
    kind: str
    state: State
    household_id: UUID
    proposed_by: str
    decided_by: str
    decided_at: datetime
    became_id: UUID | None
    version: int


class UnmaskedChange(_Strict):
    """The change with every number in full."""

    payload: dict[str, JsonValue]


class AttachmentQuery(_Strict):
    change_request: Annotated[
        UUID, Field(description="The request's `id`", json_schema_extra={"example": examples.CHANGE_REQUEST})
    ]
    id: Annotated[UUID | None, Field(description="UUIDv7 made by a client that was offline")] = None
    name: Annotated[
        Line,
        Field(max_length=120, description="What to call the file", json_schema_extra={"example": "so-ho-khau.pdf"}),
    ]


class ChangeRequestTitle(_Strict):
    vi: Line
    en: Line
    fr: Line


Role = Annotated[str, Field(pattern="^[a-z][a-z-]{0,39}$", examples=["commune-officer"])]


class ChangeRequestKindChange(_Strict):
    """What is to change of a kind; what is absent stays. Days that were told already stay as well."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decide_days": 7}], "minProperties": 1})

    title: ChangeRequestTitle | None = None
    proposers: Annotated[list[Role] | None, Field(max_length=20, description="Roles that may propose it")] = None
    checker: Checker | None = None
    attachment_needed: bool | None = None
    decide_days: Annotated[int | None, Field(ge=1, le=90, description="Days in which it should be decided")] = None
    answer_days: Annotated[
        int | None, Field(ge=1, le=365, description="Days after which a returned one expires without an answer")
    ] = None
    direct_allowed: Annotated[bool | None, Field(description="Whether officers may make it without a request")] = None
    active: bool | None = None


class ChangeRequestKind(_Strict):
    """checker: `approver` is the chairperson of the commune, `registrar` any second officer as well."""

    code: str
    title: ChangeRequestTitle
    proposers: list[str]
    checker: Checker
    attachment_needed: bool
    decide_days: int
    answer_days: int
    direct_allowed: bool
    active: bool
    version: int


class ChangeRequestKinds(_Strict):
    items: list[ChangeRequestKind]

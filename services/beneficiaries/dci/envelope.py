"""Envelopes as they come in: what the standard names is checked, what it does not know is let pass.

Other than everywhere else here, unknown fields are no refusal: the standard allows a country its own, and clients send
them. They are never looked at, so none of them can widen or narrow a search.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints
from pydantic_core import PydanticCustomError

_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_MOST_ITEMS_SENT: Final = 1000


def _moment(value: object) -> object:
    """Take RFC 3339 with a zone, and neither seconds since 1970 nor a time of no place."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            # More than microseconds is precision that nobody here keeps.
            return datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value.upper()))
        except ValueError as error:
            raise PydanticCustomError("datetime_parsing", "no such time") from error
    raise PydanticCustomError("datetime_parsing", "a time is written as 2026-11-24T08:00:00+07:00")


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is not int:
        raise PydanticCustomError("int_type", "this must be a whole number")
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    Field(
        description="RFC 3339 with its zone",
        examples=["2026-11-24T08:00:00+07:00"],
        json_schema_extra={"type": "string", "format": "date-time"},
    ),
]
# The bounds stand next to the type: outside of the validator the schema would not show them.
_Count = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_whole)]
_Place = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=99, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Locale = Annotated[str, Field(pattern="^[a-z]{3}$", description="ISO 639-3", examples=["vie"])]


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", str_max_length=10_000)


class MessageHeader(_Open):
    """Of a request. `total_count` is the number of its items."""

    version: str = "1.0.0"
    message_id: Annotated[Code, Field(description="Unique among the sender's messages; a second use is refused")]
    message_ts: Moment
    action: Annotated[str, Field(max_length=99)]
    sender_id: Annotated[Code, Field(description="As recorded for the partner that calls")]
    sender_uri: Annotated[
        str | None,
        Field(max_length=2048, description="Where answers are posted to; at the address recorded for the partner"),
    ] = None
    receiver_id: Annotated[str | None, Field(max_length=99)] = None
    total_count: _Count
    is_msg_encrypted: bool = False
    meta: dict[str, JsonValue] | None = None


class NoticeHeader(_Open):
    """Of a notice from another registry: one that answers, so the sender may leave itself out."""

    version: str = "1.0.0"
    message_id: Code
    message_ts: Moment
    action: Annotated[str, Field(max_length=99)]
    status: Literal["rcvd", "pdng", "succ", "rjct"]
    sender_id: Code | None = None
    receiver_id: Annotated[str | None, Field(max_length=99)] = None
    total_count: _Count | None = None
    completed_count: _Count | None = None
    is_msg_encrypted: bool = False
    meta: dict[str, JsonValue] | None = None


class SortBy(_Open):
    attribute_name: Annotated[str, Field(max_length=99)]
    sort_order: Literal["asc", "desc"] = "asc"


class PagesAsked(_Open):
    page_size: _Place
    page_number: _Place = 1


class SearchCriteria(_Open):
    """What is searched for. `query` has a form of its own for each of the three types."""

    version: str = "1.0.0"
    reg_type: Annotated[str | None, Field(max_length=200)] = None
    reg_record_type: Annotated[str | None, Field(max_length=200)] = None
    reg_event_type: Annotated[str | None, Field(max_length=200)] = None
    query_type: Literal["idtype-value", "expression", "predicate"]
    query: dict[str, JsonValue] | list[dict[str, JsonValue]]
    response_entity: Literal["Group", "Member"] | None = None
    sort: Annotated[list[SortBy] | None, Field(max_length=5)] = None
    pagination: PagesAsked | None = None
    consent: dict[str, JsonValue] | None = None
    authorize: dict[str, JsonValue] | None = None


class SearchItem(_Open):
    reference_id: str
    timestamp: Moment
    search_criteria: SearchCriteria
    pagination: Annotated[
        PagesAsked | None, Field(description="Where clients put it beside the criteria; the criteria's own goes first")
    ] = None
    locale: Locale | None = None


class SearchRequest(_Open):
    transaction_id: Code
    search_request: Annotated[list[SearchItem], Field(max_length=_MOST_ITEMS_SENT)]


class SubscribeCriteria(_Open):
    version: str = "1.0.0"
    reg_type: Annotated[str | None, Field(max_length=200)] = None
    reg_event_type: Annotated[str, Field(max_length=200, examples=["REGISTER"])]
    frequency: dict[str, JsonValue] | None = None
    filter_type: Literal["idtype-value", "expression", "predicate", "graphql"] | None = None
    filter: dict[str, JsonValue] | list[dict[str, JsonValue]]
    notify_record_type: Annotated[str, Field(max_length=200, examples=["Group"])]
    authorize: dict[str, JsonValue] | None = None


class SubscribeItem(_Open):
    reference_id: str
    timestamp: Moment
    subscribe_criteria: SubscribeCriteria
    locale: Locale | None = None


class SubscribeRequest(_Open):
    transaction_id: Code
    subscribe_request: Annotated[list[SubscribeItem], Field(max_length=_MOST_ITEMS_SENT)]


class UnsubscribeRequest(_Open):
    transaction_id: Code
    timestamp: Moment
    subscription_codes: Annotated[list[Code], Field(min_length=1, max_length=_MOST_ITEMS_SENT)]


class StatusQuestion(_Open):
    reference_id: Code
    txn_type: Literal["search", "subscribe", "receipt"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id"]
    attribute_value: Code | Annotated[list[Code], Field(min_length=1, max_length=100)]
    locale: Locale | None = None


class StatusRequest(_Open):
    transaction_id: Code
    txnstatus_request: StatusQuestion


class NoticeData(_Open):
    version: str = "1.0.0"
    reg_type: Annotated[str | None, Field(max_length=200)] = None
    reg_event_type: Annotated[str | None, Field(max_length=200)] = None
    reg_record_type: Annotated[str, Field(max_length=200)]
    reg_records: dict[str, Any] | list[dict[str, Any]]


class NoticeItem(_Open):
    reference_id: Code
    timestamp: Moment
    data: NoticeData
    locale: Locale | None = None


class NoticeRequest(_Open):
    transaction_id: Code
    notify_event: Annotated[list[NoticeItem], Field(max_length=_MOST_ITEMS_SENT)]


Head = TypeVar("Head")
Body = TypeVar("Body")


class Envelope(BaseModel, Generic[Head, Body]):
    """Signature, header and message; the signature covers the other two."""

    model_config = ConfigDict(extra="ignore")

    signature: Annotated[
        str | None, Field(max_length=2000, description="Ed25519 over header and message, in namespace dci")
    ] = None
    header: Head
    message: Body


class SearchEnvelope(Envelope[MessageHeader, SearchRequest]):
    pass


class SubscribeEnvelope(Envelope[MessageHeader, SubscribeRequest]):
    pass


class UnsubscribeEnvelope(Envelope[MessageHeader, UnsubscribeRequest]):
    pass


class StatusEnvelope(Envelope[MessageHeader, StatusRequest]):
    pass


class NoticeEnvelope(Envelope[NoticeHeader, NoticeRequest]):
    pass

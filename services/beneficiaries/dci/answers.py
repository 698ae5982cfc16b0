"""Envelopes as they go out, and acknowledgements."""

from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.values.ids import new_id
from services.beneficiaries.dci.refusals import ErrorCode, HeaderReason, HeaderRefused, ItemReason
from services.beneficiaries.dci.signatures import Signer

VERSION: Final = "1.0.0"
REG_TYPE: Final = "ns:org:RegistryType:Social"
Json = dict[str, Any]
Status = Literal["rcvd", "pdng", "succ", "rjct"]


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExchangeError(_Out):
    code: str
    message: str


class AcknowledgedError(_Out):
    code: ErrorCode
    message: str


class Acknowledged(_Out):
    ack_status: Literal["ACK", "NACK", "ERR"]
    timestamp: datetime
    correlation_id: str = Field(description="Names the transaction here, and stands in the answer that is posted later")
    error: AcknowledgedError | None = None


class Acknowledgement(_Out):
    """Whether a message is taken: ACK, and its answer follows; or ERR with the reason."""

    message: Acknowledged


class ExchangeErrors(_Out):
    """Why a message is not taken, in the standard's form; the acknowledgement repeats it for asynchronous clients."""

    errors: list[ExchangeError]
    message: Acknowledged


class AnswerHeader(_Out):
    version: str
    message_id: str
    message_ts: datetime
    action: str
    status: Status
    status_reason_code: HeaderReason | None = None
    status_reason_message: str | None = Field(None, max_length=999)
    total_count: int
    completed_count: int
    sender_id: str
    receiver_id: str
    is_msg_encrypted: bool


class AnswerPages(_Out):
    page_size: int
    page_number: int
    total_count: int


class AnswerData(_Out):
    version: str
    reg_type: str
    reg_record_type: str
    reg_records: list[Json] = Field(description="Group or Member of the social extension, with what is given")


class SearchItemOut(_Out):
    reference_id: str
    timestamp: datetime
    status: Status
    status_reason_code: ItemReason | None = None
    status_reason_message: str | None = Field(None, max_length=999)
    data: AnswerData | None = None
    pagination: AnswerPages | None = None
    locale: str | None = None


class SearchResponse(_Out):
    transaction_id: str
    correlation_id: str
    search_response: list[SearchItemOut]


class SearchAnswer(_Out):
    """The answer to a search; items come in the order of the request."""

    signature: str
    header: AnswerHeader
    message: SearchResponse


class TransactionStatus(_Out):
    txn_type: Literal["search", "subscribe", "receipt"]
    txn_status: SearchResponse


class StatusResponse(_Out):
    transaction_id: str
    correlation_id: str
    txnstatus_response: TransactionStatus


class StatusAnswer(_Out):
    """What became of an earlier transaction: the state of each of its references, without their data."""

    signature: str
    header: AnswerHeader
    message: StatusResponse


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def acknowledged(correlation_id: UUID) -> Json:
    return {"message": {"ack_status": "ACK", "timestamp": moment(), "correlation_id": str(correlation_id)}}


def refused(code: ErrorCode, message: str) -> Json:
    """Return an acknowledgement that says no."""
    return {
        "message": {
            "ack_status": "ERR",
            "timestamp": moment(),
            "correlation_id": str(new_id()),
            "error": {"code": code, "message": message[:999]},
        }
    }


def header(
    action: str,
    status: Status,
    *,
    signer: Signer,
    receiver_id: str,
    total: int,
    reason: HeaderRefused | None = None,
) -> Json:
    made: Json = {
        "version": VERSION,
        "message_id": str(new_id()),
        "message_ts": moment(),
        "action": action,
        "status": status,
        "sender_id": signer.sender_id,
        "receiver_id": receiver_id,
        "is_msg_encrypted": False,
        "total_count": total,
        "completed_count": total,
    }
    if reason is not None:
        made |= {"status_reason_code": reason.reason, "status_reason_message": reason.message}
    return made


def envelope(head: Json, message: Json, signer: Signer) -> Json:
    return {"signature": signer.sign(head, message), "header": head, "message": message}


def overall(items: list[Json]) -> Status:
    """Return the status of a message: rejected where each of its items is."""
    return "rjct" if items and all(item["status"] == "rjct" for item in items) else "succ"

"""Refusals in the words of SP-DCI 1.0.0, and what becomes of them.

Refused                 one item of a message: told in its item of the answer
HeaderRefused           a whole message that was understood: told in the header of the answer
MessageRefused          a message that is not taken at all: the errors document of the standard, with an HTTP status
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

ItemReason = Literal[
    "rjct.reference_id.invalid",
    "rjct.reference_id.duplicate",
    "rjct.timestamp.invalid",
    "rjct.search_criteria.invalid",
    "rjct.filter.invalid",
    "rjct.sort.invalid",
    "rjct.pagination.invalid",
    "rjct.search.too_many_records_found",
]
SubscribeReason = Literal[
    "rjct.reference_id.invalid",
    "rjct.reference_id.duplicate",
    "rjct.timestamp.invalid",
    "rjct.notify_types.invalid",
    "rjct.notify_details.invalid",
    "rjct.person_id.invalid",
    "rjct.event.already_subscribed",
]
UnsubscribeReason = Literal[
    "rjct.timestamp.invalid",
    "rjct.subscription_code.invalid",
    "rjct.requester.invalid",
    "rjct.event.already_unsubscribed",
]
HeaderReason = Literal[
    "rjct.version.invalid",
    "rjct.message_id.duplicate",
    "rjct.message_ts.invalid",
    "rjct.action.invalid",
    "rjct.action.not_supported",
    "rjct.total_count.invalid",
    "rjct.total_count.limit_exceeded",
    "rjct.errors.too_many",
]
ErrorCode = Literal[
    "err.request.bad",
    "err.request.unauthorized",
    "err.request.forbidden",
    "err.request.not_found",
    "err.request.timeout",
    "err.version.not_supported",
    "err.request.too_many_requests",
    "err.sender_id.invalid",
    "err.sender_uri.invalid",
    "err.receiver_id.invalid",
    "err.signature.missing",
    "err.signature.invalid",
    "err.encryption.invalid",
    "err.service.unavailable",
]


class Refused(Exception):  # noqa: N818 - the standard's own word
    """One item cannot be answered; the message tells a developer why, and never repeats a value."""

    def __init__(self, reason: ItemReason | SubscribeReason | UnsubscribeReason, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


class HeaderRefused(Exception):  # noqa: N818
    """A message is understood and refused as a whole."""

    def __init__(self, reason: HeaderReason, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


class MessageRefused(Exception):  # noqa: N818
    """A message is not taken. `errors` are (code, message) pairs; the first code of the standard's list leads."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        errors: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.errors = tuple(errors) or ((code, message),)

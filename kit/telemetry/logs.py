import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from kit.telemetry.request import request_id

# A log line may name rows, never people: these keys are dropped wherever they appear.
_PRIVATE = frozenset({"name", "full_name", "identity_number", "phone", "address", "birth_date", "token", "body"})

# The frames of a failed request hold its token and its body: their variables stay out of the log.
_tracebacks = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure_logs(service: str, level: str) -> None:
    """Send JSON lines to standard output, one event each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tracebacks,
            _without_people,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def logger() -> structlog.typing.FilteringBoundLogger:
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return made


def _with_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    current = request_id.get()
    if current:
        event["request_id"] = current
    return event


def _without_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for raised in event.get("exception", ()):
        # A driver's text quotes the row that it refused; the type and the place are enough to find the cause.
        raised.pop("exc_value", None)
    return {key: value for key, value in event.items() if key not in _PRIVATE}
